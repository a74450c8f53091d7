using System.Collections.Concurrent;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Grpc;

namespace BridgeMesh.Crossing.Triple;

/// <summary>Triple to Triple: bytes pass as they are wherever the callee takes the caller's form.</summary>
public sealed class TripleForwardTests
{
    private static readonly byte[] Opaque = [0xFF, 1, 2, 3];

    [Theory]
    [InlineData("application/proto")]
    [InlineData("application/json")]
    public async Task OwnForm_ToACalleeOfIt_PassesUnopened(string contentType)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: TripleCallee.Own((context, message) =>
        {
            Assert.Equal(Opaque, message);
            foreach (var (name, value) in context.Request.Headers)
            {
                seen[name] = value.ToString();
            }

            context.Response.Headers["trailer-served"] = "yes";
            return [.. message.Reverse()];
        }));
        var answer = await TripleAnswer.PostAsync(
            gateway.PortOf("triple"),
            "com.acme.TripleService",
            "anything",
            Opaque,
            contentType,
            ("tri-protocol-version", "1.0.0"),
            ("tri-service-group", "g"),
            ("tri-service-timeout", "5000"),
            ("x-bridge-unique-id", "u"),
            ("tenant", "acme"));
        Assert.Equal((200, contentType, "yes"), (answer.Status, answer.Headers["content-type"], answer.Headers["trailer-served"]));
        Assert.Equal([.. Opaque.Reverse()], answer.Body);
        Assert.Equal((contentType, "acme", "g", "1.0.0"), (seen["content-type"], seen["tenant"], seen["tri-service-group"], seen["tri-protocol-version"]));
        Assert.InRange(int.Parse(seen["tri-service-timeout"], System.Globalization.CultureInfo.InvariantCulture), 1, 5_000);
        Assert.False(seen.ContainsKey("x-bridge-unique-id"), "the gateway's own header went on");
    }

    [Fact]
    public async Task AnErrorBody_OfACallee_PassesAsItIs()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            TripleShop.Contract, triple: TripleCallee.Own(static (_, _) => throw new TripleFailure(412, """{"status":9,"message":"not now","x":1}""")));
        var answer = await TripleAnswer.PostAsync(
            gateway.PortOf("triple"), "com.acme.TripleService", "place", GrpcShop.RequestOf("place"), "application/proto");
        Assert.Equal((412, """{"status":9,"message":"not now","x":1}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task AJavaConsumer_ToAJavaProvider_PassesUnopened()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: TripleCallee.Java((context, message) =>
        {
            Assert.Equal(Opaque, message);
            context.Response.Headers["tri-exception-code"] = "3";
            return message;
        }));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync("com.acme.TripleService", "anything", Opaque, ("tri-consumer-appname", "shop"));
        Assert.Equal((0, "3"), (answer.Code, answer.Headers["tri-exception-code"]));
        Assert.Equal(Opaque, answer.Single);
    }

    /// <summary>It knows nothing of wrappers, and the provider nothing else.</summary>
    [Theory]
    [InlineData("place")]
    [InlineData("add")]
    public async Task AGrpcClient_ToAJavaProvider_IsTranslated(string method)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: TripleCallee.Java(TripleShop.AnswerWrapped));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync("com.acme.TripleService", method, GrpcShop.RequestOf(method));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        Assert.Equal(GrpcShop.ResponseOf(method), answer.Single);
        var own = await TripleAnswer.PostAsync(
            gateway.PortOf("triple"), "com.acme.TripleService", method, GrpcShop.RequestOf(method), "application/proto");
        Assert.Equal(GrpcShop.ResponseOf(method), own.Body);
    }
}
