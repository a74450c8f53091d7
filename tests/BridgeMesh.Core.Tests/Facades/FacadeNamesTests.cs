using System.Collections.Immutable;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Facades;

public sealed class FacadeNamesTests
{
    private static readonly ImmutableDictionary<string, ZoneModel> Zones = new[]
    {
        new ZoneModel("legacy", ["zk"], null),
        new ZoneModel("mesh", ["cloud", "etcd"], null),
    }.ToImmutableDictionary(static z => z.Name);

    [Fact]
    public void Join_WithFacades_PutsThemBetweenRoutesThatNameOneServiceAndTheOthers()
    {
        RouteModel Route(string name, string? service) => new() { Name = name, Match = new ServiceMatch(service) };
        ImmutableArray<RouteModel> routes = [Route("all", null), Route("one", "a"), Route("some", "b*"), Route("two", "c")];

        Assert.Equal(["one", "two", "facade-x", "facade-y", "all", "some"], FacadeNames.Join(routes, [Rule("x"), Rule("y")], Zones).Select(static r => r.Name));
        Assert.Equal(routes, FacadeNames.Join(routes, [], Zones));
    }

    [Theory]
    [InlineData("com.acme.OrderService", "1.0.0", "blue", true)]
    [InlineData("com.acme.OrderService", "", "", true)] // An HTTP caller knows neither.
    [InlineData("com.acme.OrderService", "*", "", true)]
    [InlineData("com.acme.OrderService", "2.0.0", "", false)]
    [InlineData("com.acme.OrderService", "1.0.0", "red", false)]
    [InlineData("order-service", "", "", false)]
    public void Route_OfARenamedService_TakesItsCallersByWhatTheySay(string service, string version, string group, bool taken)
    {
        var route = Route(Rule("x") with { As = new ServiceRewrite("com.acme.OrderService", "1.0.0", "blue") });

        Assert.Equal(taken, ServiceMatching.Takes(route.Match, new ServiceKey(service, version, group), "get"));
        Assert.Equal(["cloud", "etcd"], route.Registries.AsEnumerable());
    }

    [Fact]
    public void Route_PartsWithAnotherNameOutside_AreThoseInsideOrAny()
    {
        var rule = Rule("x") with { As = new ServiceRewrite("com.acme.OrderService", "1.0.0", null, "u") };

        Assert.Equal(new ServiceRewrite("order-service", "", null, ""), Route(rule).Rewrite);
        Assert.Equal(
            new ServiceRewrite("order-service", "7", "g", ""),
            Route(rule with { Match = new ServiceMatch("order-service", "7", "g") }).Rewrite);
        Assert.Equal(ServiceRewrite.None, Route(Rule("x") with { Match = new ServiceMatch("com.acme.*") }).Rewrite);
    }

    [Fact]
    public void Offered_Service_HasTheRulesPartsAndElseItsOwn()
    {
        var real = new ServiceKey("order-service", "2.0.0", "green", "u");

        Assert.Equal(real, FacadeNames.Offered(Rule("x"), real));
        Assert.Equal(
            new ServiceKey("com.acme.OrderService", "1.0.0", "", "u"),
            FacadeNames.Offered(Rule("x") with { As = new ServiceRewrite("com.acme.OrderService", "1.0.0", "") }, real));
        Assert.True(FacadeNames.Takes(Rule("x"), real));
        Assert.False(FacadeNames.Takes(Rule("x") with { Match = new ServiceMatch("order-service", "1.0.0") }, real));
        Assert.True(FacadeNames.Takes(Rule("x") with { Match = new ServiceMatch("order-*") }, real));
    }

    private static RouteModel Route(FacadeModel rule) => FacadeNames.Join([], [rule], Zones).Single();

    private static FacadeModel Rule(string name) => new() { Name = name, From = "mesh", To = "legacy", Match = new ServiceMatch("order-service") };
}
