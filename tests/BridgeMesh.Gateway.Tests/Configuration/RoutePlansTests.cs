using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

/// <summary>Routes to callees whose protocol cannot carry a method of the contract.</summary>
public sealed class RoutePlansTests : IDisposable
{
    private const string Listeners = "listeners: [{name: grpc, protocol: grpc, address: '127.0.0.1:0'}]\ncontracts: [shop.yaml]\n";

    private const string Explained =
        "com.acme.Shop bolt cannot carry follow: follow answers with a stream, and bolt carries one reply a call (stream-not-carried)";

    private readonly TempFolder _folder = new();

    public RoutePlansTests()
    {
        _folder.Write("shop.yaml", """
            services:
              com.acme.Shop:
                methods:
                  get: { parameters: { id: string }, returns: string }
                  follow: { parameters: { id: string }, returns: string, streams: replies }
            """);
        Serve("bolt");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Route_ThatNamesTheService_IsRefusedWithPlaceReasonAndCure()
    {
        var outcome = Load("routes:\n  - { name: shop, match: { service: com.acme.Shop } }\n");
        Assert.Null(outcome.Model);
        var problem = Assert.Single(outcome.Problems);
        Assert.Equal(("bridgemesh.yaml", 4), (problem.File, problem.Line));
        Assert.Equal($"route shop: {Explained}", problem.Message);
        Assert.EndsWith("or set lint: warn, which refuses its calls alone", problem.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ name: shop, match: { service: com.acme.* }, protocol: bolt }", false)]
    [InlineData("{ name: shop, match: { service: com.acme.Shop }, protocol: grpc }", true)]
    [InlineData("{ name: shop, match: { service: com.acme.Shop, methods: [get] } }", true)]
    [InlineData("{ name: shop, match: { service: com.acme.Shop }, lint: warn }", true)]
    [InlineData("{ name: shop, match: { service: com.acme.Shop }, lint: off }", true)]
    [InlineData("{ name: all }", true)]
    [InlineData("{ name: all, lint: refuse }", false)]
    [InlineData("{ name: other, match: { service: com.acme.Other } }", true)]
    public void Route_IsJudgedByTheMethodsItTakes(string route, bool isGood) =>
        Assert.Equal(isGood, Load($"routes:\n  - {route}\n").Model is not null);

    [Fact]
    public void Route_ForEveryService_TellsInANote()
    {
        var outcome = Load("routes:\n  - { name: all }\n");
        Assert.Equal(RouteLint.Warn, outcome.Model?.Routes[0].Lint);
        Assert.Equal((IEnumerable<string>)[$"route all: {Explained}; calls of it that are translated are refused"], outcome.Notes);
    }

    [Fact]
    public void Route_ToCalleesOfTwoProtocols_IsGoodWhereOneCan()
    {
        Serve("bolt", "grpc");
        Assert.NotNull(Load("routes:\n  - { name: shop, match: { service: com.acme.Shop } }\n").Model);
    }

    [Fact]
    public void Listener_ThatCannotCall_IsANote()
    {
        Serve("grpc");
        var outcome = Load("routes: [{ name: shop, match: { service: com.acme.Shop } }]\n", Listeners.Replace("grpc, address", "bolt, address", StringComparison.Ordinal));
        Assert.Equal((IEnumerable<string>)["callers by bolt cannot call com.acme.Shop.follow; bridgemesh contract lint --protocol bolt tells why"], outcome.Notes);
    }

    [Fact]
    public void Reload_WithSuchARoute_KeepsTheLastGood()
    {
        var first = Load("routes:\n  - { name: all }\n");
        Assert.NotNull(first.Model);
        _folder.Write("bridgemesh.yaml", $"{Listeners}routes:\n  - {{ name: shop, match: {{ service: com.acme.Shop }} }}\n");
        Assert.Null(ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), first.Plugins).Model);
    }

    private void Serve(params string[] protocols) => _folder.Write(
        "services.yaml",
        "services:\n  - name: com.acme.Shop\n    instances:\n" + string.Concat(protocols.Select((p, i) => $"      - {{ address: '127.0.0.1:{12_200 + i}', protocol: {p} }}\n")));

    private ConfigOutcome Load(string routes, string listeners = Listeners)
    {
        _folder.Write("bridgemesh.yaml", listeners + routes);
        return ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
    }
}
