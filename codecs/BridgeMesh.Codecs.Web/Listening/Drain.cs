using Microsoft.AspNetCore.Connections.Features;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// Knows when a listener that takes no new connections may close the old ones: nothing is in flight and nobody has spoken for a while, so
/// that a request which crossed the last answer on its way is still served. Safe for any thread.
/// </summary>
public sealed class Drain
{
    /// <summary>Time of silence; more than a request is under way in a data centre.</summary>
    public const int QuietMs = 500;

    /// <summary>How often silence is looked for.</summary>
    private const int LookMs = 20;

    private readonly ConnectionGate _gate;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly HashSet<IConnectionLifetimeNotificationFeature> _http2 = [];
    private int _inFlight;
    private long _lastEnd;
    private volatile bool _isOn;

    internal Drain(ConnectionGate gate, TimeProvider time)
    {
        _gate = gate;
        _time = time;
    }

    /// <summary>Answers over HTTP/1.1 now say Connection: close.</summary>
    public bool IsOn => _isOn;

    /// <summary>A connection of HTTP/2, which is told to go by itself; over HTTP/1.1 the answers tell.</summary>
    internal void OnHttp2Connected(IConnectionLifetimeNotificationFeature http2)
    {
        lock (_lock)
        {
            _http2.Add(http2);
        }

        if (_isOn)
        {
            http2.RequestClose();
        }
    }

    internal void OnHttp2Disconnected(IConnectionLifetimeNotificationFeature http2)
    {
        lock (_lock)
        {
            _http2.Remove(http2);
        }
    }

    internal void OnBegin() => Interlocked.Increment(ref _inFlight);

    internal void OnEnd()
    {
        Volatile.Write(ref _lastEnd, _time.GetTimestamp());
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>Ends when all is silent, or the token is cancelled.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastEnd, _time.GetTimestamp());
        _isOn = true;
        AskHttp2ToGo();
        while (!IsQuiet() && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(LookMs), _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Kestrel sends GOAWAY, takes the streams that crossed it, sends a second one and closes when the last stream has ended. (RFC 9113
    /// section 6.8.)
    /// </summary>
    private void AskHttp2ToGo()
    {
        IConnectionLifetimeNotificationFeature[] open;
        lock (_lock)
        {
            open = [.. _http2];
        }

        foreach (var connection in open)
        {
            connection.RequestClose();
        }
    }

    private bool IsQuiet() =>
        _gate.Open == 0
        || (Volatile.Read(ref _inFlight) == 0 && _time.GetElapsedTime(Volatile.Read(ref _lastEnd)).TotalMilliseconds >= QuietMs);
}
