namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class ObjectBindingTests
{
    [Theory]
    [InlineData("", "(com.acme.Search){}")]
    [InlineData("customer=a&utm_source=x&address.street=y&customer.name=z", "(com.acme.Search){customer: \"a\", address: (com.acme.Address){}}")]
    [InlineData("address.city=%E4%B8%AD&address.zip=7", "(com.acme.Search){address: (com.acme.Address){city: \"中\", zip: 7}}")]
    [InlineData("address[city]=x", "(com.acme.Search){address: (com.acme.Address){city: \"x\"}}")]
    [InlineData("address.zip=", "(com.acme.Search){address: (com.acme.Address){zip: null}}")]
    [InlineData("tags=a&tags=b%2Cc", "(com.acme.Search){tags: [\"a\", \"b,c\"]}")]
    [InlineData("tags=a,b", "(com.acme.Search){tags: [\"a\", \"b\"]}")]
    [InlineData("tags[]=a&tags%5B%5D=b", "(com.acme.Search){tags: [\"a\", \"b\"]}")]
    [InlineData("tags[1]=b&tags[0]=a", "(com.acme.Search){tags: [\"a\", \"b\"]}")]
    [InlineData("tags[2]=c", "(com.acme.Search){tags: [null, null, \"c\"]}")]
    [InlineData("attrs[k]=1&attrs['a.b']=2&attrs[c.d]=3", "(com.acme.Search){attrs: map{\"k\": 1, \"a.b\": 2, \"c.d\": 3}}")]
    [InlineData("min=1.50", "(com.acme.Search){min: Decimal \"1.50\"}")]
    [InlineData(
        "items[1].sku=b&items[1].tags=x&items[1].tags=y&items[0].count=3",
        "(com.acme.Search){items: [(com.acme.Line){count: 3}, (com.acme.Line){sku: \"b\", tags: [\"x\", \"y\"]}]}")]
    [InlineData("items[1].sku=b", "(com.acme.Search){items: [(com.acme.Line){}, (com.acme.Line){sku: \"b\"}]}")]
    public async Task Class_SpreadOverQueryAndForm_ReachesTheTape(string pairs, string tape)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("GET", "/shop/search?" + pairs);
        Assert.Equal(tape, listener.Arguments);

        await listener.SendAsync("POST", "/shop/search", pairs, "application/x-www-form-urlencoded");
        Assert.Equal(tape, listener.Arguments);
    }

    [Theory]
    [InlineData("/shop/search/pages?page=2&f.address.city=x&fx=1&f=", "400 a com.acme.Search: write f.field=value")]
    [InlineData("/shop/search/pages?page=2&f.address.city=x&fx=1", "(com.acme.Search){address: (com.acme.Address){city: \"x\"}}, 2")]
    [InlineData("/shop/search/pages?page=2", "null, 2")]
    [InlineData("/shop/lines?items[0].sku=a&items[0].count=1", "[(com.acme.Line){sku: \"a\", count: 1}]")]
    [InlineData("/shop/lines", "null")]
    [InlineData("/shop/options?a=1&page=3&b.c=%26", "map{\"a\": \"1\", \"b.c\": \"&\"}, 3")]
    [InlineData("/shop/options", "map{}, null")]
    public async Task Class_BesideOtherParameters_TakesItsOwn(string target, string expected)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync("GET", target);

        if (expected.StartsWith("400 ", StringComparison.Ordinal))
        {
            Assert.Contains(expected[4..], answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, listener.Arguments);
        }
    }

    [Theory]
    [InlineData("items[256].sku=a", "'items[256]' has no place from 0 to 255 between its brackets")]
    [InlineData("items[99999999999].sku=a", "'items[99999999999]' has no place")]
    [InlineData("items[-1].sku=a", "'items[-1]' has no place")]
    [InlineData("items[x].sku=a", "'items[x]' has no place")]
    [InlineData("address.zip=many", "query parameter 'address.zip': the text is no java.lang.Integer at args[0].address.zip")]
    [InlineData("items[1].count=x", "query parameter 'items[1].count': the text is no int at args[0].items[1].count")]
    [InlineData("attrs[k]=x", "query parameter 'attrs[k]': the text is no java.lang.Integer")]
    [InlineData("customer=a&customer=b", "the query parameter 'customer' is given more than once")]
    [InlineData("tags=a&tags[1]=b", "the query parameter 'tags' is given with places and without")]
    [InlineData("address=x", "the query parameter 'address' is a com.acme.Address: write address.field=value")]
    [InlineData("address.city=%zz", "the query parameter 'address.city' has a broken escape")]
    [InlineData("%ff=1", "a name has a broken escape")]
    public async Task Class_ThatDoesNotFit_Is400AndNamesTheParameter(string query, string problem)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("GET", "/shop/search?" + query);

        Assert.Equal(400, answer.Status);
        Assert.Contains(problem, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_OfTooManyOrTooLongNames_Is400()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        var many = string.Join('&', Enumerable.Range(0, 1_001).Select(i => $"attrs[{i}]=1"));
        var unknown = string.Join('&', Enumerable.Range(0, 5_000).Select(i => $"x{i}=1"));

        var tooMany = await listener.SendAsync("POST", "/shop/search", many, "application/x-www-form-urlencoded");
        var tooLong = await listener.SendAsync(
            "POST", "/shop/search", $"attrs[{new string('k', 1_100)}]=1", "application/x-www-form-urlencoded");

        Assert.Contains("more than 1000 values", tooMany.Text, StringComparison.Ordinal);
        Assert.Contains("longer than 1024", tooLong.Text, StringComparison.Ordinal);

        // Names that nobody takes cost their reading and no more.
        await using var other = await ListenerUnderTest.StartAsync(static _ => { });
        Assert.Equal(200, (await other.SendAsync("POST", "/shop/search", unknown, "application/x-www-form-urlencoded")).Status);
    }

    [Theory]
    [InlineData("SESSION=s-1; visits=7", "\"s-1\", 7")]
    [InlineData("other=1; SESSION=\"q\"; xSESSION=2", "\"q\", null")]
    [InlineData("SESSION=%E4%B8%AD%3B", "\"中;\", null")]
    [InlineData("SESSION=50%", "\"50%\", null")]
    [InlineData("session=s", "null, null")]
    public async Task Cookie_ThatIsAParameter_ReachesTheTape(string cookie, string tape)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("GET", "/shop/session", headers: [("Cookie", cookie)]);

        Assert.Equal(tape, listener.Arguments);
    }

    [Fact]
    public async Task Cookie_ThatDoesNotFit_Is400AndNamed()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("GET", "/shop/session", headers: [("Cookie", "visits=often")]);

        Assert.Equal(400, answer.Status);
        Assert.Contains("cookie 'visits'", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/shop/orders/7;v=1;w=2", "get", "\"7\"")]
    [InlineData("/shop;a=b/orders;x/7", "get", "\"7\"")]
    [InlineData("/shop/orders/7%3Bv=1", "get", "\"7;v=1\"")]
    [InlineData("/shop/files/a;x=1/b;y=2.txt", "file", "\"a/b\"")]
    [InlineData("/shop/tree/a/b%2Fc", "tree", "\"/a/b/c\"")]
    [InlineData("/shop/tree/", "tree", "\"/\"")]
    public async Task Path_WithMatrixVariablesAndGreedyRest_IsMatchedAsSpringDoes(string path, string method, string tape)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("GET", path);

        Assert.Contains($" {method}(", listener.Call, StringComparison.Ordinal);
        Assert.Equal(tape, listener.Arguments);
    }

    [Theory]
    [InlineData("/shop/..;/orders/7")]
    [InlineData("/shop/%2e%2e;x=1/orders/7")]
    public async Task Path_WithDotsBeforeASemicolon_IsRefused(string path)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        Assert.Equal(400, (await listener.SendAsync("GET", path)).Status);
    }
}
