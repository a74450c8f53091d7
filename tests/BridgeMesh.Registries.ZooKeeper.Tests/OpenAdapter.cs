using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>An adapter as the gateway makes one, and what it tells.</summary>
internal sealed class OpenAdapter : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<RegistryNotice> _notices = new();

    internal OpenAdapter(string servers, params (string Name, string Value)[] settings)
        : this(servers, null, settings)
    {
    }

    internal OpenAdapter(string servers, IInstanceCalls? calls, params (string Name, string Value)[] settings) =>
        Adapter = (ZooKeeperAdapter)new ZooKeeperRegistryFactory().Create(
            Settings([("servers", servers), .. settings]) with { Notice = _notices.Enqueue, Calls = calls });

    internal ZooKeeperAdapter Adapter { get; }

    internal RegistryNotice[] Notices => [.. _notices];

    internal string[] Troubles => [.. _notices.Where(static n => n.IsTrouble).Select(static n => n.Text)];

    internal static RegistrySettings Settings(params (string Name, string Value)[] settings) =>
        new("zk", string.Empty, settings.GroupBy(static s => s.Name).ToDictionary(static s => s.Key, static s => s.Last().Value), TimeProvider.System);

    /// <summary>The first snapshot of the service that is as it is asked for.</summary>
    internal async Task<ServiceSnapshot> SnapshotAsync(ServiceKey service, Func<ServiceSnapshot, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        ServiceSnapshot? last = null;
        try
        {
            await foreach (var snapshot in Adapter.WatchAsync(service, patience.Token))
            {
                last = snapshot;
                if (isIt(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new TimeoutException($"{service}: {last?.Instances.Length.ToString() ?? "no"} instances, stale {last?.Stale}: {string.Join(", ", last?.Instances ?? [])}");
    }

    internal Task<ServiceSnapshot> InstancesAsync(ServiceKey service, int count) =>
        SnapshotAsync(service, s => s.Instances.Length == count && !s.Stale);

    internal async Task<ImmutableArray<ServiceKey>> CatalogAsync(Func<ImmutableArray<ServiceKey>, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var services in Adapter.WatchCatalogAsync(patience.Token))
        {
            if (isIt(services))
            {
                return services;
            }
        }

        throw new InvalidOperationException("the watch ended");
    }

    public ValueTask DisposeAsync() => Adapter.DisposeAsync();
}

/// <summary>What tests do to the tree, as other programs would.</summary>
internal static class Trees
{
    /// <summary>With its parents.</summary>
    internal static async Task PutAsync(this ZooKeeperClient client, string path, string data = "", CreateMode mode = CreateMode.Persistent)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var parent = await client.CreateAsync(path[..slash], default, Acl.Open, CreateMode.Persistent);
            Assert.True(parent.Error is KeeperError.Ok or KeeperError.NodeExists, $"{path[..slash]}: {parent.Error}");
        }

        Assert.Equal(KeeperError.Ok, (await client.CreateAsync(path, data.Utf8(), Acl.Open, mode)).Error);
    }

    /// <summary>Children of a node once they are as they are asked for.</summary>
    internal static async Task<ImmutableArray<string>> ChildrenAsync(this ZooKeeperClient client, string path, Func<ImmutableArray<string>, bool> isIt)
    {
        while (true)
        {
            var (children, watch) = await client.WatchChildrenAsync(path);
            if (children.Error == KeeperError.ConnectionLoss)
            {
                await client.Connected.WaitAsync(OpenAdapter.Patience);
                continue;
            }

            if (children.Error == KeeperError.NoNode)
            {
                var (there, comes) = await client.WatchExistsAsync(path);
                if (!there.IsOk)
                {
                    await comes.Fired.WaitAsync(OpenAdapter.Patience);
                }

                continue;
            }

            Assert.Equal(KeeperError.Ok, children.Error);
            if (isIt(children.Value.Names))
            {
                return children.Value.Names;
            }

            await watch.Fired.WaitAsync(OpenAdapter.Patience);
        }
    }
}
