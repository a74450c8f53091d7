using BridgeMesh.Core.Model;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Channels;

/// <summary>
/// The way to one instance of a callee of a framed protocol: connects on first use, keeps itself connected with a jittered back-off, and
/// holds a bounded number of calls while it connects. Safe for any thread.
/// </summary>
internal sealed class FramedChannel : IUpstreamChannel, ISwept
{
    /// <summary>A callee that said it will stop is gone by then, from its registry too; Dubbo's own shutdown takes 10 s.</summary>
    private const int ShunSeconds = 15;

    private readonly IFrameCodec _codec;
    private readonly string _host;
    private readonly int _port;
    private readonly UpstreamModel _model;
    private readonly ITransport _transport;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly List<PendingCall> _waiting = [];
    private readonly List<UpstreamConnection> _retired = [];
    private UpstreamConnection? _connection;
    private bool _connecting;
    private bool _disposed;
    private int _handedOver;
    private long _retryAt;
    private long _shunUntil;
    private int _failures;
    private long _strayReplies;

    internal FramedChannel(
        IFrameCodec codec, string host, int port, UpstreamModel model, ITransport transport, int reactor, TimeProvider time, ILogger log)
    {
        _codec = codec;
        _host = host;
        _port = port;
        _model = model;
        _transport = transport;
        Reactor = reactor;
        _time = time;
        _log = log;
    }

    public string Protocol => _codec.Protocol;

    /// <summary>Calls that wait for a connection, are being written to a new one, or wait for their reply on any.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                var count = _waiting.Count + _handedOver + (_connection?.InFlight ?? 0);
                foreach (var retired in _retired)
                {
                    count += retired.InFlight;
                }

