using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.DubboApplication;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>Layouts in a real server's tree, each test below a node of its own.</summary>
[Collection(SharedServerGroup.Name)]
public sealed class LayoutServerTests(SharedServer shared)
{
    private const string Demo = "com.example.bridge.DemoService";

    public static TheoryData<string, string, string> Layouts => new()
    {
        { "sofarpc", "bolt", Demo },
        { "spring", "http", "orders" },
        { "dubbo-application", "dubbo", Demo },
    };

    [ZooKeeperTheory]
    [MemberData(nameof(Layouts))]
    public async Task Publish_IsReadByOthers_AndLeavesNothingWhenTakenOut(string layout, string protocol, string service)
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        await using var publishing = new OpenAdapter(servers, ("layout", layout));
        await using var reading = new OpenAdapter(servers, ("layout", layout));
        var facade = Facades.Whole(service, protocol, 18_100) with { Serializations = ["hessian2"] };
        var second = facade with { Service = facade.Service with { Interface = $"{service}2" } };

        var published = await publishing.Adapter.PublishAsync(facade, default);
        var publishedToo = await publishing.Adapter.PublishAsync(second, default);

        var read = Assert.Single((await reading.InstancesAsync(facade.Service, 1)).Instances);
        Assert.Equal(facade, read with { Metadata = facade.Metadata });
        Assert.Equal("gw-1", read.Metadata[InstanceMarks.Gateway]);
        await reading.InstancesAsync(second.Service, 1);
        await publishedToo.DisposeAsync();
        await reading.InstancesAsync(second.Service, 0);
        Assert.Single((await reading.InstancesAsync(facade.Service, 1)).Instances);
        await published.DisposeAsync();
        await reading.InstancesAsync(facade.Service, 0);
        Assert.Empty((await NodesAsync(other)).Where(static n => n.Data.Length > 0 || n.IsEphemeral).Select(static n => n.Path));
        Assert.Empty(publishing.Troubles.Concat(reading.Troubles));
    }

    [ZooKeeperTheory]
    [MemberData(nameof(Layouts))]
    public async Task Publish_AfterACrash_ReplacesWhatWasLeft(string layout, string protocol, string service)
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        var facade = Facades.Of(service, protocol, 18_100);
        await using (var former = new OpenAdapter(servers, ("layout", layout), ("sessionTimeoutMs", "120000")))
        {
            await former.Adapter.PublishAsync(facade, default);
            await former.Adapter.PublishAsync(facade with { Port = 18_101 }, default);
            await former.Adapter.Client().AbandonAsync();
        }

        var left = (await NodesAsync(other)).Where(static n => n.IsEphemeral).Select(static n => n.Path).ToArray();
        await using var open = new OpenAdapter(servers, ("layout", layout));
        await using var published = await open.Adapter.PublishAsync(facade, default);

        // The very same nodes, now of this life's session.
        Assert.Equal(left, (await NodesAsync(other)).Where(static n => n.IsEphemeral).Select(static n => n.Path));
        Assert.Equal(2, (await open.InstancesAsync(facade.Service, 2)).Instances.Length);
        Assert.True(await open.Adapter.WithdrawAsync(facade with { Port = 18_101 }, default));
        Assert.False(await open.Adapter.WithdrawAsync(facade with { Port = 18_101 }, default));
        Assert.False(await open.Adapter.WithdrawAsync(facade, default));
        Assert.Equal(18_100, Assert.Single((await open.InstancesAsync(facade.Service, 1)).Instances).Port);
    }

    [ZooKeeperTheory]
    [MemberData(nameof(Layouts))]
    public async Task Session_ThatEnds_IsFollowedByTheSameNodes(string layout, string protocol, string service)
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        await using var open = new OpenAdapter(servers, ("layout", layout));
        await using var reading = new OpenAdapter(servers, ("layout", layout));
        await using var published = await open.Adapter.PublishAsync(Facades.Of(service, protocol, 18_100), default);
        await reading.InstancesAsync(new ServiceKey(service), 1);
        var before = (await NodesAsync(other)).Select(static n => (n.Path, n.Data)).ToArray();

        await SessionTests.CloseAsync(shared.Server.Port, open.Adapter.Client().Identity);

        await reading.InstancesAsync(new ServiceKey(service), 0);
        await reading.InstancesAsync(new ServiceKey(service), 1);
        Assert.Equal(before, (await NodesAsync(other)).Select(static n => (n.Path, n.Data)));
    }

    [ZooKeeperFact]
    public async Task Sofa_ProvidersThatComeGoOnAndGo_AreFollowed()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        var recorded = RecordedTree.OfSofa();
        foreach (var path in recorded.Paths.Where(static p => p.Contains("/providers/", StringComparison.Ordinal)))
        {
            await other.PutAsync(path, Encoding.Latin1.GetString(recorded[path] ?? []));
        }

        await using var open = new OpenAdapter(servers, ("layout", "sofarpc"));
        var key = new ServiceKey(Demo);

        // Java exported the same address twice, under two ids: one instance.
        var found = await open.InstancesAsync(key, 2);
        Assert.Equal([12205, 12206], found.Instances.Select(static i => i.Port));
        var node = recorded.Paths.Single(static p => p.Contains("12206", StringComparison.Ordinal));
        Assert.Equal(KeeperError.Ok, (await other.SetDataAsync(node, new byte[] { 0 })).Error);
        await open.SnapshotAsync(key, static s => s.Instances.Any(static i => i is { Port: 12206, Health: InstanceHealth.OutOfService }));
        Assert.Equal(KeeperError.Ok, await other.DeleteAsync(node));
        Assert.Equal(12205, Assert.Single((await open.InstancesAsync(key, 1)).Instances).Port);
        await open.InstancesAsync(key with { UniqueId = "blue" }, 1);
    }

    [ZooKeeperFact]
    public async Task Application_WhoseMetadataComesLaterAndChanges_IsFollowed()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        await using var open = new OpenAdapter(servers, ("layout", "dubbo-application"));
        await other.PutAsync("/dubbo/mapping/one", "a");
        await other.PutAsync("/services/a/h:1", Encoding.UTF8.GetString(DubboApplicationLayoutTests.Instance("r1")));
        await open.InstancesAsync(new ServiceKey("one"), 1);

        await other.PutAsync("/dubbo/metadata/a/r1", Encoding.UTF8.GetString(DubboApplicationLayoutTests.Metadata("two")));
        await open.InstancesAsync(new ServiceKey("two"), 1);
        await open.InstancesAsync(new ServiceKey("one"), 0);

        await other.SetDataAsync("/services/a/h:1", DubboApplicationLayoutTests.Instance("r2"));
        await open.InstancesAsync(new ServiceKey("one"), 1);
        await other.PutAsync("/dubbo/metadata/a/r2", "{");
        await other.SetDataAsync("/dubbo/metadata/a/r2", DubboApplicationLayoutTests.Metadata("three"));
        await open.InstancesAsync(new ServiceKey("three"), 1);

        // Past what a reader takes: told, and the mapping stands.
        var huge = $"{{\"services\":{{\"x\":{{\"name\":\"{new string('x', 900_000)}\"}}}}";
        await other.SetDataAsync("/dubbo/metadata/a/r2", huge.Utf8());
        await open.InstancesAsync(new ServiceKey("one"), 1);
        Assert.Contains(open.Troubles, static t => t.Contains("/dubbo/metadata/a/r2", StringComparison.Ordinal));
    }

    [ZooKeeperFact]
    public async Task Application_ThatKeepsItsMetadata_IsAskedForIt()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        var calls = new ScriptedCalls();
        await using var open = new OpenAdapter(servers, calls, ("layout", "dubbo-application"));
        await other.PutAsync("/dubbo/mapping/one", "a");
        await other.PutAsync("/services/a/h:1", Encoding.UTF8.GetString(DubboApplicationLayoutTests.Instance("r1", "local", "h", 1)));
        await other.PutAsync("/services/a/h:2", Encoding.UTF8.GetString(DubboApplicationLayoutTests.Instance("r1", "local", "h", 2)));

        // Until it is known, the mapping alone tells of it.
        await open.InstancesAsync(new ServiceKey("one"), 2);
        var (asked, answer) = await calls.NextAsync();
        Assert.Equal(
            (new ServiceKey("org.apache.dubbo.metadata.MetadataService", "1.0.0", "a"), "dubbo", "getMetadataInfo", "[\"r1\"]"),
            (asked.Callee.Service, asked.Callee.Protocol, asked.Method, Encoding.UTF8.GetString(asked.ArgumentsJson.Span)));
        answer(InstanceAnswer.Failed("Unavailable: nobody there"));

        // The other instance of the revision is asked next.
        var (askedToo, answerToo) = await calls.NextAsync();
        Assert.Equal(3, asked.Callee.Port + askedToo.Callee.Port);
        answerToo(new InstanceAnswer(DubboApplicationLayoutTests.Metadata("two"), null));
        await open.InstancesAsync(new ServiceKey("two"), 2);
        await open.InstancesAsync(new ServiceKey("one"), 0);
        Assert.Contains(open.Troubles, static t => t.Contains("nobody there", StringComparison.Ordinal));

        // A revision that came meanwhile is another question; the centre's word ends it.
        await other.SetDataAsync("/services/a/h:2", DubboApplicationLayoutTests.Instance("r2", "local", "h", 2));
        var (last, lastAnswer) = await calls.NextAsync();
        Assert.Equal("[\"r2\"]", Encoding.UTF8.GetString(last.ArgumentsJson.Span));
        await other.PutAsync("/dubbo/metadata/a/r2", Encoding.UTF8.GetString(DubboApplicationLayoutTests.Metadata("three")));
        await open.InstancesAsync(new ServiceKey("three"), 1);
        await open.InstancesAsync(new ServiceKey("two"), 1);
        lastAnswer(InstanceAnswer.Failed("late"));
    }

    [ZooKeeperFact]
    public async Task Application_WhoseServicesChange_IsHeardOfByWhoWatchesTheListAlone()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        await using var open = new OpenAdapter(servers, ("layout", "dubbo-application"));
        var facade = Facades.Of(Demo, "dubbo", 18_100) with { Application = "orders" };
        await using var published = await open.Adapter.PublishAsync(facade, default);
        var (before, watch) = await other.WatchChildrenAsync("/services/orders");

        await using var publishedToo = await open.Adapter.PublishAsync(facade with { Service = new ServiceKey("com.acme.Other") }, default);

        Assert.Equal(WatchedEventType.ChildrenChanged, (await watch.Fired.WaitAsync(OpenAdapter.Patience)).Type);
        Assert.Equal(before.Value.Names.AsEnumerable(), (await other.GetChildrenAsync("/services/orders")).Value.Names);
        Assert.Single((await other.GetChildrenAsync("/dubbo/metadata/orders")).Value.Names);
    }

    [ZooKeeperFact]
    public async Task Mapping_OfAnApplicationOfTwoGateways_StaysWithTheLast()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        await other.PutAsync($"/dubbo/mapping/{Demo}", "somebody");
        await using var first = new OpenAdapter(servers, ("layout", "dubbo-application"));
        await using var second = new OpenAdapter(servers, ("layout", "dubbo-application"));
        var facade = Facades.Of(Demo, "dubbo", 18_100) with { Application = "orders" };
        var firsts = await first.Adapter.PublishAsync(facade, default);
        var seconds = await second.Adapter.PublishAsync(facade with { Port = 18_101 }, default);
        Assert.Equal("somebody,orders", (await other.GetDataAsync($"/dubbo/mapping/{Demo}")).Value.Text());
        Assert.Equal("orders", Assert.Single((await other.GetChildrenAsync($"/dubbo/config/mapping/{Demo}")).Value.Names));

        await firsts.DisposeAsync();
        Assert.Equal("somebody,orders", (await other.GetDataAsync($"/dubbo/mapping/{Demo}")).Value.Text());
        await seconds.DisposeAsync();
        Assert.Equal("somebody", (await other.GetDataAsync($"/dubbo/mapping/{Demo}")).Value.Text());
        Assert.Empty((await other.GetChildrenAsync($"/dubbo/config/mapping/{Demo}")).Value.Names);
    }

    [ZooKeeperFact]
    public async Task Mapping_ThatManyWriteAtOnce_HasThemAll()
    {
        var (servers, other) = await RootAsync();
        await using var _ = other;
        var gateways = Enumerable.Range(0, 8).Select(_ => new OpenAdapter(servers, ("layout", "dubbo-application"))).ToArray();
        var published = await Task.WhenAll(gateways.Select((g, i) => g.Adapter.PublishAsync(
            Facades.Of(Demo, "dubbo", 18_100 + i) with { Application = $"app-{i}" }, default).AsTask()));

        var all = (await other.GetDataAsync($"/dubbo/mapping/{Demo}")).Value.Text().Split(',');
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => $"app-{i}"), all.Order(StringComparer.Ordinal));
        await Task.WhenAll(published.Select(static p => p.DisposeAsync().AsTask()));
        Assert.Equal(KeeperError.NoNode, (await other.ExistsAsync($"/dubbo/mapping/{Demo}")).Error);
        foreach (var gateway in gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    /// <summary>A connect string below a node of the test's own, and a client that sees it as the root.</summary>
    private async Task<(string Servers, ZooKeeperClient Client)> RootAsync()
    {
        var root = shared.NewPath();
        await using (var top = shared.Open())
        {
            await top.PutAsync(root);
        }

        return (shared.Server.ConnectString + root, shared.Open(chroot: root));
    }

    private static async Task<ImmutableArray<(string Path, string Data, bool IsEphemeral)>> NodesAsync(ZooKeeperClient client)
    {
        var found = new SortedDictionary<string, (string, bool)>(StringComparer.Ordinal);
        await LookAsync("/");
        return [.. found.Select(static n => (n.Key, n.Value.Item1, n.Value.Item2))];

        async Task LookAsync(string path)
        {
            var data = await client.GetDataAsync(path);
            if (data.IsOk)
            {
                found[path] = (data.Value.Text(), data.Value.Stat.EphemeralOwner != 0);
            }

            foreach (var child in (await client.GetChildrenAsync(path)) is { IsOk: true } children ? children.Value.Names : [])
            {
                await LookAsync(NodePath.Join(path, child));
            }
        }
    }

    /// <summary>Calls that wait for the test's answer.</summary>
    private sealed class ScriptedCalls : IInstanceCalls
    {
        private readonly System.Threading.Channels.Channel<(InstanceQuestion, Action<InstanceAnswer>)> _asked =
            System.Threading.Channels.Channel.CreateUnbounded<(InstanceQuestion, Action<InstanceAnswer>)>();

        public async Task<(InstanceQuestion Question, Action<InstanceAnswer> Answer)> NextAsync()
        {
            using var patience = new CancellationTokenSource(OpenAdapter.Patience);
            return await _asked.Reader.ReadAsync(patience.Token);
        }

        public Task<InstanceAnswer> AskAsync(InstanceQuestion question, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<InstanceAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Writer.TryWrite((question, a => answer.TrySetResult(a)));
            return answer.Task.WaitAsync(cancellationToken);
        }
    }
}
