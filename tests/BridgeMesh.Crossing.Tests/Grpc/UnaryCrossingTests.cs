using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Unary calls from gRPC to every other protocol and back, typed by the contract, over real sockets.</summary>
public sealed class UnaryCrossingTests
{
    private static readonly string[] Methods = ["place", "add", "keep"];

    public static TheoryData<string, string> FromGrpc()
    {
        var data = new TheoryData<string, string>();
        foreach (var callee in new[] { "bolt", "dubbo", "http", "grpc" })
        {
            foreach (var method in Methods)
            {
                data.Add(callee, method);
            }
        }

        data.Add("bolt", "touch");
        data.Add("dubbo", "touch");
        data.Add("grpc", "touch");
        return data;
    }

    [Theory]
    [MemberData(nameof(FromGrpc))]
    public async Task FromGrpc_EachCallee_GetsAndGivesTheContractsTypes(string callee, string method)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GrpcShop.Contract, GrpcShop.AnswerFramed, GrpcShop.AnswerHttp, GrpcCallee.Unary(GrpcShop.AnswerGrpc));
        var answer = await gateway.UnaryAsync(callee, method, GrpcShop.RequestOf(method));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        Assert.Equal(GrpcShop.ResponseOf(method), answer.Single);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToGrpc_FromAFramedCaller_ValuesKeepTheirTypes(string caller)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: GrpcCallee.Unary(GrpcShop.AnswerGrpc));
        var placed = await gateway.CallAsync(caller, "grpc", "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal((ExchangeStatus.Ok, "\"placed o1\""), (placed.Status, TapeText.Of(placed.Reply)));
        var sum = await gateway.CallAsync(caller, "grpc", "add", "int,long", static e =>
        {
            e.Request.AddInt32(4);
            e.Request.AddInt64(9_007_199_254_740_993);
        });
        Assert.Equal((ExchangeStatus.Ok, "9007199254740997L"), (sum.Status, TapeText.Of(sum.Reply)));
        var kept = await gateway.CallAsync(caller, "grpc", "keep", "com.acme.Item", static e => GrpcShop.AddItem(e.Request));
        Assert.Equal(ExchangeStatus.Ok, kept.Status);
        GrpcShop.AssertItem(kept.Reply);
        var touched = await gateway.CallAsync(caller, "grpc", "touch", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal(ExchangeStatus.Ok, touched.Status);
    }

    [Theory]
    [InlineData("place", """{"id":"o1"}""", "\"placed o1\"")]
    [InlineData("add", """{"left":4,"right":"9007199254740993"}""", "\"9007199254740997\"")]
    [InlineData("keep", """{"item":{"sku":"sku-1 界","quantity":2,"price":"9.95"}}""", """{"sku":"sku-1 界","quantity":2,"price":"9.95"}""")]
    public async Task ToGrpc_FromAnHttpCaller_ValuesAreTheContractsJson(string method, string body, string expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: GrpcCallee.Unary(GrpcShop.AnswerGrpc));
        var answer = await gateway.PostAsync("grpc", method, body);
        Assert.Equal((200, expected), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task Metadata_CrossesBothWaysAndGrpcsOwnStaysBehind(string caller)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: GrpcCallee.Unary((context, message) =>
        {
            foreach (var (name, value) in context.Request.Headers)
            {
                seen[name] = value.ToString();
            }

            context.Response.Headers["x-served-by"] = "shop";
            return GrpcShop.AnswerGrpc(context, message);
        }));
        var placed = await gateway.CallAsync(caller, "grpc", "place", "java.lang.String", static e =>
        {
            e.Request.AddString("o1");
            e.RequestMetadata.Set("tenant", "acme");
            e.RequestMetadata.Set("grpc-encoding", "evil");
        });
        Assert.Equal(ExchangeStatus.Ok, placed.Status);
        Assert.Equal("shop", ValueOf(placed.ReplyMetadata, "x-served-by"));
        Assert.Equal("acme", seen["tenant"]);
        Assert.Equal("trailers", seen["te"]);
        Assert.Equal("application/grpc", seen["Content-Type"]);
        Assert.Matches("^[0-9]{4,5}m$", seen["grpc-timeout"]);
        Assert.False(seen.ContainsKey("grpc-encoding"), "the caller's metadata spoke for gRPC itself");
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task Metadata_OfAGrpcCaller_KeepsItsCase(string callee)
    {
        var seen = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e =>
        {
            seen = $"{ValueOf(e.RequestMetadata, "tenant")} {ValueOf(e.RequestMetadata, "origin")} {ValueOf(e.RequestMetadata, "key-bin")}";
            GrpcShop.AnswerFramed(e);
        });
        var answer = await gateway.UnaryAsync(
            callee, "place", GrpcShop.RequestOf("place"), ("tenant", "acme"), ("origin", "here"), ("key-bin", "AAEC"));
        Assert.Equal((0, "acme here AAEC"), (answer.Code, seen));
    }

    /// <summary>By the exact name, as Java's maps find it.</summary>
    private static string? ValueOf(Metadata metadata, string name)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (pair.Key == name)
            {
                return pair.Value;
            }
        }

        return null;
    }
}