                return count;
            }
        }
    }

    /// <summary>Not in a pause after a lost connection or a failed connect, and not told lately that the callee will stop.</summary>
    public bool IsAvailable => MayConnect && (Volatile.Read(ref _shunUntil) == 0 || _time.GetTimestamp() >= Volatile.Read(ref _shunUntil));

    /// <summary>Replies that nobody waited for: late, repeated or never asked for.</summary>
    internal long StrayReplies => Volatile.Read(ref _strayReplies);

    internal FrameLimits Limits => _model.Limits;

    /// <summary>The reactor that carries the channel's connections.</summary>
    internal int Reactor { get; }

    private string Peer => $"{_host}:{_port}";

    private bool MayConnect => _failures == 0 || _time.GetTimestamp() >= Volatile.Read(ref _retryAt);

    public bool CanForward(Exchange exchange) => _codec.CanForward(exchange);

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        while (true)
        {
            var connection = Volatile.Read(ref _connection);
            if (connection is not null && connection.TrySend(exchange, sink))
            {
                return;
            }

            lock (_lock)
            {
                if (!ReferenceEquals(connection, _connection))
                {
                    continue;
                }

                // Its closing may not have been reported yet; no call is to wait for a connection that is gone.
                Retire(connection);
                if (TryWait(exchange, sink))
                {
                    return;
                }
            }

            exchange.SetFault(ExchangeStatus.Unavailable, "the callee cannot be reached");
            sink.OnAttemptCompleted(exchange);
            return;
        }
    }

    public void Cancel(Exchange exchange)
    {
        var sink = default(IAttemptSink);
        lock (_lock)
        {
            var index = _waiting.FindIndex(call => ReferenceEquals(call.Exchange, exchange));
            if (index >= 0)
            {
                sink = _waiting[index].Sink;
                _waiting.RemoveAt(index);
            }
        }

        if (sink is null && (TryAbandon(Volatile.Read(ref _connection), exchange, out var call) || TryAbandonRetired(exchange, out call)))
        {
            sink = call.Sink;
        }

        if (sink is not null)
        {
            exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away", mayHaveExecuted: true);
            sink.OnAttemptCompleted(exchange);
        }
    }

    public ValueTask DisposeAsync()
    {
        UpstreamConnection[] connections;
        PendingCall[] waiting;
        lock (_lock)
        {
            _disposed = true;
            connections = _connection is null ? [.. _retired] : [_connection, .. _retired];
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        Fail(waiting, "the callee was taken out of service");
        foreach (var connection in connections)
        {
            connection.Close();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Deadlines, heartbeats and reconnects.</summary>
    public void Sweep(long now, List<PendingCall> expired)
    {
        _connection?.Sweep(now, expired);
        foreach (var retired in RetiredConnections())
        {
            retired.Sweep(now, expired);
            retired.CloseWhenIdle();
        }

        lock (_lock)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Exchange.Deadline <= now)
                {
                    expired.Add(_waiting[i]);
                    _waiting.RemoveAt(i);
                }
            }

            if (_failures > 0 && now >= _retryAt)
            {
                BeginConnect();
            }
        }
    }

    internal void CountStrayReply() => Interlocked.Increment(ref _strayReplies);

    /// <summary>
    /// The callee will stop: no new call goes to this connection, and for a while other instances are preferred. Where there is none, the next
    /// call opens another connection and finds out whether the callee is still there: better than to refuse it unasked.
    /// </summary>
    internal void OnGoneAway(UpstreamConnection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_connection, connection))
            {
                Retire(connection);
                Volatile.Write(ref _shunUntil, _time.GetTimestamp() + (ShunSeconds * _time.TimestampFrequency));
            }
        }
    }

    internal void OnConnectionClosed(UpstreamConnection connection, CloseReason reason, CodecStatus fault, int inFlight)
    {
        Log.CalleeClosed(_log, Protocol, Peer, reason, inFlight);
        if (reason == CloseReason.ProtocolBroken)
        {
            Log.CalleeBroke(_log, Protocol, Peer, fault.ToString());
        }

        lock (_lock)
        {
            _retired.Remove(connection);
            if (ReferenceEquals(_connection, connection))
            {
                _connection = null;
                if (reason is not (CloseReason.PeerClosed or CloseReason.Local))
                {
                    Backoff();
                }
            }
        }
    }

    /// <summary>No new calls go to this connection; those in flight on it still settle. Under the lock.</summary>
    private void Retire(UpstreamConnection? connection)
    {
        if (connection is not null)
        {
            _connection = null;
            _retired.Add(connection);
        }
    }

    private static bool TryAbandon(UpstreamConnection? connection, Exchange exchange, out PendingCall call)
    {
        call = default;
        return connection?.TryAbandon(exchange, out call) == true;
    }

    private bool TryAbandonRetired(Exchange exchange, out PendingCall call)
    {
        foreach (var retired in RetiredConnections())
        {
            if (retired.TryAbandon(exchange, out call))
            {
                return true;
            }
        }

        call = default;
        return false;
    }

    private UpstreamConnection[] RetiredConnections()
    {
        lock (_lock)
        {
            return _retired.Count == 0 ? [] : [.. _retired];
        }
    }

    /// <summary>Lets a call wait for the connection, under the lock; false when there is none to wait for.</summary>
    private bool TryWait(Exchange exchange, IAttemptSink sink)
    {
        if (_disposed || _waiting.Count >= _model.Limits.MaxInFlight || (!_connecting && !MayConnect))
        {
            return false;
        }

        // The caller's buffer is gone when the connection stands.
        CallState.Of(exchange).Detach(exchange);
        _waiting.Add(new PendingCall(exchange, sink));
        BeginConnect();
        return true;
    }

    private void BeginConnect()
    {
        if (_connecting || _disposed || _connection is not null)
        {
            return;
        }

        _connecting = true;
        _ = ConnectAsync();
    }

    private async Task ConnectAsync()
    {
        // Off the lock and off the caller's batch.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (socket, failure) = await _transport.ConnectAsync(_host, _port, TimeSpan.FromMilliseconds(_model.ConnectTimeoutMs), Reactor)
            .ConfigureAwait(false);
        PendingCall[] waiting;
        UpstreamConnection? connection = null;
        lock (_lock)
        {
            _connecting = false;
            waiting = [.. _waiting];
            _waiting.Clear();
            _handedOver = waiting.Length;
            if (socket is null || _disposed)
            {
                Backoff();
                Log.ConnectFailed(_log, Protocol, Peer, failure ?? "disposed", (_retryAt - _time.GetTimestamp()) * 1_000 / _time.TimestampFrequency);
            }
            else
            {
                _failures = 0;
                connection = new UpstreamConnection(this, socket, _codec, _model.Limits, _transport, _time);
                _connection = connection;
            }
        }

        if (connection is null)
        {
            socket?.Dispose();
            Volatile.Write(ref _handedOver, 0);
            Fail(waiting, "the callee cannot be reached");
            return;
        }

        var batch = FlushBatch.Enter();
        try
        {
            connection.Start();
            foreach (var call in waiting)
            {
                if (!connection.TrySend(call.Exchange, call.Sink))
                {
                    Fail([call], "the callee closed the connection at once");
                }
            }
        }
        finally
        {
            Volatile.Write(ref _handedOver, 0);
            batch.Leave();
        }
    }

    private void Backoff()
    {
        var exponent = Math.Min(_failures++, 16);
        var ceiling = Math.Min(_model.MaxReconnectMs, (long)_model.ReconnectMs << exponent);

        // Half fixed, half drawn: many gateways that lost one callee do not come back in step.
        var pauseMs = (ceiling / 2) + Random.Shared.NextInt64((ceiling / 2) + 1);
        Volatile.Write(ref _retryAt, _time.GetTimestamp() + (pauseMs * _time.TimestampFrequency / 1_000));
    }

    private static void Fail(PendingCall[] calls, string message)
    {
        foreach (var call in calls)
        {
            call.Exchange.SetFault(ExchangeStatus.Unavailable, message);
            call.Sink.OnAttemptCompleted(call.Exchange);
        }
    }
}
