using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>A node's data.</summary>
/// <param name="Data">Owned by whoever asked.</param>
internal readonly record struct NodeData(ReadOnlyMemory<byte> Data, Stat Stat);

/// <param name="Names">Without their parent's path, in no order.</param>
internal readonly record struct NodeChildren(ImmutableArray<string> Names, Stat Stat);

internal readonly record struct NodeAcl(ImmutableArray<Acl> Acl, Stat Stat);

internal readonly record struct CreatedNode(string Path, Stat Stat);

/// <summary>
/// A client of ZooKeeper 3.4 to 3.9: operations are sent in the order in which they are made and answered in it, over one connection. Paths
/// are below the chroot. Nothing is thrown but <see cref="OperationCanceledException"/> for the caller's own token; an operation that was
/// cancelled or ran out of time may be done all the same. Safe for any thread.
/// </summary>
internal sealed class ZooKeeperClient : IAsyncDisposable
{
    /// <summary>Time to say goodbye, in ms, so that ephemeral nodes go at once.</summary>
    private const int GoodbyeMs = 1_000;

    private readonly ClientOptions _options;
    private readonly CallQueue _calls;
    private readonly WatchTable _watches;
    private readonly Session _session;
    private readonly Task _running;
    private int _disposed;

    /// <summary>Begins to connect.</summary>
    public ZooKeeperClient(ClientOptions options)
    {
        _options = options;
        _calls = new CallQueue(options.MaxPending, options.MaxPendingBytes);
        _watches = new WatchTable(options.Servers.Chroot);
        _session = new Session(options, _calls, _watches);
        _running = Task.Run(_session.RunAsync);
    }

    /// <summary>What the session's task said last.</summary>
    public SessionNotice State => _session.Last;

    public SessionIdentity Identity => _session.Identity;

    /// <summary>Done once there is a connection; another task after each that was lost.</summary>
    public Task Connected => _session.Connected;

    /// <summary>Operations that are not over, for tests and figures.</summary>
    public int PendingCount => _calls.Count;

    /// <summary>One-shot watches that have not fired.</summary>
    public int WatchCount => _watches.Count;

    /// <returns>Stat of a node that is there; NoNode otherwise.</returns>
    public Task<KeeperResult<Stat>> ExistsAsync(string path, CancellationToken cancellationToken = default) =>
        CallAsync(OpCode.Exists, path, static w => w.Bool(false), static (ref JuteReader r) => r.Stat(), cancellationToken);

    /// <summary>The same, and a watch that fires when the node comes, changes or goes. It is set unless the error is one but NoNode.</summary>
    public async Task<(KeeperResult<Stat> Result, Watch Watch)> WatchExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        var watch = NewWatch(path);
        var result = await CallAsync(
            OpCode.Exists, path, static w => w.Bool(true), static (ref JuteReader r) => r.Stat(), cancellationToken, Arm).ConfigureAwait(false);
        return (result, watch);

