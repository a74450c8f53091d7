using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Publishing;

/// <summary>Brings single nodes into the state that they shall have. Safe for any thread.</summary>
internal sealed class NodeWriter(ZooKeeperClient client, ImmutableArray<Acl> acl)
{
    /// <summary>Looks and writes in turn: more are needed only while somebody else writes the same nodes.</summary>
    private const int MaxTurns = 8;

    private readonly EntryWriter _entries = new(client, acl, (path, cancellationToken) => MakeParentsAsync(client, acl, path, cancellationToken));

    /// <summary>Makes the node so, under the present session. The watch fires when it changes or goes; null unless Ok.</summary>
    internal async Task<(KeeperError Error, Watch? Watch)> EnsureAsync(NodeToPublish node, CancellationToken cancellationToken)
    {
        if (node.Entry is { } entry)
        {
            return await _entries.EnsureAsync(node.Path, entry, cancellationToken).ConfigureAwait(false);
        }

        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var (there, watch) = await client.WatchDataAsync(node.Path, cancellationToken).ConfigureAwait(false);
            var superseded = there.IsOk || there.Error == KeeperError.NoNode
                ? await SupersededAsync(node, cancellationToken).ConfigureAwait(false)
                : new(there.Error, []);
            if (!superseded.IsOk)
            {
                watch.Dispose();
                return (superseded.Error, null);
            }

            var isOurs = there.IsOk && IsOurs(node, there.Value.Stat);
            if (isOurs && superseded.Value.IsEmpty && there.Value.Data.Span.SequenceEqual(node.Data.Span))
            {
                return (KeeperError.Ok, watch);
            }

            watch.Dispose();
            var error = await WriteAsync(node, there, isOurs, superseded.Value, cancellationToken).ConfigureAwait(false);
            if (error is not (KeeperError.Ok or KeeperError.NodeExists or KeeperError.NoNode or KeeperError.BadVersion))
            {
                return (error, null);
            }
        }

        return (KeeperError.NodeExists, null);
    }

    /// <summary>
    /// Takes the node out, and those that it supersedes, where they are there. Those of the present session only when <paramref name="isOwn"/>
    /// says so.
    /// </summary>
    internal async Task<KeeperResult<bool>> RemoveAsync(NodeToPublish node, bool isOwn, CancellationToken cancellationToken)
    {
        if (node.Entry is { } entry)
        {
            return await _entries.RemoveAsync(node.Path, entry, cancellationToken).ConfigureAwait(false);
        }

        var superseded = await SupersededAsync(node, cancellationToken).ConfigureAwait(false);
        if (!superseded.IsOk)
        {
            return new(superseded.Error, false);
        }

        var isFound = false;
        foreach (var path in superseded.Value.Prepend(node.Path))
        {
            var there = await client.ExistsAsync(path, cancellationToken).ConfigureAwait(false);
            if (there.Error == KeeperError.NoNode || (there.IsOk && !isOwn && there.Value.EphemeralOwner == client.Identity.Id))
            {
                continue;
            }

            var error = there.IsOk ? await client.DeleteAsync(path, -1, cancellationToken).ConfigureAwait(false) : there.Error;
            if (error is not (KeeperError.Ok or KeeperError.NoNode))
            {
                return new(error, isFound);
            }

            isFound |= error == KeeperError.Ok;
        }

        return new(KeeperError.Ok, isFound);
    }

    private async Task<KeeperError> WriteAsync(
        NodeToPublish node, KeeperResult<NodeData> there, bool isOurs, ImmutableArray<string> superseded, CancellationToken cancellationToken)
    {
        // In one transaction: whoever follows the list sees one change, and never a moment without the instance.
        var parts = new List<MultiOperation>();
        if (isOurs && !(node.IsMadeAnew && !there.Value.Data.Span.SequenceEqual(node.Data.Span)))
        {
            parts.Add(MultiOperation.SetData(node.Path, node.Data, there.Value.Stat.Version));
        }
        else
        {
            if (there.IsOk)
            {
                parts.Add(MultiOperation.Delete(node.Path, there.Value.Stat.Version));
            }

            parts.Add(MultiOperation.Create(node.Path, node.Data, acl, node.IsEphemeral ? CreateMode.Ephemeral : CreateMode.Persistent));
        }

        parts.AddRange(superseded.Select(static p => MultiOperation.Delete(p)));
        var written = await client.MultiAsync(parts, cancellationToken).ConfigureAwait(false);
        return written.Error == KeeperError.NoNode && !there.IsOk
            ? await MakeParentsAsync(client, acl, node.Path, cancellationToken).ConfigureAwait(false)
            : written.Error;
    }

    private static async Task<KeeperError> MakeParentsAsync(
        ZooKeeperClient client, ImmutableArray<Acl> acl, string path, CancellationToken cancellationToken)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var made = await client.CreateAsync(path[..slash], default, acl, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            var error = made.Error;

            // Who may not create in a parent may still find the node there.
            if (error == KeeperError.NoAuth)
            {
                error = (await client.ExistsAsync(path[..slash], cancellationToken).ConfigureAwait(false)).IsOk ? KeeperError.Ok : KeeperError.NoAuth;
            }

            if (error is not (KeeperError.Ok or KeeperError.NodeExists))
            {
                return error;
            }
        }

        return KeeperError.Ok;
    }

    private async Task<KeeperResult<ImmutableArray<string>>> SupersededAsync(NodeToPublish node, CancellationToken cancellationToken)
    {
        if (node.Supersedes is not { } supersedes)
        {
            return new(KeeperError.Ok, []);
        }

        var parent = node.Path[..node.Path.LastIndexOf('/')];
        var own = node.Path[(parent.Length + 1)..];
        var names = await client.GetChildrenAsync(parent, cancellationToken).ConfigureAwait(false);
        return names.Error == KeeperError.NoNode ? new(KeeperError.Ok, [])
            : !names.IsOk ? new(names.Error, [])
            : new(KeeperError.Ok, [.. names.Value.Names.Where(n => n != own && supersedes(n)).Select(n => NodePath.Join(parent, n))]);
    }

    private bool IsOurs(NodeToPublish node, in Stat stat) => stat.EphemeralOwner == (node.IsEphemeral ? client.Identity.Id : 0);
}
