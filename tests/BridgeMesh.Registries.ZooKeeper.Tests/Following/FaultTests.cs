using System.Collections.Concurrent;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>What is followed in a real server's tree, while server, session and link break.</summary>
public class FaultTests
{
    private static readonly ServiceKey Orders = new("com.acme.Orders");

    [ZooKeeperFact]
    public async Task Kill_AndRestart_KeepsWhatIsKnownMarksItStaleAndTellsOnce()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var open = new OpenAdapter(server.ConnectString, ("sessionTimeoutMs", "60000"));
        await using (var other = SharedServer.Open(server))
        {
            await other.PutAsync(Provider(1));
        }

        await open.InstancesAsync(Orders, 1);
        var seen = new ConcurrentQueue<ServiceSnapshot>();
        using var stop = new CancellationTokenSource();
        var watching = CollectAsync(open, seen, stop.Token);
        await server.KillAsync();
        await open.SnapshotAsync(Orders, static s => s.Stale);
        await server.StartAsync();
        await open.InstancesAsync(Orders, 1);
        await using (var other = SharedServer.Open(server))
        {
            await other.PutAsync(Provider(2));
            await open.InstancesAsync(Orders, 2);
            await other.DeleteAsync(Provider(1));
            await open.InstancesAsync(Orders, 1);
        }

