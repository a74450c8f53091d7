using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Routing;

public sealed class RoutingTableTests : IAsyncLifetime
{
    private readonly ChannelPool _pool = new(
        Plugins(), new UpstreamModel(), new SocketTransport(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    [Theory]
    [InlineData("", "", true)]
    [InlineData("1.0.0", "1.0.0", true)]
    [InlineData("1.0.0", "", true)]
    [InlineData("", "1.0.0", true)]
    [InlineData("*", "1.0.0", true)]
    [InlineData("1.0", "1.0.0", false)]
    [InlineData("0.0.0", "", true)]
    [InlineData("0.0.0", "1.0.0", true)]
    [InlineData("1.0.0", "0.0.0", true)]
    public void Resolve_Version_MatchesWhereEqualOrLeftOut(string asked, string offered, bool found)
    {
        var table = Table([new RouteModel { Name = "all" }], Service(new ServiceKey("orders", offered)));
        Assert.Equal(found, table.Resolve(new ServiceKey("orders", asked), "get", anyVersion: false, out _) is not null);
    }

    [Theory]
    [InlineData("com.acme.Orders", "acme.v1.Orders")]
    [InlineData("acme.v1.Orders", "acme.v1.Orders")]
    [InlineData("acme.v1.Orders", "com.acme.Orders")]
    public void Resolve_EitherNameOfAContract_FindsTheServiceByTheOther(string asked, string registered)
    {
        var contract = new ServiceContract(new ServiceKey("com.acme.Orders"), []) { ProtoName = "acme.v1.Orders" };
        var registries = new Dictionary<string, ImmutableArray<ServiceSnapshot>> { ["local"] = [Service(new ServiceKey(registered))] };
        var model = new GatewayModel
        {
            Id = "test",
            Registries = [new RegistryModel("local", "file", ImmutableDictionary<string, string>.Empty)],
            Routes = [new RouteModel { Name = "all" }],
            Contracts = [contract],
        };
        var table = new RoutingTable(model, registries, _pool, new PluginCatalog().Plans);
        var found = table.Resolve(new ServiceKey(asked), "get", anyVersion: false, out _)!;
        Assert.Same(contract, found.Contract);
        Assert.Equal(registered, found.CalleeService.Interface);
        Assert.Equal(["acme.v1.Orders", "com.acme.Orders"], table.Exposed().Select(static s => s.Interface).Order());
    }

    [Fact]
    public void Resolve_DefaultVersion_PrefersThatVersionElseTakesAny()
    {
        var table = Table(
            [new RouteModel { Name = "all" }],
            Service(new ServiceKey("a", "2.0")), Service(new ServiceKey("a", "1.0")), Service(new ServiceKey("b", "1.0.0")));
        Assert.Equal("1.0", table.Resolve(new ServiceKey("a", "1.0"), "get", anyVersion: true, out _)!.CalleeService.Version);
        Assert.Equal("1.0.0", table.Resolve(new ServiceKey("b", "1.0"), "get", anyVersion: true, out _)!.CalleeService.Version);
        Assert.Null(table.Resolve(new ServiceKey("b", "1.0"), "get", anyVersion: false, out _));
    }

    [Fact]
    public void Resolve_SeveralGroups_TakesTheOneAskedFor()
    {
        var table = Table(
            [new RouteModel { Name = "all" }],
            Service(new ServiceKey("orders", Group: "red")), Service(new ServiceKey("orders", Group: "blue")));
        Assert.Equal("blue", table.Resolve(new ServiceKey("orders", Group: "blue"), "get", false, out _)!.CalleeService.Group);
        Assert.Null(table.Resolve(new ServiceKey("orders", Group: "green"), "get", false, out var why));
        Assert.Equal("no registry has the service green/orders", why);
    }

    [Theory]
    [InlineData("blue", "blue")]
    [InlineData("*", "blue")] // The first name where nothing else tells.
    [InlineData("", "blue")]
    [InlineData("red,blue", "red")]
    [InlineData("green, blue ,red", "blue")]
    [InlineData("green,*", "blue")]
    [InlineData("green", null)]
    [InlineData("green,yellow", null)]
    [InlineData("blu", null)]
    public void Resolve_Groups_MatchAsDubboMatchesThem(string asked, string? taken)
    {
        foreach (var names in new[] { new[] { "red", "blue" }, ["blue", "red"] })
        {
            var table = Table([new RouteModel { Name = "all" }], [.. names.Select(n => Service(new ServiceKey("orders", Group: n)))]);
            Assert.Equal(taken, table.Resolve(new ServiceKey("orders", Group: asked), "get", false, out _)?.CalleeService.Group);
        }
    }

    [Theory]
    [InlineData("*", "1.10.0")]
    [InlineData("", "1.10.0")]
    [InlineData("0.0.0", "1.10.0")]
    [InlineData("1.9.0", "1.9.0")]
    public void Resolve_SeveralVersions_TakesTheHighestWhateverTheirOrder(string asked, string taken)
    {
        string[] versions = ["1.9.0", "1.10.0", "1.2", "1.10"];
        foreach (var order in new[] { versions, [.. versions.Reverse()] })
        {
            var table = Table([new RouteModel { Name = "all" }], [.. order.Select(v => Service(new ServiceKey("orders", v)))]);
            Assert.Equal(taken, table.Resolve(new ServiceKey("orders", asked), "get", false, out _)!.CalleeService.Version);
        }
    }

    [Fact]
    public void Resolve_GroupsWithCommas_AreNoNameForACalleeWithoutAGroup()
    {
        var table = Table([new RouteModel { Name = "all" }], Service(new ServiceKey("orders")));
        Assert.Equal("", table.Resolve(new ServiceKey("orders", "*", "red,blue"), "get", false, out _)!.CalleeService.Group);
        Assert.Equal("", table.Resolve(new ServiceKey("orders", "*"), "get", false, out _)!.CalleeService.Version);
    }

    [Fact]
    public void Resolve_AnyVersion_HasTheContractOfTheVersionThatItReaches()
    {
        ServiceContract Contract(string version) => new(new ServiceKey("orders", version), []);
        var contracts = ImmutableArray.Create(Contract("1.0.0"), Contract("2.0.0"), Contract("3.0.0"));
        var table = Table([new RouteModel { Name = "all" }], contracts, Service(new ServiceKey("orders", "1.0.0")), Service(new ServiceKey("orders", "2.0.0")));
        foreach (var asked in new[] { "*", "" })
        {
            Assert.Equal("2.0.0", table.Resolve(new ServiceKey("orders", asked), "get", false, out _)!.Contract!.Service.Version);
        }

        Assert.Equal("1.0.0", table.Resolve(new ServiceKey("orders", "1.0.0"), "get", false, out _)!.Contract!.Service.Version);
    }

    [Fact]
    public void Resolve_ServicesThatMatchAlike_TakesTheOneWithInstances()
    {
        var empty = new ServiceSnapshot(new ServiceKey("orders", "2.0.0"), 1, false, []);
        foreach (var services in new[] { new[] { empty, Service(new ServiceKey("orders", "1.0.0")) }, [Service(new ServiceKey("orders", "1.0.0")), empty] })
        {
            var table = Table([new RouteModel { Name = "all" }], services);
            Assert.Equal("1.0.0", table.Resolve(new ServiceKey("orders"), "get", false, out _)!.CalleeService.Version);
        }
    }

    [Fact]
    public void Resolve_UniqueId_IsKeptApart()
    {
        var table = Table(
            [new RouteModel { Name = "all" }],
            Service(new ServiceKey("orders", UniqueId: "blue")), Service(new ServiceKey("orders")));
        Assert.Equal("blue", table.Resolve(new ServiceKey("orders", UniqueId: "blue"), "get", false, out _)!.CalleeService.UniqueId);
        Assert.Equal("", table.Resolve(new ServiceKey("orders"), "get", false, out _)!.CalleeService.UniqueId);
    }

    [Fact]
    public void Resolve_RouteByMethod_TakesOnlyThatMethod()
    {
        var table = Table(
            [
                new RouteModel
                {
                    Name = "moved", Match = new ServiceMatch("orders", Methods: ["place"]), Rewrite = new ServiceRewrite(Interface: "orders.new"),
                },
                new RouteModel { Name = "rest", Match = new ServiceMatch("ord*") },
            ],
            Service(new ServiceKey("orders")), Service(new ServiceKey("orders.new")));
        Assert.Equal("orders.new", table.Resolve(new ServiceKey("orders"), "place", false, out _)!.CalleeService.Interface);
        Assert.Equal("orders", table.Resolve(new ServiceKey("orders"), "get", false, out _)!.CalleeService.Interface);
        Assert.Null(table.Resolve(new ServiceKey("stock"), "get", false, out var why));
        Assert.Equal("no route takes the service stock", why);
    }

    [Fact]
    public void Resolve_RouteNamesAProtocol_TakesOnlyItsInstances()
    {
        var key = new ServiceKey("orders");
        var snapshot = new ServiceSnapshot(key, 1, false, [Instance(key, 1, "text"), Instance(key, 2, "text2")]);
        var table = Table([new RouteModel { Name = "all", Protocol = "text2" }], snapshot);
        var endpoint = Assert.Single(table.Resolve(key, "get", false, out _)!.Endpoints.Endpoints);
        Assert.Equal(2, endpoint.Instance.Port);
    }

    [Theory]
    [InlineData("com.acme.OrderService", "order-service")] // A Dubbo consumer of a Spring application.
    [InlineData("order-service", "com.acme.OrderService")] // A Spring caller of a Dubbo service.
    public void Resolve_FacadeOfAnotherName_LeadsToTheServiceAndHasTheContractOfTheJavaName(string asked, string registered)
    {
        var contract = new ServiceContract(new ServiceKey("com.acme.OrderService"), []);
        var route = new RouteModel
        {
            Name = "facade",
            Facade = "orders",
            Match = new ServiceMatch(asked) { IsLoose = true },
            Rewrite = new ServiceRewrite(registered),
        };
        var table = Table([route, new RouteModel { Name = "all" }], [contract], Service(new ServiceKey(registered)));

        var found = table.Resolve(new ServiceKey(asked, "1.0.0"), "get", anyVersion: false, out _)!;

        Assert.Same(contract, found.Contract);
        Assert.Equal(registered, found.CalleeService.Interface);
        Assert.Contains(asked, table.Exposed().Select(static s => s.Interface));
    }

    [Fact]
    public void Resolve_FacadeBehindWhichOnlyGatewaysStand_LeadsToNobodyAndThenToTheNext()
    {
        var key = new ServiceKey("orders");
        var gateway = Instance(key, 1) with { Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "other") };
        var facade = new RouteModel { Name = "facade", Facade = "orders", Match = new ServiceMatch("orders") { IsLoose = true } };

        Assert.Null(Table([facade], new ServiceSnapshot(key, 1, false, [gateway])).Resolve(key, "get", false, out var why));
        Assert.Equal("no registry has the service orders", why);
        var both = Table([facade], new ServiceSnapshot(key, 1, false, [gateway, Instance(key, 2)])).Resolve(key, "get", false, out _)!;
        Assert.Equal(2, Assert.Single(both.Endpoints.Endpoints).Instance.Port);
        var empty = Table([facade, facade with { Name = "second", Match = new ServiceMatch("ord*") }], new ServiceSnapshot(key, 1, false, []));
        Assert.True(empty.Resolve(key, "get", false, out _)!.Endpoints.IsEmpty);
    }

    [Fact]
    public void Resolve_ManyUnknownNames_KeepsNothing()
    {
        var table = Table([new RouteModel { Name = "all" }], Service(new ServiceKey("orders")));
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Null(table.Resolve(new ServiceKey($"x{i}"), "get", false, out _));
        }
    }

