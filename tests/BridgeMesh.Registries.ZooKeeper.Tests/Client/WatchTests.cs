using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Client;

[Collection(SharedServerGroup.Name)]
public class WatchTests(SharedServer shared)
{
    [ZooKeeperFact]
    public async Task Watches_OfEachKind_FireOnceWithWhatHappened()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var path = $"{root}/n";
        var (missing, created) = await client.WatchExistsAsync(path);
        var (_, listed) = await client.WatchChildrenAsync(root);
        Assert.Equal(KeeperError.NoNode, missing.Error);
        await client.CreateAsync(path, default, Acl.Open, CreateMode.Persistent);
        Assert.Equal(new WatchedEvent(WatchedEventType.Created, path), await created.Fired);
        Assert.Equal(new WatchedEvent(WatchedEventType.ChildrenChanged, root), await listed.Fired);
        var (_, changed) = await client.WatchDataAsync(path);
        var (_, seen) = await client.WatchExistsAsync(path);
        await client.SetDataAsync(path, "1".Utf8());
        Assert.Equal(WatchedEventType.DataChanged, (await changed.Fired).Type);
        Assert.Equal(WatchedEventType.DataChanged, (await seen.Fired).Type);
        var (_, ended) = await client.WatchDataAsync(path);
        var (_, endedToo) = await client.WatchChildrenAsync(path);
        await client.DeleteAsync(path);
        Assert.Equal(WatchedEventType.Deleted, (await ended.Fired).Type);
        Assert.Equal(WatchedEventType.Deleted, (await endedToo.Fired).Type);
        Assert.Equal(0, client.WatchCount);
    }

    [ZooKeeperFact]
    public async Task Watches_OfNodesThatAreNotThere_AreNotHeldExceptForExists()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        Assert.Equal(KeeperError.NoNode, (await client.WatchDataAsync($"{root}/x")).Result.Error);
        Assert.Equal(KeeperError.NoNode, (await client.WatchChildrenAsync($"{root}/x")).Result.Error);
        Assert.Equal(0, client.WatchCount);
        var (_, watch) = await client.WatchExistsAsync($"{root}/x");
        Assert.Equal(1, client.WatchCount);
        watch.Dispose();
        Assert.Equal(0, client.WatchCount);
    }

    [ZooKeeperFact]
    public async Task PersistentRecursiveWatch_OfATree_SeesAllOfItUntilRemoved()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var (error, watch) = await client.AddWatchAsync(root, isRecursive: true);
        Assert.Equal(KeeperError.Ok, error);
        await client.CreateAsync($"{root}/a", default, Acl.Open, CreateMode.Persistent);
        await client.CreateAsync($"{root}/a/b", default, Acl.Open, CreateMode.Persistent);
        await client.SetDataAsync($"{root}/a/b", "1".Utf8());
        await client.DeleteAsync($"{root}/a/b");
        Assert.Equal(new WatchedEvent(WatchedEventType.Created, $"{root}/a"), await watch.NextAsync(default));
        Assert.Equal(new WatchedEvent(WatchedEventType.Created, $"{root}/a/b"), await watch.NextAsync(default));
        Assert.Equal(new WatchedEvent(WatchedEventType.DataChanged, $"{root}/a/b"), await watch.NextAsync(default));
        Assert.Equal(new WatchedEvent(WatchedEventType.Deleted, $"{root}/a/b"), await watch.NextAsync(default));
        Assert.Equal(KeeperError.Ok, await client.RemoveWatchAsync(watch));
        await client.CreateAsync($"{root}/c", default, Acl.Open, CreateMode.Persistent);
        Assert.Equal(WatchedEventType.Closed, (await watch.NextAsync(default)).Type);
    }

    [ZooKeeperFact]
    public async Task PersistentWatch_ThatNobodyReads_TellsThatEventsWereMissed()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var (_, watch) = await client.AddWatchAsync(root, isRecursive: false);
        for (var i = 0; i < 30; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.SetDataAsync(root, default)));
        }

        Assert.Equal(WatchedEventType.Missed, (await watch.NextAsync(default)).Type);
        await client.SetDataAsync(root, default);
        Assert.Equal(WatchedEventType.DataChanged, (await watch.NextAsync(default)).Type);
    }
}
