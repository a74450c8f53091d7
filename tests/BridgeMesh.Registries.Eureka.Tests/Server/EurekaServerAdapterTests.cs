using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Server;
using BridgeMesh.Registries.Eureka.Wire;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Time;
using static BridgeMesh.Registries.Eureka.Tests.Server.EurekaServerUnderTest;

namespace BridgeMesh.Registries.Eureka.Tests.Server;

/// <summary>The server as a registry of the gateway, our client against it over real connections, and two servers that are peers.</summary>
public sealed class EurekaServerAdapterTests : IDisposable
{
    private static readonly ServiceKey Orders = new("orders");

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Watch_WhatRegisters_IsSeenAndGoes()
    {
        await using var server = await StartAsync();
        await using var orders = Watch(server.Adapter);
        Assert.Empty((await NextAsync(orders)).Instances);

        Assert.Equal(HttpStatusCode.NoContent, await server.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1))));
        Assert.Equal("1", Ports(await NextAsync(orders)));
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("DELETE", "/eureka/apps/ORDERS/127.0.0.1:orders:1"));
        Assert.Empty((await NextAsync(orders)).Instances);
    }

    [Fact]
    public async Task Watch_LeaseThatIsNotRenewed_EndsWithItsTime()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        await using var orders = Watch(server.Adapter);
        await NextAsync(orders);
        await server.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));
        await NextAsync(orders);

        var gone = orders.MoveNextAsync().AsTask();
        while (!gone.IsCompleted)
        {
            _limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await gone);
        Assert.Empty(orders.Current.Instances);
        Assert.True(time.GetUtcNow() - new ManualTime().GetUtcNow() > TimeSpan.FromSeconds(EurekaLease.Default.DurationS));
    }

    [Fact]
    public async Task Publish_Facade_IsInTheRegistryAndOutlivesItsLeasesTime()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var facade = await server.Adapter.PublishAsync(Facade(), _limit.Token);
        Assert.Contains("10.0.0.9:orders:18080", await server.TextAsync("/eureka/vips/orders"), StringComparison.Ordinal);

        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            server.Table.Evict(null, TimeSpan.Zero);
        }

        Assert.Contains("10.0.0.9:orders:18080", await server.TextAsync("/eureka/vips/orders"), StringComparison.Ordinal);
        await facade.DisposeAsync();
        Assert.Equal(HttpStatusCode.NotFound, await server.StatusAsync("GET", "/eureka/vips/orders"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OurClient_AgainstOurServer_PublishesAndSees(bool isXml)
    {
        await using var server = await StartAsync(credentials: "user:pass");
        await using var client = Client(isXml, $"http://user:pass@127.0.0.1:{server.Port}/eureka");
        await using var seen = Watch(client);
        Assert.Empty((await NextAsync(seen)).Instances);

        var facade = await client.PublishAsync(Facade(), _limit.Token);
        var only = Assert.Single((await NextAsync(seen)).Instances);
        Assert.Equal(("10.0.0.9", 18080, InstanceHealth.Up), (only.Host, only.Port, only.Health));

        server.Table.SetStatus(new InstanceName("ORDERS", "10.0.0.9:orders:18080"), EurekaStatus.OutOfService, null);
        Assert.Equal(InstanceHealth.OutOfService, Assert.Single((await NextAsync(seen)).Instances).Health);

        await facade.DisposeAsync();
        Assert.Empty((await NextAsync(seen)).Instances);
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusAsync("GET", "/eureka/apps"));
    }

    [Fact]
    public async Task OurClient_ServerThatStartsAnew_RegistersThereAgain()
    {
        var port = LoopbackPorts.Free();
        var first = await StartAsync(port: port);
        await using var client = Client(false, $"http://127.0.0.1:{port}/eureka");
        await using var facade = await client.PublishAsync(Facade(), _limit.Token);
        Assert.NotNull(first.Table.Find(Name));
        await first.DisposeAsync();

        await using var second = await StartAsync(port: port);
        await using var seen = Watch(second.Adapter);
        await UntilAsync(seen, static s => s.Instances.Length == 1);
    }

    [Fact]
    public async Task Peers_WhatOneHears_TheOtherHas()
    {
        var ports = (LoopbackPorts.Free(), LoopbackPorts.Free());
        await using var one = await StartAsync(port: ports.Item1, peers: $"http://127.0.0.1:{ports.Item2}/eureka");
        await using var two = await StartAsync(port: ports.Item2, peers: $"http://127.0.0.1:{ports.Item1}/eureka");
        await using var seen = Watch(two.Adapter);
        await NextAsync(seen);

        await one.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));
        Assert.Equal("1", Ports(await UntilAsync(seen, static s => s.Instances.Length == 1)));
        await one.StatusAsync("PUT", "/eureka/apps/ORDERS/127.0.0.1:orders:1/status?value=OUT_OF_SERVICE");
        await UntilAsync(seen, static s => s.Instances is [{ Health: InstanceHealth.OutOfService }]);
        await one.StatusAsync("DELETE", "/eureka/apps/ORDERS/127.0.0.1:orders:1/status?value=UP");
        await UntilAsync(seen, static s => s.Instances is [{ Health: InstanceHealth.Up }]);
        await one.StatusAsync("DELETE", "/eureka/apps/ORDERS/127.0.0.1:orders:1");
        await UntilAsync(seen, static s => s.Instances.IsEmpty);
    }

    [Fact]
    public async Task Peers_OneThatStartsLater_HasWhatTheOtherKnows()
    {
        await using var one = await StartAsync();
        await one.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));

        await using var two = await StartAsync(peers: one.Address);

        await using var seen = Watch(two.Adapter);
        Assert.Equal("1", Ports(await NextAsync(seen)));
    }

    [Fact]
    public async Task Peers_OneThatForgot_IsToldByTheNextRenewal()
    {
        await using var two = await StartAsync();
        await using var one = await StartAsync(peers: two.Address);
        await using var seen = Watch(two.Adapter);
        await one.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));
        await UntilAsync(seen, static s => s.Instances.Length == 1);
        two.Table.Cancel(new InstanceName("ORDERS", "127.0.0.1:orders:1"));
        await UntilAsync(seen, static s => s.Instances.IsEmpty);

        await one.StatusAsync("PUT", "/eureka/apps/ORDERS/127.0.0.1:orders:1");

        await UntilAsync(seen, static s => s.Instances.Length == 1);
    }

    [Fact]
    public async Task Peers_OneThatIsAway_IsToldTheNewestWordWhenItComes()
    {
        var port = LoopbackPorts.Free();
        await using var one = await StartAsync(peers: $"http://127.0.0.1:{port}/eureka");
        await one.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));
        await one.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 2)));
        await one.StatusAsync("DELETE", "/eureka/apps/ORDERS/127.0.0.1:orders:1");
        await one.Trouble.WaitAsync(_limit.Token);

        await using var two = await StartAsync(port: port);
        await using var seen = Watch(two.Adapter);

        // A batch that was on its way before the end may come first.
        await UntilAsync(seen, static s => Ports(s) == "2");
    }

    [Fact]
    public async Task Create_SameAddressAgain_KeepsWhatHasRegistered()
    {
        var factory = new EurekaServerFactory();
        var port = LoopbackPorts.Free();
        var old = await StartAsync(factory: factory, port: port);
        await old.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Instance("orders", 1)));

        // What a reload does: the new one is ready before the old one goes.
        await using var fresh = await StartAsync(credentials: "user:pass", factory: factory, port: port);
        await using var seen = Watch(fresh.Adapter);
        Assert.Equal("1", Ports(await NextAsync(seen)));
        await old.DisposeAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await fresh.StatusAsync("GET", "/eureka/apps"));
        Assert.NotNull(fresh.Table.Find(new InstanceName("ORDERS", "127.0.0.1:orders:1")));
    }

    [Fact]
    public async Task Create_ChangeThatIsUndone_LeavesTheFormerSettings()
    {
        var factory = new EurekaServerFactory();
        var port = LoopbackPorts.Free();
        await using var old = await StartAsync(factory: factory, port: port);
        var fresh = await StartAsync(credentials: "user:pass", factory: factory, port: port);

        await fresh.DisposeAsync();

        Assert.Equal(HttpStatusCode.OK, await old.StatusAsync("GET", "/eureka/apps"));
    }

    [Fact]
    public async Task Watch_AddressTaken_FailsUntilItIsFree()
    {
        var port = LoopbackPorts.Free();
        var other = await StartAsync(port: port);
        var settings = new RegistrySettings("eureka", ".", ImmutableDictionary<string, string>.Empty, TimeProvider.System);
        await using var adapter = new EurekaServerFactory().Create(Options(port), settings);
        await Assert.ThrowsAsync<IOException>(() => adapter.StartAsync(CancellationToken.None));

        await other.DisposeAsync();
        await using var orders = Watch(adapter);

        Assert.Empty((await NextAsync(orders)).Instances);
    }

    private static InstanceName Name => new("ORDERS", "10.0.0.9:orders:18080");

    private static ServiceInstance Facade() => new() { Service = Orders, Protocol = "http", Host = "10.0.0.9", Port = 18080 };

    private static EurekaClientAdapter Client(bool isXml, string address)
    {
        var options = new EurekaClientOptions(
            [EurekaServerAddress.Parse(address)!], // a good one
            TimeSpan.FromMilliseconds(10),
            TimeSpan.FromSeconds(5),
            EurekaLease.Default,
            isXml,
            UsesDelta: true,
            Mapping)
        {
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(20),
            RenewalInterval = TimeSpan.FromMilliseconds(20),
        };
        var settings = new RegistrySettings("eureka", ".", ImmutableDictionary<string, string>.Empty, TimeProvider.System);
        return new EurekaClientAdapter(options, settings, EurekaRequests.CreateHandler(options));
    }

    private IAsyncEnumerator<ServiceSnapshot> Watch(IRegistryAdapter adapter) =>
        adapter.WatchAsync(Orders, _limit.Token).GetAsyncEnumerator(_limit.Token);

    private static async Task<ServiceSnapshot> NextAsync(IAsyncEnumerator<ServiceSnapshot> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    private static async Task<ServiceSnapshot> UntilAsync(IAsyncEnumerator<ServiceSnapshot> watch, Func<ServiceSnapshot, bool> wanted)
    {
        ServiceSnapshot next;
        do
        {
            next = await NextAsync(watch);
        }
        while (!wanted(next));
        return next;
    }

    private static string Ports(ServiceSnapshot snapshot) => string.Join(", ", snapshot.Instances.Select(static i => i.Port));
}
