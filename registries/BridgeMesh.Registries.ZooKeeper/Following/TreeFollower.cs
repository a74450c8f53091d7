using System.Collections.Immutable;
using System.Threading.Channels;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>
/// Keeps the nodes that a layout asks for in memory. One-shot watches, which every server has; the client arms them anew on each connection
/// with what it has seen, so that a reconnection costs no reading of what has not changed. At most <see cref="MaxReads"/> requests are under
/// way, however many nodes changed. Safe for any thread.
/// </summary>
internal sealed class TreeFollower : INodeTree, IAsyncDisposable
{
    /// <summary>Requests at a time: enough to fill a connection, few enough to leave the server to others when thousands of nodes are due.</summary>
    private const int MaxReads = 32;

    private readonly ZooKeeperClient _client;
    private readonly TimeProvider _time;
    private readonly Action _changed;
    private readonly Action<NodeProblem> _tell;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    // Each node is in it once at most: bounded by their number.
    private readonly Channel<FollowedNode> _due = Channel.CreateUnbounded<FollowedNode>();
    private readonly FollowedTree _tree;
    private readonly Task[] _readers;
    private int _unread;

    /// <param name="changed">Called, on any thread, when parts were touched or nothing is left to be read; takes no time.</param>
    /// <param name="tell">Takes what cannot be read, as often as it is tried.</param>
    internal TreeFollower(ZooKeeperClient client, IRegistryLayout layout, TimeProvider time, Action changed, Action<NodeProblem> tell)
    {
        (_client, _time, _changed, _tell) = (client, time, changed, tell);
        _tree = new FollowedTree(
            layout, Enqueue, p => tell(new NodeProblem(p, $"and others are left out: more than {FollowedTree.MaxNodes} nodes would be followed")));
        lock (_lock)
        {
            _tree.FollowRoots();
        }

        _readers = [.. Enumerable.Range(0, MaxReads).Select(_ => ReadAsync(_stopping.Token))];
    }

    /// <summary>Nothing is left to be read: what is known is what the server has said last.</summary>
    internal bool IsSettled
    {
        get
        {
            lock (_lock)
            {
                return _unread == 0;
            }
        }
    }

