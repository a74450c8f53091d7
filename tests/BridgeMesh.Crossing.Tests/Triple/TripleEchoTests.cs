using BridgeMesh.Crossing.Gateways;

namespace BridgeMesh.Crossing.Triple;

/// <summary>Dubbo's <c>$echo</c>, by which Java consumers ask whether a service is there.</summary>
public sealed class TripleEchoTests
{
    [Theory]
    [InlineData("bolt", true)]
    [InlineData("dubbo", true)]
    [InlineData("http", true)]
    [InlineData("bolt", false)]
    public async Task FromAJavaConsumer_TheGatewayAnswersWithTheArgument(string callee, bool hasContract)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            hasContract ? TripleShop.Contract : null, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        foreach (var (value, type) in new[] { (JavaBytes.Text("ping"), "java.lang.Object"), (JavaBytes.Int(7), "java.lang.Object") })
        {
            var answer = await client.UnaryAsync(
                GatewayUnderTest.ServiceOf(callee).Interface, "$echo", JavaBytes.Request((type, value)), ("tri-consumer-appname", "shop"));
            Assert.True(answer.Code == 0, answer.Message);
            Assert.Equal(JavaBytes.Reply(value, type), answer.Single);
        }

        await gateway.SettledAsync();
    }

    /// <summary>A Java provider answers it itself: what it says is what arrives.</summary>
    [Fact]
    public async Task FromAJavaConsumer_ToAJavaProvider_IsPassedOn()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: TripleCallee.Java(static (context, message) =>
        {
            Assert.EndsWith("/$echo", context.Request.Path.Value, StringComparison.Ordinal);
            Assert.Equal(["java.lang.Object"], JavaBytes.Types(message));
            return JavaBytes.Reply(JavaBytes.Text("from the provider"), "java.lang.Object");
        }));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync(
            "com.acme.TripleService", "$echo", JavaBytes.Request(("java.lang.Object", JavaBytes.Text("ping"))), ("tri-consumer-appname", "shop"));
        Assert.Equal(JavaBytes.Reply(JavaBytes.Text("from the provider"), "java.lang.Object"), answer.Single);
    }

    [Fact]
    public async Task InProtobuf_IsAMethodThatNobodyKnows()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        Assert.Equal(12, (await client.UnaryAsync("com.acme.BoltService", "$echo", ProtoBytes.Message((1, "ping")))).Code);
    }

    [Theory]
    [InlineData("fastjson2")]
    [InlineData("protobuf")]
    public async Task InAnotherSerialization_IsRefusedByItsName(string serialization)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync(
            "com.acme.BoltService", "$echo", ProtoBytes.Message((1, serialization), (2, "\"ping\""), (3, "java.lang.Object")));
        Assert.NotEqual(0, answer.Code);
        Assert.Contains($"the serialization {serialization}", answer.Message, StringComparison.Ordinal);
    }
}
