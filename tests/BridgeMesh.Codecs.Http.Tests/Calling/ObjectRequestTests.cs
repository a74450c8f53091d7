using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests.Calling;

public sealed class ObjectRequestTests
{
    private const string Null = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull";

    private const string Pairs = "customer=a%26b&address.city=%E4%B8%AD&items%5B0%5D.sku=s&items%5B0%5D.tags=x&items%5B0%5D.tags=y"
        + "&items%5B2%5D.count=3&tags=p&tags=q%2Cr&attrs%5Bk.1%5D=5";

    [Theory]
    [InlineData("search", "GET /shop/search?" + Pairs, "")]
    [InlineData("submit", "POST /shop/search", Pairs)]
    public async Task Class_InQueryAndForm_IsSpread(string method, string line, string body)
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync(method, AddSearch);

        Assert.StartsWith(line + " HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, channel.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_WithAName_HasItBeforeItsFields()
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync("searchPage", static tape =>
        {
            tape.BeginObject(TypeName.Of("com.acme.Search"));
            tape.Name(FieldName.Of("customer"));
            tape.AddString("a"u8);
            tape.End();
            tape.AddInt32(2);
        });

        Assert.StartsWith("GET /shop/search/pages?f.customer=a&page=2 HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search", "GET /shop/search ")]
    [InlineData("lines", "GET /shop/lines ")]
    public async Task Class_ThatIsNull_IsLeftOut(string method, string line)
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync(method, static tape => tape.AddNull());

        Assert.StartsWith(line, channel.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_InACycle_IsInvalidWithItsPlace()
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        var exchange = await channel.CallAsync("options", static tape =>
        {
            var map = tape.BeginMap();
            tape.AddString("self"u8);
            tape.AddReference(map);
            tape.End();
            tape.AddNull();
        });

        Assert.Equal(ExchangeStatus.InvalidArgument, exchange.Status);
        Assert.Contains($"deeper than {FieldTree.MaxDepth}", exchange.Message, StringComparison.Ordinal);
        Assert.Equal(0, channel.Connections);
    }

    [Fact]
    public async Task Values_SharedUntilTheyAreTooMany_AreInvalid()
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        // Each list holds the one before ten times: a million pairs out of fifty tokens.
        var exchange = await channel.CallAsync("options", static tape =>
        {
            tape.BeginMap();
            tape.AddString("a"u8);
            var inner = tape.BeginList();
            for (var i = 0; i < 10; i++)
            {
                tape.AddString("x"u8);
            }

            tape.End();
            for (var level = 0; level < 5; level++)
            {
                tape.AddString($"l{level}");
                var outer = tape.BeginList();
                for (var i = 0; i < 10; i++)
                {
                    tape.AddReference(inner);
                }

                tape.End();
                inner = outer;
            }

            tape.End();
            tape.AddNull();
        });

        Assert.Equal(ExchangeStatus.InvalidArgument, exchange.Status);
        Assert.Contains("more than 10000 pairs", exchange.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_ThatAreParameters_AreWritten()
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync("session", static tape =>
        {
            tape.AddString("中;x");
            tape.AddInt32(7);
        });

        Assert.Equal("SESSION=%E4%B8%AD%3Bx; visits=7", HttpMessages.HeaderOf(channel.Received, "Cookie"));
    }

    [Theory]
    [InlineData("/a/b c", "GET /shop/tree/a/b%20c ")]
    [InlineData("a", "GET /shop/tree/a ")]
    public async Task Rest_WithItsSlash_IsWrittenOnce(string value, string line)
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync("tree", tape => tape.AddString(value));

        Assert.StartsWith(line, channel.Received, StringComparison.Ordinal);
    }

    private static void AddSearch(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.Search"));
        Text("customer", "a&b");
        tape.Name(FieldName.Of("address"));
        tape.BeginObject(TypeName.Of("com.acme.Address"));
        Text("city", "中");
        tape.Name(FieldName.Of("zip"));
        tape.AddNull();
        tape.End();
        tape.Name(FieldName.Of("items"));
        tape.BeginList();
        tape.BeginObject(TypeName.Of("com.acme.Line"));
        Text("sku", "s");
        Texts("tags", "x", "y");
        tape.End();
        tape.AddNull();
        tape.BeginObject(TypeName.Of("com.acme.Line"));
        tape.Name(FieldName.Of("count"));
        tape.AddInt32(3);
        Text("undeclared", "never sent");
        tape.End();
        tape.End();
        Texts("tags", "p", "q,r");
        tape.Name(FieldName.Of("attrs"));
        tape.BeginMap();
        tape.AddString("k.1"u8);
        tape.AddInt32(5);
        tape.End();
        tape.End();

        void Text(string name, string value)
        {
            tape.Name(FieldName.Of(name));
            tape.AddString(value);
        }

        void Texts(string name, params string[] values)
        {
            tape.Name(FieldName.Of(name));
            tape.BeginList();
            foreach (var value in values)
            {
                tape.AddString(value);
            }

            tape.End();
        }
    }
}