    [Theory]
    [InlineData(InstanceHealth.Starting, "starting")]
    [InlineData(InstanceHealth.Down, "down")]
    [InlineData(InstanceHealth.OutOfService, "out of service")]
    [InlineData(InstanceHealth.Unknown, "does not know")]
    public void Pick_InstanceThatIsNotUp_TakesNoCallsAndSaysWhy(InstanceHealth health, string why)
    {
        var key = new ServiceKey("orders");
        var two = Endpoints([Instance(key, 1) with { Health = health }, Instance(key, 2)]);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal(2, two.Pick(null)?.Instance.Port));
        var alone = Endpoints([Instance(key, 1) with { Health = health }]);
        Assert.Null(alone.Pick(null));
        Assert.Contains(why, alone.WhyNotCallable, StringComparison.Ordinal);
    }

    [Fact]
    public void Pick_Weights_AreKeptAndInterleaved()
    {
        var key = new ServiceKey("orders");
        var snapshot = new ServiceSnapshot(
            key, 1, false, [Instance(key, 1) with { Weight = 300 }, Instance(key, 2) with { Weight = 100 }, Instance(key, 3) with { Weight = 0 }]);
        var endpoints = Table([new RouteModel { Name = "all" }], snapshot).Resolve(key, "get", false, out _)!.Endpoints;
        var picks = Enumerable.Range(0, 400).Select(_ => endpoints.Pick(null)!.Instance.Port).ToArray();
        Assert.InRange(picks.Count(p => p == 1), 290, 310);
        Assert.DoesNotContain(3, picks);
        Assert.DoesNotContain("11111", string.Concat(picks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("put")]
    public void Resolve_RoutesByMethod_StillTakesTurns(string method)
    {
        var key = new ServiceKey("orders");
        var table = Table(
            [new RouteModel { Name = "some", Match = new ServiceMatch(Methods: ["get"]) }, new RouteModel { Name = "all" }],
            new ServiceSnapshot(key, 1, false, [Instance(key, 1), Instance(key, 2)]));

        var picks = Enumerable.Range(0, 10).Select(_ => table.Resolve(key, method, false, out var _)!.Endpoints.Pick(null)!.Instance.Port);

        Assert.Equal(5, picks.Count(static p => p == 1));
    }

    private EndpointSet Endpoints(ImmutableArray<ServiceInstance> instances) =>
        Table([new RouteModel { Name = "all" }], new ServiceSnapshot(instances[0].Service, 1, false, instances))
            .Resolve(instances[0].Service, "get", false, out _)!.Endpoints;

    private static ServiceSnapshot Service(ServiceKey key) => new(key, 1, false, [Instance(key, 1)]);

    private static ServiceInstance Instance(ServiceKey key, int port, string protocol = "text") =>
        new() { Service = key, Protocol = protocol, Host = "127.0.0.1", Port = port };

    private static PluginCatalog Plugins()
    {
        var plugins = new PluginCatalog();
        plugins.Add(new TextPlugin());
        return plugins;
    }

    private RoutingTable Table(ImmutableArray<RouteModel> routes, params ServiceSnapshot[] services) => Table(routes, [], services);

    private RoutingTable Table(ImmutableArray<RouteModel> routes, ImmutableArray<ServiceContract> contracts, params ServiceSnapshot[] services) => new(
        new GatewayModel
        {
            Id = "test",
            Routes = routes,
            Contracts = contracts,
            Registries = [new RegistryModel("r", "fixed", ImmutableDictionary<string, string>.Empty)],
        },
        new Dictionary<string, ImmutableArray<ServiceSnapshot>> { ["r"] = [.. services] },
        _pool,
        new PluginCatalog().Plans);

    private sealed class TextPlugin : IBridgePlugin
    {
        public int ContractVersion => PluginContract.Version;

        public void Configure(IPluginBuilder builder) => builder.AddFrameCodec(new TextCodec()).AddFrameCodec(new TextCodec("text2"));
    }
}
