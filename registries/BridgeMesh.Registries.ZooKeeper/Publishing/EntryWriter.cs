using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Publishing;

/// <summary>Brings entries into nodes that others write too, and takes them out again. Safe for any thread.</summary>
/// <param name="makeParents">Makes what is missing above a path.</param>
internal sealed class EntryWriter(
    ZooKeeperClient client, ImmutableArray<Acl> acl, Func<string, CancellationToken, Task<KeeperError>> makeParents)
{
    /// <summary>Looks and writes in turn: more are needed only while many others write the same node at once.</summary>
    private const int MaxTurns = 32;

    /// <summary>The watch fires when the node changes or goes; null unless Ok.</summary>
    internal async Task<(KeeperError Error, Watch? Watch)> EnsureAsync(string path, SharedEntry entry, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var (there, watch) = await client.WatchDataAsync(path, cancellationToken).ConfigureAwait(false);
            if (!there.IsOk && there.Error != KeeperError.NoNode)
            {
                watch.Dispose();
                return (there.Error, null);
            }

            if (entry.Add(there.IsOk ? there.Value.Data : (ReadOnlyMemory<byte>?)null) is not { } data)
            {
                return (KeeperError.Ok, watch);
            }

            watch.Dispose();
            var error = there.IsOk
                ? (await client.SetDataAsync(path, data, there.Value.Stat.Version, cancellationToken).ConfigureAwait(false)).Error
                : (await client.CreateAsync(path, data, acl, CreateMode.Persistent, cancellationToken).ConfigureAwait(false)).Error;
            if (error == KeeperError.NoNode && !there.IsOk)
            {
                error = await makeParents(path, cancellationToken).ConfigureAwait(false);
            }

            if (error is not (KeeperError.Ok or KeeperError.NodeExists or KeeperError.NoNode or KeeperError.BadVersion))
            {
                return (error, null);
            }
        }

        return (KeeperError.BadVersion, null);
    }

    /// <summary>Whether it was there and is no longer; false where others still stand behind it.</summary>
    internal async Task<KeeperResult<bool>> RemoveAsync(string path, SharedEntry entry, CancellationToken cancellationToken)
    {
        var behind = await client.GetChildrenAsync(entry.KeptWhile, cancellationToken).ConfigureAwait(false);
        if (behind.IsOk ? !behind.Value.Names.IsEmpty : behind.Error != KeeperError.NoNode)
        {
            return new(behind.Error, false);
        }

        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var there = await client.GetDataAsync(path, cancellationToken).ConfigureAwait(false);
            if (!there.IsOk)
            {
                return new(there.Error == KeeperError.NoNode ? KeeperError.Ok : there.Error, false);
            }

            if (entry.Remove(there.Value.Data) is not { } left)
            {
                return new(KeeperError.Ok, false);
            }

            var version = there.Value.Stat.Version;
            var error = left.Length == 0
                ? await client.DeleteAsync(path, version, cancellationToken).ConfigureAwait(false)
                : (await client.SetDataAsync(path, left, version, cancellationToken).ConfigureAwait(false)).Error;
            if (error is KeeperError.Ok)
            {
                return new(error, true);
            }

            if (error is not (KeeperError.NoNode or KeeperError.BadVersion))
            {
                return new(error, false);
            }
        }

        return new(KeeperError.BadVersion, false);
    }
}
