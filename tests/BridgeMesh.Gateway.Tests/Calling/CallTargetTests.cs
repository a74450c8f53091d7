using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Calling;

namespace BridgeMesh.Gateway.Tests.Calling;

public sealed class CallTargetTests
{
    private static readonly string[] Protocols = ["bolt", "dubbo", "http"];

    [Theory]
    [InlineData("bolt://h:1/com.acme.S/m", "bolt", "h", 1)]
    [InlineData("bolt://h/com.acme.S/m", "bolt", "h", 12_200)]
    [InlineData("dubbo://10.0.0.1/com.acme.S/m/", "dubbo", "10.0.0.1", 20_880)]
    [InlineData("http://[::1]/com.acme.S/m", "http", "::1", 80)]
    [InlineData("https://h/com.acme.S/m", "http", "h", 443)]
    public void Parse_Address_IsTakenApart(string text, string protocol, string host, int port)
    {
        var target = CallTarget.Parse(text, Protocols, out _);

        Assert.NotNull(target);
        Assert.Equal((protocol, host, port), (target.Protocol, target.Host, target.Port));
        Assert.Equal((new ServiceKey("com.acme.S"), "m"), (target.Service, target.Method));
    }

    [Fact]
    public void Parse_NameParts_AreTheServices() => Assert.Equal(
        new ServiceKey("com.acme.S", "1.0", "blue/a", "u"),
        CallTarget.Parse("bolt://h/com.acme.S/m?version=1.0&group=blue%2Fa&uniqueId=u", Protocols, out _)?.Service);

    [Theory]
    [InlineData("com.acme.S/m", "is no address")]
    [InlineData("blot://h:1/S/m", "did you mean 'bolt'?")]
    [InlineData("bolt://h:1/S", "names no service and method")]
    [InlineData("bolt://h:1/S/m/x", "names no service and method")]
    [InlineData("bolt://h:1/S/m?verison=1", "'verison' is no part")]
    public void Parse_AnythingElse_SaysWhatToWrite(string text, string told)
    {
        Assert.Null(CallTarget.Parse(text, Protocols, out var problem));
        Assert.Contains(told, problem, StringComparison.Ordinal);
    }
}
