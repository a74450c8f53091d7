using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Tests.Requests;

public class EchoTests
{
    // The provider's recorded answer, byte for byte, given by the gateway for a callee that has no such method.
    [Theory]
    [InlineData("2.7.23", "echo-service")]
    [InlineData("2.7.23", "echo-service-pojo")]
    [InlineData("3.2.16", "echo-service")]
    [InlineData("3.2.16", "echo-service-pojo")]
    public void Echo_ToACalleeOfAnotherProtocol_IsAnsweredAsAProviderDoes(string version, string name)
    {
        var golden = GoldenCase.Get(version, "semantics", name);
        var exchange = Frames.Read(golden.Request ?? []);
        Assert.True(exchange.AnsweredLocally);
        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        Assert.Equal(golden.Response, Frames.Reply(exchange));
    }

    [Fact]
    public void OrdinaryCall_IsNotAnsweredLocally() => Assert.False(Frames.Read(Calls.Frame("strings", "sayHello")).AnsweredLocally);
}