        void Arm(KeeperError error)
        {
            if (error is KeeperError.Ok or KeeperError.NoNode)
            {
                _watches.Add(error == KeeperError.Ok ? WatchKind.Data : WatchKind.Exists, watch);
            }
        }
    }

    public Task<KeeperResult<NodeData>> GetDataAsync(string path, CancellationToken cancellationToken = default) =>
        CallAsync(OpCode.GetData, path, static w => w.Bool(false), static (ref JuteReader r) => new NodeData(r.Bytes(), r.Stat()), cancellationToken);

    /// <summary>The same, and a watch that fires when the data changes or the node goes. It is set when there is no error.</summary>
    public async Task<(KeeperResult<NodeData> Result, Watch Watch)> WatchDataAsync(string path, CancellationToken cancellationToken = default)
    {
        var watch = NewWatch(path);
        var result = await CallAsync(
            OpCode.GetData,
            path,
            static w => w.Bool(true),
            static (ref JuteReader r) => new NodeData(r.Bytes(), r.Stat()),
            cancellationToken,
            error => Arm(WatchKind.Data, watch, error)).ConfigureAwait(false);
        return (result, watch);
    }

    public Task<KeeperResult<NodeChildren>> GetChildrenAsync(string path, CancellationToken cancellationToken = default) =>
        CallAsync(
            OpCode.GetChildren2, path, static w => w.Bool(false), static (ref JuteReader r) => new NodeChildren(r.Texts(), r.Stat()), cancellationToken);

    /// <summary>The same, and a watch that fires when a child comes or goes, or the node itself goes. It is set when there is no error.</summary>
    public async Task<(KeeperResult<NodeChildren> Result, Watch Watch)> WatchChildrenAsync(string path, CancellationToken cancellationToken = default)
    {
        var watch = NewWatch(path);
        var result = await CallAsync(
            OpCode.GetChildren2,
            path,
            static w => w.Bool(true),
            static (ref JuteReader r) => new NodeChildren(r.Texts(), r.Stat()),
            cancellationToken,
            error => Arm(WatchKind.Children, watch, error)).ConfigureAwait(false);
        return (result, watch);
    }

    /// <summary>
    /// Watches again and again, from ZooKeeper 3.6 on; Unimplemented before. Not to be mixed with other watches of the same node: servers keep
    /// one mode for a node and a connection, and a one-shot watch of its children would never fire.
    /// </summary>
    public async Task<(KeeperError Error, PersistentWatch Watch)> AddWatchAsync(
        string path, bool isRecursive, CancellationToken cancellationToken = default)
    {
        var watch = new PersistentWatch(ServerPath(path), isRecursive ? WatchKind.PersistentRecursive : WatchKind.Persistent);
        var result = await CallAsync(
            OpCode.AddWatch,
            path,
            w => w.Int(isRecursive ? 1 : 0),
            static (ref JuteReader _) => true,
            cancellationToken,
            error =>
            {
                if (error == KeeperError.Ok)
                {
                    _watches.Add(watch);
                }
            }).ConfigureAwait(false);
        return (result.Error, watch);
    }

    /// <summary>Watches no more.</summary>
    public async Task<KeeperError> RemoveWatchAsync(PersistentWatch watch, CancellationToken cancellationToken = default)
    {
        watch.Complete();
        if (!_watches.Forget(watch))
        {
            return KeeperError.Ok;
        }

        // The server's own 3: watches of any kind; the path is the server's already.
        var call = new PendingCall<bool>(
            JuteWriter.Request(OpCode.RemoveWatches).Text(watch.ServerPath).Int(3).ToPacket(), static (ref JuteReader _) => true, answered: null);
        return (await RunAsync(call, cancellationToken).ConfigureAwait(false)).Error;
    }

    /// <returns>The path that it got, with the digits of a sequential node.</returns>
    public Task<KeeperResult<string>> CreateAsync(
        string path, ReadOnlyMemory<byte> data, IReadOnlyCollection<Acl> acl, CreateMode mode, CancellationToken cancellationToken = default) =>
        CallAsync(
            mode == CreateMode.Container ? OpCode.CreateContainer : OpCode.Create,
            path,
            w => w.Bytes(data.Span).Acls(acl).Int((int)mode),
            (ref JuteReader r) => Below(r.Text()),
            cancellationToken);

    /// <summary>The same with the node's stat, from ZooKeeper 3.5 on.</summary>
    public Task<KeeperResult<CreatedNode>> CreateWithStatAsync(
        string path, ReadOnlyMemory<byte> data, IReadOnlyCollection<Acl> acl, CreateMode mode, CancellationToken cancellationToken = default) =>
        CallAsync(
            OpCode.Create2,
            path,
            w => w.Bytes(data.Span).Acls(acl).Int((int)mode),
            (ref JuteReader r) => new CreatedNode(Below(r.Text()), r.Stat()),
            cancellationToken);

    /// <param name="version">That the node must have; -1 for any.</param>
    public async Task<KeeperError> DeleteAsync(string path, int version = -1, CancellationToken cancellationToken = default) =>
        (await CallAsync(OpCode.Delete, path, w => w.Int(version), static (ref JuteReader _) => true, cancellationToken).ConfigureAwait(false)).Error;

    /// <param name="version">That the node must have; -1 for any.</param>
    public Task<KeeperResult<Stat>> SetDataAsync(
        string path, ReadOnlyMemory<byte> data, int version = -1, CancellationToken cancellationToken = default) =>
        CallAsync(OpCode.SetData, path, w => w.Bytes(data.Span).Int(version), static (ref JuteReader r) => r.Stat(), cancellationToken);

    public Task<KeeperResult<NodeAcl>> GetAclAsync(string path, CancellationToken cancellationToken = default) =>
        CallAsync(OpCode.GetAcl, path, static _ => { }, static (ref JuteReader r) => new NodeAcl(r.Acls(), r.Stat()), cancellationToken);

    /// <param name="version">That the ACL must have; -1 for any.</param>
    public Task<KeeperResult<Stat>> SetAclAsync(
        string path, IReadOnlyCollection<Acl> acl, int version = -1, CancellationToken cancellationToken = default) =>
        CallAsync(OpCode.SetAcl, path, w => w.Acls(acl).Int(version), static (ref JuteReader r) => r.Stat(), cancellationToken);

    /// <summary>Done when the server has what the leader had: reads behind it see what others have written before.</summary>
    public async Task<KeeperError> SyncAsync(string path, CancellationToken cancellationToken = default) =>
        (await CallAsync(OpCode.Sync, path, static _ => { }, static (ref JuteReader r) => r.Text(), cancellationToken).ConfigureAwait(false)).Error;

    /// <summary>Who the server takes the session for, as scheme:id, from ZooKeeper 3.7 on.</summary>
    public Task<KeeperResult<ImmutableArray<string>>> WhoAmIAsync(CancellationToken cancellationToken = default)
    {
        var call = new PendingCall<ImmutableArray<string>>(
            JuteWriter.Request(OpCode.WhoAmI).ToPacket(),
            static (ref JuteReader r) =>
            {
                var names = ImmutableArray.CreateBuilder<string>();
                for (var left = r.Count(8); left > 0 && !r.IsBroken; left--)
                {
                    names.Add($"{r.Text()}:{r.Text()}");
                }

                return names.ToImmutable();
            },
            answered: null);
        return RunAsync(call, cancellationToken);
    }

    /// <summary>All parts or none. The error is the first part's that failed.</summary>
    public async Task<KeeperResult<ImmutableArray<MultiResult>>> MultiAsync(
        IReadOnlyList<MultiOperation> operations, CancellationToken cancellationToken = default)
    {
        if (operations.Any(static o => NodePath.Check(o.Path) is not null))
        {
            return new(KeeperError.BadArguments, []);
        }

        var writer = JuteWriter.Request(OpCode.Multi);
        foreach (var operation in operations)
        {
            operation.Write(writer.Int((int)operation.Type).Bool(false).Int(-1), ServerPath(operation.Path));
        }

        var call = new PendingCall<ImmutableArray<MultiResult>>(
            writer.Int(-1).Bool(true).Int(-1).ToPacket(), static (ref JuteReader r) => MultiResult.ReadAll(ref r), answered: null);
        var result = await RunAsync(call, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk)
        {
            return new(result.Error, []);
        }

        var results = result.Value.Select(r => r with { Path = r.Path.Length == 0 ? string.Empty : Below(r.Path) }).ToImmutableArray();
        return new(results.FirstOrDefault(static r => r.Error is not (KeeperError.Ok or KeeperError.RuntimeInconsistency)).Error, results);
    }

    /// <summary>Ends the session, so that its ephemeral nodes go, then the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            if (State.State is SessionState.Connected or SessionState.ConnectedReadOnly)
            {
                var goodbye = new PendingCall<bool>(JuteWriter.Request(OpCode.CloseSession).ToPacket(), static (ref JuteReader _) => true, answered: null);
                await RunAsync(goodbye, CancellationToken.None, GoodbyeMs).ConfigureAwait(false);
            }

            _session.Close();
        }

        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the connection without a word, as a crash would: the session lives until its time has passed.</summary>
    public async Task AbandonAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _session.Close();
        }

        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        await _running.ConfigureAwait(false);
        _session.Dispose();
    }

    private Watch NewWatch(string path) => new(_watches, ServerPath(path));

    private void Arm(WatchKind kind, Watch watch, KeeperError error)
    {
        if (error == KeeperError.Ok)
        {
            _watches.Add(kind, watch);
        }
    }

    private Task<KeeperResult<T>> CallAsync<T>(
        OpCode type,
        string path,
        Action<JuteWriter> write,
        ReplyReader<T> read,
        CancellationToken cancellationToken,
        Action<KeeperError>? answered = null)
    {
        if (NodePath.Check(path) is not null)
        {
            return Task.FromResult(new KeeperResult<T>(KeeperError.BadArguments, default!)); // No value where there is an error.
        }

        var writer = JuteWriter.Request(type).Text(ServerPath(path));
        write(writer);
        return RunAsync(new PendingCall<T>(writer.ToPacket(), read, answered), cancellationToken);
    }

    private async Task<KeeperResult<T>> RunAsync<T>(PendingCall<T> call, CancellationToken cancellationToken, int? timeoutMs = null)
    {
        var refusal = call.Packet.Length - 4 > _options.MaxRequestBytes ? KeeperError.RequestTooLarge : _calls.Enqueue(call);
        if (refusal != KeeperError.Ok)
        {
            return new(refusal, default!); // No value where there is an error.
        }

        var timeout = TimeSpan.FromMilliseconds(timeoutMs ?? _options.OperationTimeoutMs);
        using var timer = _options.Time.CreateTimer(
            static c => ((PendingCall)c!).TryFail(KeeperError.OperationTimeout), call, timeout, Timeout.InfiniteTimeSpan);
        using var cancelled = cancellationToken.Register(static c => ((PendingCall)c!).TryFail(KeeperError.OperationTimeout), call);
        var result = await call.Result.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    private string ServerPath(string path)
    {
        var chroot = _options.Servers.Chroot;
        return chroot.Length == 0 ? path : path == "/" ? chroot : chroot + path;
    }

    private string Below(string serverPath)
    {
        var chroot = _options.Servers.Chroot;
        return chroot.Length == 0 || !serverPath.StartsWith(chroot, StringComparison.Ordinal) ? serverPath
            : serverPath.Length == chroot.Length ? "/"
            : serverPath[chroot.Length..];
    }
}
