using System.Threading.Channels;

namespace BridgeMesh.Registries.ZooKeeper.Client;

internal enum WatchKind
{
    /// <summary>Data of a node that is there, and its end.</summary>
    Data,

    /// <summary>A node that was not there.</summary>
    Exists,

    Children,

    /// <summary>All of one node, again and again.</summary>
    Persistent,

    /// <summary>The same of all nodes below, but for lists of children.</summary>
    PersistentRecursive,
}

/// <summary>One look at one node: it fires once, also across other connections and sessions. Disposing it forgets it.</summary>
/// <param name="serverPath">With the chroot.</param>
internal sealed class Watch(WatchTable table, string serverPath) : IDisposable
{
    private readonly TaskCompletionSource<WatchedEvent> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string ServerPath => serverPath;

    /// <summary>What happened. Never faulted.</summary>
    public Task<WatchedEvent> Fired => _fired.Task;

    public void Fire(WatchedEvent seen) => _fired.TrySetResult(seen);

    public void Dispose() => table.Forget(this);
}

/// <summary>
/// A watch that stays. Events wait in a bounded queue; past it they are dropped, and <see cref="WatchedEventType.Missed"/> stands for them.
/// </summary>
internal sealed class PersistentWatch(string serverPath, WatchKind kind)
{
    private const int MaxWaiting = 1_024;

    private readonly Channel<WatchedEvent> _events = Channel.CreateBounded<WatchedEvent>(MaxWaiting);
    private volatile bool _hasMissed;

    public string ServerPath => serverPath;

    public WatchKind Kind => kind;

    public void Fire(WatchedEvent seen)
    {
        if (!_events.Writer.TryWrite(seen))
        {
            _hasMissed = true;
        }
    }

    public void Complete() => _events.Writer.TryComplete();

    /// <summary>The next event; Closed when there will be none.</summary>
    public async ValueTask<WatchedEvent> NextAsync(CancellationToken cancellationToken)
    {
        if (_hasMissed)
        {
            // What waits is older than what was dropped, and reading again sees both.
            _hasMissed = false;
            while (_events.Reader.TryRead(out _))
            {
            }

            return new WatchedEvent(WatchedEventType.Missed, serverPath);
        }

        return await _events.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _events.Reader.TryRead(out var next)
            ? next
            : new WatchedEvent(WatchedEventType.Closed, serverPath);
    }
}
