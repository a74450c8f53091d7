using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Publishing;

/// <summary>What the gateway has in a real server's tree, through whatever happens to the session and the tree.</summary>
public class PublishingTests
{
    private const string Providers = "/dubbo/com.acme.Orders/providers";
    private static readonly ServiceInstance Facade = new()
    {
        Service = new ServiceKey("com.acme.Orders", "1.0.0"),
        Protocol = "dubbo",
        Host = "10.1.0.5",
        Port = 20880,
        Methods = ["get", "put"],
        Metadata = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "gw 1&x"),
    };

    [ZooKeeperFact]
    public async Task Publish_ThenDispose_MakesOneEphemeralNodeAndTakesItOut()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var other = SharedServer.Open(server);
        await using var open = new OpenAdapter(server.ConnectString);

        var published = await open.Adapter.PublishAsync(Facade, default);

        var name = Assert.Single((await other.GetChildrenAsync(Providers)).Value.Names);
        var node = (await other.GetDataAsync($"{Providers}/{name}")).Value;
        Assert.Equal((open.Adapter.Client().Identity.Id, "10.1.0.5"), (node.Stat.EphemeralOwner, node.Text()));
        Assert.Equal(
            "dubbo://10.1.0.5:20880/com.acme.Orders?anyhost=true&application=bridgemesh&bridgemesh.gateway=gw%201%26x&deprecated=false&dubbo=2.0.2"
            + "&dynamic=true&generic=false&interface=com.acme.Orders&methods=get,put&prefer.serialization=hessian2&release=2.7.23"
            + "&serialization=hessian2&side=provider&version=1.0.0&warmup=0",
            JavaUrlText.Decode(name));
        var read = Assert.Single((await open.InstancesAsync(Facade.Service, 1)).Instances);
        Assert.Equal("gw 1&x", read.Metadata[InstanceMarks.Gateway]);
        await published.DisposeAsync();
        Assert.Empty((await other.GetChildrenAsync(Providers)).Value.Names);
        Assert.Empty(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task Publish_OverWhatAFormerLifeLeft_ReplacesItInOneStep()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var other = SharedServer.Open(server, o => o with { SessionTimeoutMs = 60_000 });
        await using var open = new OpenAdapter(server.ConnectString);
        await using (var former = new OpenAdapter(server.ConnectString))
        {
            await former.Adapter.PublishAsync(Facade, default);
            await former.Adapter.PublishAsync(Facade with { Service = new ServiceKey("com.acme.Stock") }, default);
            await former.Adapter.PublishAsync(Facade with { Port = 20881 }, default);
            await former.Adapter.Client().AbandonAsync();
        }

        var counts = new List<int>();
        using var stop = new CancellationTokenSource();
        var watching = other.ChildrenAsync(Providers, names =>
        {
            counts.Add(names.Length);
            return names.Any(static n => n.Contains("weight%3D7", StringComparison.Ordinal));
        });
        await open.Adapter.PublishAsync(Facade with { Weight = 7 }, default);
        await watching;

        Assert.DoesNotContain(1, counts);
        var names = (await other.GetChildrenAsync(Providers)).Value.Names;
        Assert.Equal(2, names.Length);
        Assert.Single(names, static n => n.Contains("20880", StringComparison.Ordinal));

        // The very same node, of a session that still lives.
        await open.Adapter.PublishAsync(Facade with { Service = new ServiceKey("com.acme.Stock") }, default);
        var stock = Assert.Single((await other.GetChildrenAsync("/dubbo/com.acme.Stock/providers")).Value.Names);
        var owner = (await other.ExistsAsync($"/dubbo/com.acme.Stock/providers/{stock}")).Value.EphemeralOwner;
        Assert.Equal(open.Adapter.Client().Identity.Id, owner);
        Assert.True(await open.Adapter.WithdrawAsync(Facade with { Port = 20881 }, default));
        Assert.False(await open.Adapter.WithdrawAsync(Facade with { Port = 20881 }, default));
        Assert.False(await open.Adapter.WithdrawAsync(Facade, default), "what is published now is not taken out");
        Assert.Single((await other.GetChildrenAsync(Providers)).Value.Names);
    }

    [ZooKeeperFact]
    public async Task Session_ThatEnds_IsFollowedByTheSameNodesOnce()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var other = SharedServer.Open(server);
        await using var open = new OpenAdapter(server.ConnectString);
        var facades = Enumerable.Range(0, 20).Select(i => Facade with { Port = 21_000 + i }).ToArray();
        var published = await Task.WhenAll(facades.Select(f => open.Adapter.PublishAsync(f, default).AsTask()));
        var before = (await other.GetChildrenAsync(Providers)).Value.Names.Order(StringComparer.Ordinal);
        var session = open.Adapter.Client().Identity.Id;

        await SessionTests.CloseAsync(server.Port, open.Adapter.Client().Identity);

        await other.ChildrenAsync(Providers, static names => names.IsEmpty);
        var after = await other.ChildrenAsync(Providers, static names => names.Length == 20);
        Assert.Equal(before, after.Order(StringComparer.Ordinal));
        Assert.NotEqual(session, open.Adapter.Client().Identity.Id);
        await published[3].DisposeAsync();
        Assert.Equal(19, (await other.GetChildrenAsync(Providers)).Value.Names.Length);
    }

    [ZooKeeperFact]
    public async Task Tree_ThatSomebodyDeletes_IsMadeAgain()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var other = SharedServer.Open(server);
        await using var open = new OpenAdapter(server.ConnectString);
        await open.Adapter.PublishAsync(Facade, default);
        var name = Assert.Single((await other.GetChildrenAsync(Providers)).Value.Names);

        var gone = await other.MultiAsync(
            [MultiOperation.Delete($"{Providers}/{name}"), MultiOperation.Delete(Providers), MultiOperation.Delete("/dubbo/com.acme.Orders")]);

        Assert.Equal(KeeperError.Ok, gone.Error);
        Assert.Equal(name, Assert.Single(await other.ChildrenAsync(Providers, static names => !names.IsEmpty)));
    }

    [ZooKeeperFact]
    public async Task Publish_WhileTheServerIsAway_ReturnsAndIsDoneWhenItIsBack()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await server.KillAsync();
        await using var open = new OpenAdapter(server.ConnectString, ("timeoutMs", "200"));

        var published = await open.Adapter.PublishAsync(Facade, default).AsTask().WaitAsync(OpenAdapter.Patience);
        var unwanted = await open.Adapter.PublishAsync(Facade with { Port = 1 }, default);
        await unwanted.DisposeAsync();
        await server.StartAsync();

        await using var other = SharedServer.Open(server);
        Assert.Contains("20880", Assert.Single(await other.ChildrenAsync(Providers, static names => !names.IsEmpty)), StringComparison.Ordinal);

        // Taken out while the server is away, it goes when it is back, although the session lives on.
        await server.KillAsync();
        await published.DisposeAsync();
        await server.StartAsync();
        Assert.Empty(await other.ChildrenAsync(Providers, static names => names.IsEmpty));
        Assert.Contains(open.Troubles, static t => t.Contains("could not be registered: no server answers", StringComparison.Ordinal));
    }

    [ZooKeeperFact]
    public async Task Publish_TwiceThenDisposeTheFirst_KeepsTheSecond()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var other = SharedServer.Open(server);
        await using var open = new OpenAdapter(server.ConnectString);
        var first = await open.Adapter.PublishAsync(Facade, default);
        var second = await open.Adapter.PublishAsync(Facade with { Weight = 50 }, default);

        await first.DisposeAsync();

        Assert.Contains("weight%3D50", Assert.Single((await other.GetChildrenAsync(Providers)).Value.Names), StringComparison.Ordinal);
        await second.DisposeAsync();
        Assert.Empty((await other.GetChildrenAsync(Providers)).Value.Names);
    }

    [Fact]
    public async Task Publish_WhatDubboHasNoWordsFor_IsRefusedWithoutAServer()
    {
        await using var open = new OpenAdapter("127.0.0.1:1");
        foreach (var facade in (ServiceInstance[])[
            Facade with { Protocol = "bolt" },
            Facade with { Service = new ServiceKey("a/b") },
            Facade with { Service = new ServiceKey("config") },
            Facade with { Service = new ServiceKey("a", "1&x=2") },
            Facade with { Service = new ServiceKey("a", "*") },
        ])
        {
            await Assert.ThrowsAsync<FormatException>(() => open.Adapter.PublishAsync(facade, default).AsTask());
        }
    }
}
