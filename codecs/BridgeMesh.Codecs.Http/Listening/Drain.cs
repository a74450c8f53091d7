namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Knows when a listener that takes no new connections may close the old ones: nothing is in flight and nobody has spoken for a while, so
/// that a request which crossed the last answer on its way is still served. Safe for any thread.
/// </summary>
internal sealed class Drain(TimeProvider time)
{
    /// <summary>Time of silence; more than a request is under way in a data centre.</summary>
    internal const int QuietMs = 500;

    /// <summary>How often silence is looked for.</summary>
    private const int LookMs = 20;

    private int _connections;
    private int _inFlight;
    private long _lastEnd;
    private volatile bool _isOn;

    /// <summary>Answers now say Connection: close.</summary>
    internal bool IsOn => _isOn;

    internal void OnConnected() => Interlocked.Increment(ref _connections);

    internal void OnDisconnected() => Interlocked.Decrement(ref _connections);

    internal void OnBegin() => Interlocked.Increment(ref _inFlight);

    internal void OnEnd()
    {
        Volatile.Write(ref _lastEnd, time.GetTimestamp());
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>Ends when all is silent, or the token is cancelled.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastEnd, time.GetTimestamp());
        _isOn = true;
        while (!IsQuiet() && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(LookMs), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsQuiet() =>
        Volatile.Read(ref _connections) == 0
        || (Volatile.Read(ref _inFlight) == 0 && time.GetElapsedTime(Volatile.Read(ref _lastEnd)).TotalMilliseconds >= QuietMs);
}
