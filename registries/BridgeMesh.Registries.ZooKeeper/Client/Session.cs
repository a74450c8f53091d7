using System.Net.Sockets;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// Keeps one session alive over as many connections as it takes, and opens the next when it has expired. One task; calls and watches pass
/// from connection to connection and from session to session.
/// </summary>
internal sealed class Session(ClientOptions options, CallQueue calls, WatchTable watches) : IDisposable
{
    /// <summary>First pause before another attempt, in ms; each further one may be twice as long.</summary>
    private const int FirstPauseMs = 50;

    /// <summary>Time on a read-only server after which a better one is looked for, in ms: Java's longest pause between such looks.</summary>
    private const int ReadOnlyStayMs = 60_000;

    /// <summary>
    /// Times that every server hung up before giving a session, after which the session is given up: servers that were set up anew do so for
    /// ever, because the client has seen transactions that they do not have.
    /// </summary>
    private const int MaxRefusals = 3;

    private readonly SessionIdentity _identity = new();
    private readonly ServerAddress[] _servers = Shuffled(options);
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionNotice _last = new(SessionState.Connecting, 0, string.Empty);
    private int _next;
    private int _refusals;
    private long _lostAt = options.Time.GetTimestamp();

    public SessionNotice Last => Volatile.Read(ref _last);

    /// <summary>Id and password of the session, with which another client could take it over.</summary>
    public SessionIdentity Identity => _identity;

    /// <summary>Done when there is a connection; another task after each that was lost.</summary>
    public Task Connected => Volatile.Read(ref _connected).Task;

    /// <summary>Ends the connection, and <see cref="RunAsync"/>.</summary>
    public void Close() => _closing.Cancel();

    public async Task RunAsync()
    {
        var attempt = 0;
        while (!_closing.IsCancellationRequested)
        {
            if (attempt > 0 && !await PauseAsync(attempt).ConfigureAwait(false))
            {
                break;
            }

            var server = _servers[_next++ % _servers.Length];
            attempt = await ServeAsync(server).ConfigureAwait(false) ? 1 : attempt + 1;
        }

        calls.Refuse(KeeperError.Closed);
        calls.FailSent(KeeperError.Closed);
        calls.FailWaiting(KeeperError.Closed);
        watches.Close();
        Tell(SessionState.Closed, string.Empty);
    }

    /// <summary>To be called when <see cref="RunAsync"/> is over.</summary>
    public void Dispose() => _closing.Dispose();

    private static ServerAddress[] Shuffled(ClientOptions options)
    {
        // All clients that begin with the first server would keep it busier than the others.
        ServerAddress[] servers = [.. options.Servers.Servers];
        options.Random.Shuffle(servers);
        return servers;
    }

    /// <summary>False when the client closes.</summary>
    private async Task<bool> PauseAsync(int attempt)
    {
        // Full jitter, once all servers were tried: clients that lost the same server do not come back together.
        var round = (attempt - 1) / _servers.Length;
        var longest = Math.Min(FirstPauseMs << Math.Min(round, 10), Math.Min(options.MaxPauseMs, Math.Max(options.SessionTimeoutMs / 4, 1)));
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(options.Random.Next(longest / 2, longest + 1)), options.Time, _closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>True when there was a connection that worked.</summary>
    private async Task<bool> ServeAsync(ServerAddress server)
    {
        Stream? stream = null;
        using var patience = new CancellationTokenSource(ConnectTime(), options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
        try
        {
            stream = await options.Connect(server, either.Token).ConfigureAwait(false);
            SessionConnection? connection = null;
            var reader = new PacketReader(stream, options.MaxPacketBytes, () => connection?.Heard());
            using var following = connection = new SessionConnection(stream, reader, calls, watches, _identity, options.Time);
            var handshake = new Handshake(stream, reader, _identity, options);
            var outcome = await handshake.RunAsync(either.Token).ConfigureAwait(false);
            if (outcome != HandshakeOutcome.Done)
            {
                Fail(outcome, handshake.Problem);
                return outcome == HandshakeOutcome.Expired;
            }

            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            _refusals = 0;
            calls.Refuse(KeeperError.Ok);
            Tell(handshake.IsReadOnly ? SessionState.ConnectedReadOnly : SessionState.Connected, server.ToString());
            Volatile.Read(ref _connected).TrySetResult();
            watches.FireMissed();
            var stayMs = handshake.IsReadOnly && _servers.Length > 1 ? ReadOnlyStayMs : 0;
            var fault = await connection.RunAsync(handshake.TimeoutMs, handshake.LastXid, stayMs, _closing.Token).ConfigureAwait(false);
            Volatile.Write(ref _connected, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _lostAt = options.Time.GetTimestamp();
            calls.FailSent(KeeperError.ConnectionLoss);
            Tell(SessionState.Connecting, $"{server}: {fault}");
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Trouble($"{server} cannot be reached: {(e as SocketException)?.SocketErrorCode.ToString() ?? "the connection broke"}");
            return false;
        }
        catch (OperationCanceledException)
        {
            Trouble($"{server} gives no session in time");
            return false;
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>A share of the session's time for each server, so that all can be tried before it ends.</summary>
    private TimeSpan ConnectTime() => TimeSpan.FromMilliseconds(Math.Max(options.SessionTimeoutMs / _servers.Length, 100));

    private void Fail(HandshakeOutcome outcome, string problem)
    {
        switch (outcome)
        {
            case HandshakeOutcome.Expired:
                Expire(problem, withHistory: false);
                break;

            case HandshakeOutcome.AuthFailed:
                // Whoever calls meanwhile learns of it at once instead of waiting for its time to pass.
                calls.Refuse(KeeperError.AuthFailed);
                calls.FailWaiting(KeeperError.AuthFailed);
                Tell(SessionState.AuthFailed, problem);
                break;

            case HandshakeOutcome.Refused when _identity.LastZxid > 0
                && ++_refusals >= MaxRefusals * _servers.Length
                && options.Time.GetElapsedTime(_lostAt).TotalMilliseconds > options.SessionTimeoutMs:
                Expire("no server knows what this client has seen: they were set up anew", withHistory: true);
                break;

            default:
                Trouble(problem);
                break;
        }
    }

    private void Expire(string reason, bool withHistory)
    {
        // What waits was meant for the old session: an ephemeral node made now would be one that its owner makes again.
        calls.FailWaiting(KeeperError.SessionExpired);
        Tell(SessionState.Expired, reason);
        _identity.Forget(withHistory);
        _refusals = 0;
    }

    private void Trouble(string reason)
    {
        if (Last.State is SessionState.Connecting && Last.Reason == reason)
        {
            return;
        }

        Tell(SessionState.Connecting, reason);
    }

    private void Tell(SessionState state, string reason)
    {
        var notice = new SessionNotice(state, _identity.Id, reason);
        Volatile.Write(ref _last, notice);
        options.Notice?.Invoke(notice);
    }
}
