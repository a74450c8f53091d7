using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class ConfigOverridesTests
{
    private readonly List<SourceProblem> _problems = [];

    [Theory]
    [InlineData("listeners.bolt.address=127.0.0.1:1")]
    [InlineData("listeners.0.address=127.0.0.1:1")]
    public void Apply_ItemByNameOrIndex_ReplacesItsValue(string text)
    {
        var config = Read(text);

        Assert.Empty(_problems);
        Assert.Equal("127.0.0.1:1", config.Listeners[0].Address);
        Assert.Equal("127.0.0.1:20880", config.Listeners[1].Address);
    }

    [Fact]
    public void Apply_NewMapOnTheWay_IsMade()
    {
        Assert.Equal(7, Read("upstream.limits.maxInFlight=7").Upstream.Limits.MaxInFlight);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Apply_YamlValue_IsAList()
    {
        Assert.Equal(["a.yaml", "b=c.yaml"], Read("contracts=[a.yaml, b=c.yaml]").Contracts.Select(static c => c.Path));
        Assert.Empty(_problems);
    }

    [Fact]
    public void Apply_SameKeyTwice_TakesTheLast() => Assert.Equal(2, Read("drainMs=1", "drainMs=2").DrainMs);

    [Theory]
    [InlineData("drainMs", 1, "write key=value, such as logging.level=debug")]
    [InlineData("=1", 1, "write key=value, such as logging.level=debug")]
    [InlineData("listeners.blot.address=x", 11, "did you mean 'bolt'?")]
    [InlineData("listeners.9.address=x", 11, "use one of: bolt, dubbo, grpc, http, triple")]
    [InlineData("contracts.9=x", 11, "use an index from 0 to 0")]
    [InlineData("drainMs=x", 9, "write a whole number from 0 to 600000")]
    [InlineData("admin.enabled=1", 15, "write true or false")]
    [InlineData("drainMs.x=1", 1, "write a whole number from 0 to 600000")]
    [InlineData("listeners.bolt.address.x=1", 24, "end the path before it")]
    [InlineData("upstraem.reconnectMs=1", 1, "did you mean 'upstream'?")]
    public void Apply_Wrong_TellsThePlaceOnTheCommandLine(string text, int column, string cure)
    {
        Read("logging.level=debug", text);

        var problem = Assert.Single(_problems);
        Assert.Equal((ConfigOverrides.File, 2, column, cure), (problem.File, problem.Line, problem.Column, problem.Cure));
    }

    [Fact]
    public void Apply_BrokenYaml_TellsThePlaceOnTheCommandLine()
    {
        Read("drainMs=1", "contracts=[a");

        var problem = Assert.Single(_problems);
        Assert.Equal((ConfigOverrides.File, 2), (problem.File, problem.Line));
    }

    private GatewayConfig Read(params string[] overrides)
    {
        var reading = ConfigReader.Read(new ConfigSource(null, overrides, "/"), _problems);
        Assert.NotNull(reading);
        return reading.Config;
    }
}