        await stop.CancelAsync();
        await watching;
        Assert.All(seen, static s => Assert.NotEmpty(s.Instances));
        Assert.Contains("what was known stays in use", Assert.Single(open.Troubles), StringComparison.Ordinal);
        Assert.Contains("is there again", Assert.Single(open.Notices, static n => !n.IsTrouble).Text, StringComparison.Ordinal);
    }

    [ZooKeeperFact]
    public async Task Session_ThatEnds_LeavesNothingUnseen()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var proxy = new CountingProxy(server.Port);
        await using var other = SharedServer.Open(server);
        await other.PutAsync(Provider(1));
        await using var open = new OpenAdapter($"127.0.0.1:{proxy.Port}");
        await open.InstancesAsync(Orders, 1);
        var session = open.Adapter.Client().Identity.Id;

        await SessionTests.CloseAsync(server.Port, open.Adapter.Client().Identity);
        await other.PutAsync(Provider(2));
        await open.InstancesAsync(Orders, 2);

        Assert.NotEqual(session, open.Adapter.Client().Identity.Id);
        await other.PutAsync(Provider(3));
        await open.InstancesAsync(Orders, 3);
        Assert.Empty(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task HalfOpenLink_IsLeftAndWhatHappenedMeanwhileIsSeen()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var proxy = new StoppableProxy(server.Port);
        await using var other = SharedServer.Open(server);
        await other.PutAsync(Provider(1));
        await using var open = new OpenAdapter($"127.0.0.1:{proxy.Port}", ("sessionTimeoutMs", "3000"));
        await open.InstancesAsync(Orders, 1);

        proxy.IsStopped = true;
        await other.PutAsync(Provider(2));
        var stale = await open.SnapshotAsync(Orders, static s => s.Stale);
        Assert.Single(stale.Instances);
        proxy.IsStopped = false;

        await open.InstancesAsync(Orders, 2);
        Assert.Single(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task Link_ThatFlaps_IsNoNewsAndCostsNoReading()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var proxy = new CountingProxy(server.Port);
        await using var other = SharedServer.Open(server);
        for (var i = 0; i < 50; i++)
        {
            await other.PutAsync($"/dubbo/com.acme.S{i}/providers/{Name($"com.acme.S{i}", 1)}");
        }

        await other.PutAsync(Provider(0));
        await using var open = new OpenAdapter($"127.0.0.1:{proxy.Port}");
        await open.InstancesAsync(Orders, 1);
        await open.Adapter.PublishAsync(Facade(0), default);
        await open.InstancesAsync(Orders, 2);
        var before = proxy.Requests;

        for (var flap = 1; flap <= 10; flap++)
        {
            var connections = proxy.Connections;
            proxy.Cut();
            await other.PutAsync(Provider(flap));
            await open.InstancesAsync(Orders, 2 + flap);
            Assert.True(proxy.Connections > connections);
        }

        // Of the ten: a session's request, watches armed anew, and the one list that changed, perhaps twice.
        Assert.InRange(proxy.Requests - before, 30, 100);
        Assert.Empty(open.Notices);
        var names = (await other.GetChildrenAsync("/dubbo/com.acme.Orders/providers")).Value.Names;
        Assert.Single(names, static n => n.Contains("20999", StringComparison.Ordinal));
    }

    [ZooKeeperFact]
    public async Task ThousandServices_AreReadAndRegisteredFewAtATime()
    {
        const int Count = 1_000;
        await using var server = await ZooKeeperServer.StartAsync();
        await using var proxy = new CountingProxy(server.Port);
        await using var other = SharedServer.Open(server);
        await other.PutAsync("/dubbo");
        var made = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => other.MultiAsync(
            [
                MultiOperation.Create($"/dubbo/com.acme.S{i}", default, Acl.Open, CreateMode.Persistent),
                MultiOperation.Create($"/dubbo/com.acme.S{i}/providers", default, Acl.Open, CreateMode.Persistent),
                MultiOperation.Create($"/dubbo/com.acme.S{i}/configurators", default, Acl.Open, CreateMode.Persistent),
                MultiOperation.Create($"/dubbo/com.acme.S{i}/providers/{Name($"com.acme.S{i}", 1)}", default, Acl.Open, CreateMode.Persistent),
            ])));
        Assert.All(made, static m => Assert.Equal(KeeperError.Ok, m.Error));
        await using var open = new OpenAdapter($"127.0.0.1:{proxy.Port}", ("timeoutMs", "60000"));

        Assert.Equal(Count, (await open.CatalogAsync(static c => c.Length > 0)).Length);
        Assert.InRange(proxy.Most, 8, 40);

        // Another session: watches are armed by a few packets, and nothing is read that did not change.
        var before = proxy.Requests;
        await SessionTests.CloseAsync(server.Port, open.Adapter.Client().Identity);
        await other.PutAsync(Provider(1));
        await open.InstancesAsync(Orders, 1);
        Assert.InRange(proxy.Requests - before, 3, 40);

        // A thousand facades, and again after the end of their session: each is there once.
        var facades = Enumerable.Range(0, Count).Select(i => Facade(0) with { Service = new ServiceKey($"com.acme.S{i}") }).ToArray();
        await Task.WhenAll(facades.Select(f => open.Adapter.PublishAsync(f, default).AsTask()));
        await SessionTests.CloseAsync(server.Port, open.Adapter.Client().Identity);
        foreach (var i in (int[])[0, 1, 500, 998, 999])
        {
            await other.ChildrenAsync($"/dubbo/com.acme.S{i}/providers", names =>
                names.Count(static n => n.Contains("20999", StringComparison.Ordinal)) == 1 && names.Length == 2);
        }

        Assert.InRange(proxy.Most, 8, 80);
        Assert.Empty(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task Login_ThatIsRefused_IsToldOnceAndTriedAgain()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var open = new OpenAdapter(server.ConnectString, ("username", "bridge"), ("password", "wrong"), ("sasl", "true"), ("timeoutMs", "300"));

        await using var published = await open.Adapter.PublishAsync(Facade(0), default);

        Assert.Single(open.Troubles, static t => t.StartsWith("the login is refused", StringComparison.Ordinal));
    }

    [ZooKeeperFact]
    public async Task Nodes_WithAcls_AreWrittenForTheLoginAloneAndToldWhereTheyAreClosed()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var open = new OpenAdapter(server.ConnectString, ("username", "bridge"), ("password", "secret"), ("acl", "creator"));
        await open.Adapter.PublishAsync(Facade(0), default);
        await open.InstancesAsync(Orders, 1);

        await using var stranger = new OpenAdapter(server.ConnectString);
        await stranger.CatalogAsync(static c => c.IsEmpty);
        Assert.Contains(stranger.Troubles, static t => t.Contains("/dubbo must not be read by this login", StringComparison.Ordinal));
        await stranger.Adapter.PublishAsync(Facade(1), default);
        Assert.Contains(stranger.Troubles, static t => t.Contains("could not be registered: this login must not write", StringComparison.Ordinal));
        await open.InstancesAsync(Orders, 1);
    }

    [ZooKeeperFact]
    public async Task Registry_ThatIsAwayAtFirst_IsFollowedWhenItComes()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using (var other = SharedServer.Open(server))
        {
            await other.PutAsync(Provider(1));
        }

        await server.KillAsync();
        await using var open = new OpenAdapter(server.ConnectString);
        var watching = open.InstancesAsync(Orders, 1);
        await server.StartAsync();

        await watching;
    }

    private static async Task CollectAsync(OpenAdapter open, ConcurrentQueue<ServiceSnapshot> seen, CancellationToken stop)
    {
        try
        {
            await foreach (var snapshot in open.Adapter.WatchAsync(Orders, stop))
            {
                seen.Enqueue(snapshot);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    private static ServiceInstance Facade(int number) =>
        new() { Service = Orders, Protocol = "dubbo", Host = "10.1.0.5", Port = 20_999 + number };

    private static string Provider(int number) => $"/dubbo/com.acme.Orders/providers/{Name("com.acme.Orders", number)}";

    private static string Name(string service, int number) => JavaUrlText.Encode($"dubbo://10.0.0.{number}:20880/{service}?interface={service}");
}
