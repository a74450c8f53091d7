
namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class NativeBindingTests
{
    private const string OrderJson = """{"total":"12.50","id":"o-1","count":3}""";
    private const string OrderTape = """(com.acme.Order){id: "o-1", count: 3, total: Decimal "12.50"}""";

    [Theory]
    [InlineData("GET", "/shop/greetings?name=w%C3%B6rld+%F0%9F%8C%8D", null, "greet", "\"wörld \\uD83C\\uDF0D\"")]
    [InlineData("GET", "/shop/greetings?name=", null, "greet", "\"\"")]
    [InlineData("GET", "/shop/greetings", null, "greet", "null")]
    [InlineData("GET", "/shop/sums/40/-9007199254740993", null, "add", "40, -9007199254740993L")]
    [InlineData("GET", "/shop/orders/o%2F7%20%C3%BC", null, "get", "\"o/7 ü\"")]
    [InlineData("GET", "/shop/orders/a+b", null, "get", "\"a+b\"")]
    [InlineData("GET", "/shop/orders/latest", null, "latest", "")]
    [InlineData("GET", "/shop/files/a/b%20c.txt", null, "file", "\"a/b c.txt\"")]
    [InlineData("GET", "/shop/files/", null, "file", "\"\"")]
    [InlineData("GET", "/shop/tags?tag=a&x=1&tag=%E4%B8%AD", null, "tagged", "[\"a\", \"中\"]")]
    [InlineData("GET", "/shop/tags?tag=a,b%2Cc", null, "tagged", "[\"a\", \"b,c\"]")]
    [InlineData("GET", "/shop/tags", null, "tagged", "null")]
    [InlineData("GET", "/shop/tags?tag=", null, "tagged", "[]")]
    [InlineData("POST", "/shop/orders", OrderJson, "place", OrderTape)]
    [InlineData("POST", "/shop/orders", "null", "place", "null")]
    [InlineData("PUT", "/shop/orders/7", "{\"note\":\"n\",\"order\":" + OrderJson + "}", "update", "\"7\", " + OrderTape + ", \"n\"")]
    [InlineData("PUT", "/shop/orders/7", """{"order":null}""", "update", "\"7\", null, null")]
    [InlineData("POST", "/shop/blobs", "\"te\\u4e2dxt\"", "blob", "\"te中xt\"")]
    [InlineData("POST", "/shop/bytes", "\"AQID\"", "bytes", "0x010203")]
    public async Task Request_EachBindingForm_ReachesTheTape(string verb, string path, string? body, string method, string arguments)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync(verb, path, body);

        var signature = OrderContract.Shape(method).Signature.Descriptor;
        Assert.Equal($"com.acme.OrderService:1.0 {method}({signature})", listener.Call);
        Assert.Equal(SortFields(arguments), SortFields(listener.Arguments));
    }

    [Theory]
    [InlineData("value=a%26b+c&count=7", "\"a&b c\", 7")]
    [InlineData("count=7&value=%E4%B8%AD", "\"中\", 7")]
    [InlineData("value=raw中", "\"raw中\", null")]
    [InlineData("count=&value=", "\"\", null")]
    [InlineData("", "null, null")]
    public async Task Request_Form_ReachesTheTape(string body, string arguments)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("POST", "/shop/forms", body, "application/x-www-form-urlencoded");

        Assert.Equal(arguments, listener.Arguments);
    }

    [Fact]
    public async Task Request_HeaderParameters_ReachTheTape()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("GET", "/shop/tenant", headers: [("X-Tenant", "blå 中"), ("x-flags", "a, b"), ("x-flags", "c")]);

        Assert.Equal("\"blå 中\", [\"a\", \"b\", \"c\"]", listener.Arguments);
    }

    [Theory]
    [InlineData("/shop/blobs", "text/plain", "raw \"text\" 中", "\"raw \"text\" 中\"")]
    [InlineData("/shop/blobs", "text/plain;charset=utf-8", "", "\"\"")]
    [InlineData("/shop/bytes", "application/octet-stream", "abc", "0x616263")]
    [InlineData("/shop/blobs", null, "\"json\"", "\"json\"")]
    [InlineData("/shop/orders", "application/vnd.acme+json; charset=UTF-8", OrderJson, OrderTape)]
    public async Task Request_WholeBodyInOtherTypes_ReachesTheTape(string path, string? contentType, string body, string arguments)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("POST", path, body, contentType);

        Assert.Equal(SortFields(arguments), SortFields(listener.Arguments));
    }

    [Theory]
    [InlineData("POST", "/shop/orders", """{"id":"o-1","count":"many"}""", "args[0].count")]
    [InlineData("POST", "/shop/orders", """{"id":"o-1","count":3000000000}""", "args[0].count")]
    [InlineData("POST", "/shop/orders", """{"id":"o-1",}""", "offset")]
    [InlineData("POST", "/shop/orders", """{"id":"o-1" """, "offset")]
    [InlineData("POST", "/shop/orders", """{} {}""", "offset")]
    [InlineData("PUT", "/shop/orders/7", """[1]""", "object of named arguments")]
    [InlineData("PUT", "/shop/orders/7", """{"order":{"count":"x"}}""", "args[1].count")]
    [InlineData("GET", "/shop/sums/40/x", null, "args[1]")]
    [InlineData("GET", "/shop/sums/40000000000/1", null, "args[0]")]
    [InlineData("GET", "/shop/greetings?name=%zz", null, "args[0]")]
    [InlineData("GET", "/shop/greetings?name=a&name=b", null, "more than once")]
    [InlineData("GET", "/shop/orders/%ff", null, "args[0]")]
    public async Task Request_ThatDoesNotFit_Is400AndSaysWhere(string verb, string path, string? body, string where)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync(verb, path, body);

        Assert.Equal(400, answer.Status);
        Assert.StartsWith("application/problem+json", answer.ContentType, StringComparison.Ordinal);
        Assert.Equal("urn:bridgemesh:invalid-argument", answer.Json.GetProperty("type").GetString());
        Assert.Contains(where, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/shop/orders", "text/plain", "{}")]
    [InlineData("POST", "/shop/orders", "application/x-www-form-urlencoded", "{}")]
    [InlineData("POST", "/shop/orders", "application/json; charset=gbk", "{}")]
    [InlineData("POST", "/shop/forms", "application/json", "{}")]
    [InlineData("PUT", "/shop/orders/7", "application/xml", "<a/>")]
    [InlineData("POST", "/shop/bytes", "text/plain", "abc")]
    [InlineData("POST", "/com.acme.OrderService/greet", "text/plain", "abc")]
    public async Task Request_WithAnotherMediaType_Is415(string verb, string path, string contentType, string body)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync(verb, path, body, contentType);

        Assert.Equal(415, answer.Status);
        Assert.Equal("urn:bridgemesh:unsupported-media-type", answer.Json.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("DELETE", "/shop/orders/7", "GET, PUT")]
    [InlineData("GET", "/shop/blobs", "POST")]
    [InlineData("GET", "/com.acme.OrderService/greet", "POST")]
    public async Task Request_WithAnotherVerb_Is405WithAllow(string verb, string path, string allow)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync(verb, path);

        Assert.Equal((405, allow), (answer.Status, answer.Headers["Allow"]));
    }

    [Theory]
    [InlineData("/shop/greetings", "GET, HEAD, OPTIONS")]
    [InlineData("/shop/orders/7", "GET, HEAD, OPTIONS, PUT")]
    [InlineData("/shop/blobs", "OPTIONS, POST")]
    public async Task Options_OfANativePath_IsAnsweredFromTheContract(string path, string allow)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("OPTIONS", path);

        Assert.Equal((204, allow), (answer.Status, answer.Headers["Allow"]));
    }

    [Fact]
    public async Task WebSocket_ToACalleeOfAnotherProtocol_Is400()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        using var caller = await RawConnection.OpenAsync(listener.Port);

        await caller.SendAsync("GET /shop/greetings HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await caller.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/shop/nothing")]
    [InlineData("GET", "/shop/orders/")]
    [InlineData("POST", "/one")]
    [InlineData("POST", "/one/two/three")]
    [InlineData("POST", "/com.acme.OrderService/missing")]
    public async Task Request_ForUnknownPath_Is404(string verb, string path)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync(verb, path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("urn:bridgemesh:unimplemented", answer.Json.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/shop/orders/..%2F..")]
    [InlineData("/shop/../orders/7")]
    [InlineData("/shop/orders/%2e%2e")]
    public async Task Request_WithDotSegments_IsRefusedOrKeptAsText(string path)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync("GET", path);

        // Slashes that are escaped make the dots part of a value, not of the path.
        Assert.Equal(path.Contains("%2F", StringComparison.Ordinal) ? 200 : 400, answer.Status);
    }

    [Fact]
    public async Task Contracts_Replaced_TakeEffectWithTheNextCall()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, contracts: []);
        Assert.Equal(404, (await listener.SendAsync("GET", "/shop/greetings?name=a")).Status);

        listener.Dispatcher.Contracts = [OrderContract.Service];

        Assert.Equal(200, (await listener.SendAsync("GET", "/shop/greetings?name=a")).Status);
    }

    // Fields may be read in the order of the body or of the contract.
    private static string SortFields(string tape) =>
        tape.Replace("{count: 3, id: \"o-1\", total: Decimal \"12.50\"}", "{ORDER}", StringComparison.Ordinal)
            .Replace("{total: Decimal \"12.50\", id: \"o-1\", count: 3}", "{ORDER}", StringComparison.Ordinal)
            .Replace("{id: \"o-1\", count: 3, total: Decimal \"12.50\"}", "{ORDER}", StringComparison.Ordinal);
}
