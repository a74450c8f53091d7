using System.Collections.Immutable;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Routing;

public sealed class ServiceDirectoryTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly ChannelPool _pool;
    private readonly ServiceDirectory _directory;
    private readonly GatewayModel _model = new()
    {
        Id = "test",
        Routes = [new RouteModel { Name = "all" }],
        Registries = [new RegistryModel("r", "fixed", ImmutableDictionary<string, string>.Empty)],
    };

    private long _revision;

    public ServiceDirectoryTests()
    {
        var plugins = new PluginCatalog();
        plugins.Add(new TextPlugin());
        _pool = new ChannelPool(plugins, new UpstreamModel(), new SocketTransport(_time, NullLogger.Instance), _time, NullLogger.Instance);
        _directory = new ServiceDirectory(_pool);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    [Fact]
    public void Apply_OneInstanceChanges_TheOthersKeepTheirEndpoints()
    {
        var table = Start(Told("a", Instance("a", 1), Instance("a", 2), Instance("a", 3)));
        var before = Endpoints(table, "a");

        table = Next(table, Told("a", Instance("a", 3), Instance("a", 2) with { Weight = 7 }, Instance("a", 4), Instance("a", 1)));

        var after = Endpoints(table, "a");
        Assert.Equal([3, 2, 4, 1], after.Select(static e => e.Instance.Port));
        Assert.Same(before[2], after[0]);
        Assert.Same(before[0], after[3]);
        Assert.NotSame(before[1], after[1]);
        Assert.Equal(7, after[1].Instance.Weight);
    }

    [Fact]
    public void Apply_OneServiceChanges_TheOthersStayResolved()
    {
        var table = Start(Told("a", Instance("a", 1)), Told("b", Instance("b", 1)));
        var a = Resolve(table, "a");
        var b = Resolve(table, "b");

        table = Next(table, Told("a", Instance("a", 1), Instance("a", 2)));

        Assert.Same(b, Resolve(table, "b"));
        Assert.NotSame(a, Resolve(table, "a"));
        Assert.Equal(2, Resolve(table, "a").Endpoints.Endpoints.Length);
        Assert.Same(Resolve(table, "a"), Resolve(table, "a"));
    }

    [Fact]
    public void Apply_OnlyMoreStale_StaysResolved()
    {
        var table = Start(Told("a", Instance("a", 1)));
        var a = Resolve(table, "a");

        table = Next(table, Told("a", Instance("a", 1)) with { Stale = true });

        Assert.Same(a, Resolve(table, "a"));
        Assert.True(Assert.Single(table.Services).Snapshot.Stale);

        table = Next(table, Told("a", Instance("a", 2)));
        Assert.Equal(2, Resolve(table, "a").Endpoints.Endpoints[0].Instance.Port);
    }

    [Fact]
    public void Resolve_ByATableThatWasReplaced_DoesNotStayForTheNext()
    {
        var old = Start(Told("a", Instance("a", 1)));
        var table = Next(old, Told("a", Instance("a", 2)));

        Assert.Equal(1, Resolve(old, "a").Endpoints.Endpoints[0].Instance.Port);

        Assert.Equal(2, Resolve(table, "a").Endpoints.Endpoints[0].Instance.Port);
    }

    [Fact]
    public void Resolve_AfterAChange_GoesOnWithTheNextTurn()
    {
        var table = Start(Told("a", Instance("a", 1), Instance("a", 2), Instance("a", 3)));
        var picked = new List<int>();
        for (var i = 0; i < 9; i++)
        {
            picked.Add(Resolve(table, "a").Endpoints.Pick(null)!.Instance.Port);
            table = Next(table, Told("a", Instance("a", 1) with { Weight = 100 }, Instance("a", 2), Instance("a", 3), Instance("a", 10 + i, weight: 0)));
        }

        Assert.Equal([3, 3, 3], picked.GroupBy(static p => p).Select(static g => g.Count()));
    }

    [Fact]
    public void Apply_NameThatAnEarlierRouteRewritesTo_TakesItsCalls()
    {
        var model = _model with
        {
            Routes = [new RouteModel { Name = "new", Rewrite = new ServiceRewrite("modern") }, new RouteModel { Name = "old" }],
        };
        var table = Start(model, Told("legacy", Instance("legacy", 1)));
        Assert.Equal("legacy", Resolve(table, "legacy").CalleeService.Interface);

        table = Next(table, Told("modern", Instance("modern", 2)));

        Assert.Equal("modern", Resolve(table, "legacy").CalleeService.Interface);

        table = Next(table, new ServiceKey("modern"), null);
        Assert.Equal("legacy", Resolve(table, "legacy").CalleeService.Interface);
    }

    [Fact]
    public void Apply_TwoVersionsOfAName_OneGoesAndTheOtherServes()
    {
        var table = Start(
            new ServiceSnapshot(new ServiceKey("a", "2.0"), 1, false, [Instance("a", 2)]),
            new ServiceSnapshot(new ServiceKey("a", "1.0"), 1, false, [Instance("a", 1)]));
        Assert.Equal("2.0", Resolve(table, "a").CalleeService.Version);

        table = Next(table, new ServiceKey("a", "2.0"), null);

        Assert.Equal("1.0", Resolve(table, "a").CalleeService.Version);
    }

    [Fact]
    public async Task Release_LastHolderOfAnAddress_ClosesItsChannelAfterAMoment()
    {
        var table = Start(Told("a", Instance("a", 1)), Told("b", Instance("b", 1)));
        Assert.Same(Endpoints(table, "a")[0].Channel, Endpoints(table, "b")[0].Channel);

        table = Next(table, Told("a"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_pool.List());

        Next(table, Told("b"));
        Assert.Single(_pool.List());
        _time.Advance(TimeSpan.FromSeconds(5));
        await ClosedAsync();
    }

    [Fact]
    public void Release_InstanceComesBackAtOnce_KeepsItsChannel()
    {
        var table = Start(Told("a", Instance("a", 1)));
        var channel = Endpoints(table, "a")[0].Channel;

        table = Next(table, Told("a"));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        table = Next(table, Told("a", Instance("a", 1)));

        Assert.Same(channel, Endpoints(table, "a")[0].Channel);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_pool.List());
    }

    [Fact]
    public async Task Release_CallOfAnOlderTableStillGoesThere_LeavesNoChannelBehind()
    {
        var table = Start(Told("a", Instance("a", 1)));
        var planned = Endpoints(table, "a")[0];

        Next(table, Told("a"));
        Assert.NotNull(planned.Channel);

        _time.Advance(TimeSpan.FromSeconds(5));
        await ClosedAsync();
    }

    [Fact]
    public void Apply_OneInstanceOfMany_CostsWhatItsServiceIs()
    {
        const int Services = 2_000;
        const int Each = 20;
        var all = Enumerable.Range(0, Services)
            .Select(s => Told($"s{s}", [.. Enumerable.Range(1, Each).Select(p => Instance($"s{s}", p))])).ToArray();
        var table = Start(all);
        for (var i = 0; i < Services; i++)
        {
            Resolve(table, $"s{i}");
        }

        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var changed = Told($"s{round}", [.. all[round].Instances.Select(i => i.Port == 7 ? i with { Weight = 50 + round } : i)]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            table = Next(table, changed);
            for (var i = 0; i < Services; i++)
            {
                Resolve(table, $"s{i}");
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before - NamesOf(Services));
        }

        // A table from the ground up is 4 MB here; what one service needs of names, endpoints and turns is some thousand bytes.
        Assert.InRange(least, 0, 20_000);

        static long NamesOf(int services)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < services; i++)
            {
                GC.KeepAlive($"s{i}");
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <summary>What a timer of the clock set off runs on another thread.</summary>
    private async Task ClosedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_pool.List().Any())
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private RoutingTable Start(params ServiceSnapshot[] services) => Start(_model, services);

    private RoutingTable Start(GatewayModel model, params ServiceSnapshot[] services)
    {
        var change = _directory.Replace([RegistryServices.Of("r", [.. services])], renew: false);
        var table = new RoutingTable(model, change.Names, _pool, new PluginCatalog().Plans);
        change.Settle();
        return table;
    }

    private RoutingTable Next(RoutingTable before, ServiceSnapshot told) => Next(before, told.Service, told);

    private RoutingTable Next(RoutingTable before, ServiceKey service, ServiceSnapshot? told)
    {
        var change = _directory.Apply([new RegistryServices("r", [KeyValuePair.Create(service, told)])]);
        var table = before.With(change);
        change.Settle();
        return table;
    }

    private static Resolution Resolve(RoutingTable table, string service) =>
        table.Resolve(new ServiceKey(service), "get", anyVersion: false, out var why) ?? throw new InvalidOperationException(why);

    private static ImmutableArray<Endpoint> Endpoints(RoutingTable table, string service) => Resolve(table, service).Endpoints.Endpoints;

    private ServiceSnapshot Told(string service, params ServiceInstance[] instances) => new(new ServiceKey(service), ++_revision, false, [.. instances]);

    private static ServiceInstance Instance(string service, int port, int weight = 100) => TestGateway.Instance(service, port, weight: weight);

    private sealed class TextPlugin : IBridgePlugin
    {
        public int ContractVersion => PluginContract.Version;

        public void Configure(IPluginBuilder builder) => builder.AddFrameCodec(new TextCodec());
    }
}