    /// <summary>Nodes that are followed, for tests and figures.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _tree.Count;
            }
        }
    }

    public ImmutableArray<string> ChildrenOf(string path)
    {
        lock (_lock)
        {
            return _tree.Find(path)?.Children ?? [];
        }
    }

    public ReadOnlyMemory<byte>? DataOf(string path)
    {
        lock (_lock)
        {
            return _tree.Find(path)?.Data;
        }
    }

    /// <summary>Parts that changed since they were last taken.</summary>
    internal string[] TakeTouched()
    {
        lock (_lock)
        {
            return _tree.TakeTouched();
        }
    }

    /// <summary>The part is to be read again for what is known from elsewhere; safe when the follower has ended.</summary>
    internal void Touch(string part)
    {
        lock (_lock)
        {
            _tree.Touch(part);
        }

        _changed();
    }

    /// <summary>Follows the nodes that a part needs beside its own, and those no longer that nobody names any more.</summary>
    internal void Need(string part, ImmutableArray<string> paths)
    {
        lock (_lock)
        {
            _tree.Need(part, paths);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_readers).ConfigureAwait(false);
        lock (_lock)
        {
            _tree.ForgetAll();
        }

        _stopping.Dispose();
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await foreach (var node in _due.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                await _client.Connected.WaitAsync(stopping).ConfigureAwait(false);
                var error = await ReadAsync(node, stopping).ConfigureAwait(false);
                if (error is KeeperError.Ok)
                {
                    node.Failures = 0;
                    Done(node, isAgain: false);
                }
                else if (error is KeeperError.ConnectionLoss or KeeperError.SessionExpired or KeeperError.SessionMoved)
                {
                    Done(node, isAgain: true);
                }
                else
                {
                    // Not for ever, and not at once: a login may be granted the node, a server may recover.
                    _tell(new NodeProblem(node.Path, error == KeeperError.NoAuth ? "must not be read by this login" : $"cannot be read: {error}"));
                    Done(node, isAgain: false);
                    _ = Task.Delay(Pauses.After(++node.Failures), _time, stopping).ContinueWith(
                        _ => Due(node), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody watches any longer.
        }
    }

    private async Task<KeeperError> ReadAsync(FollowedNode node, CancellationToken stopping)
    {
        lock (_lock)
        {
            if (node.IsGone)
            {
                return KeeperError.Ok;
            }

            (node.ChildrenWatch, node.DataWatch) = (Released(node.ChildrenWatch), Released(node.DataWatch));
        }

        if (node.Interest.HasFlag(NodeInterest.Children))
        {
            var (children, watch) = await _client.WatchChildrenAsync(node.Path, stopping).ConfigureAwait(false);
            if (!children.IsOk)
            {
                return await OnFailedAsync(node, children.Error, stopping).ConfigureAwait(false);
            }

            TakeChildren(node, children.Value.Names, watch);
        }

        if (node.Interest.HasFlag(NodeInterest.Data))
        {
            var (data, watch) = await _client.WatchDataAsync(node.Path, stopping).ConfigureAwait(false);
            if (!data.IsOk)
            {
                return await OnFailedAsync(node, data.Error, stopping).ConfigureAwait(false);
            }

            TakeData(node, data.Value.Data, watch);
        }

        return KeeperError.Ok;
    }

    /// <summary>
    /// A node that is not there is watched for: a parent's list may have told of it before it went, and no other list need come when it is
    /// back.
    /// </summary>
    private async Task<KeeperError> OnFailedAsync(FollowedNode node, KeeperError error, CancellationToken stopping)
    {
        if (error != KeeperError.NoNode)
        {
            return error;
        }

        var (there, watch) = await _client.WatchExistsAsync(node.Path, stopping).ConfigureAwait(false);
        if (there.IsOk)
        {
            watch.Dispose();
            Due(node);
            return KeeperError.Ok;
        }

        if (there.Error != KeeperError.NoNode)
        {
            return there.Error;
        }

        TakeChildren(node, [], null);
        TakeData(node, null, watch);
        return KeeperError.Ok;
    }

    private void TakeChildren(FollowedNode node, ImmutableArray<string> names, Watch? watch)
    {
        bool isKept;
        lock (_lock)
        {
            if (node.IsGone)
            {
                watch?.Dispose();
                return;
            }

            node.ChildrenWatch = watch;
            isKept = _tree.TryTakeChildren(node, names);
        }

        OnTaken(node, watch, isKept);
    }

    private void TakeData(FollowedNode node, ReadOnlyMemory<byte>? data, Watch watch)
    {
        bool isKept;
        lock (_lock)
        {
            if (node.IsGone)
            {
                watch.Dispose();
                return;
            }

            node.DataWatch = watch;
            isKept = _tree.TryTakeData(node, data);
        }

        OnTaken(node, watch, isKept);
    }

    private void OnTaken(FollowedNode node, Watch? watch, bool isKept)
    {
        if (!isKept)
        {
            _tell(new NodeProblem(node.Path, $"has more than can be kept, {FollowedTree.MaxKept} characters in all: what was known of it stays in use"));
        }

        if (watch is not null)
        {
            _ = WhenFiredAsync(node, watch);
        }
    }

    /// <summary>Never ends for a watch that is let go, and keeps nothing but itself alive then.</summary>
    private async Task WhenFiredAsync(FollowedNode node, Watch watch)
    {
        if ((await watch.Fired.ConfigureAwait(false)).Type != WatchedEventType.Closed)
        {
            Due(node);
        }
    }

    private void Due(FollowedNode node)
    {
        lock (_lock)
        {
            if (node.IsGone)
            {
                return;
            }

            if (node.IsDue)
            {
                node.IsDueAgain = true;
                return;
            }

            node.IsDue = true;
            Enqueue(node);
        }
    }

    private void Enqueue(FollowedNode node)
    {
        _unread++;
        _due.Writer.TryWrite(node);
    }

    private void Done(FollowedNode node, bool isAgain)
    {
        lock (_lock)
        {
            if ((isAgain || node.IsDueAgain) && !node.IsGone)
            {
                node.IsDueAgain = false;
                _due.Writer.TryWrite(node);
                return;
            }

            node.IsDue = false;
            _unread--;
        }

        _changed();
    }

    private static Watch? Released(Watch? watch)
    {
        watch?.Dispose();
        return null;
    }
}
