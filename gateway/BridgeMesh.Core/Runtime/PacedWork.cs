namespace BridgeMesh.Core.Runtime;

/// <summary>
/// Work that many ask for: done at once where it has rested for a while, else once the rest is over, once for all who asked. It rests for
/// four times as long as it took, so that it never has more than a fifth of a processor. Safe for any thread.
/// </summary>
internal sealed class PacedWork : IDisposable
{
    private const int RestPerWork = 4;

    private readonly Action _work;
    private readonly TimeSpan _rest;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _readyAt = long.MinValue;
    private bool _isAsked;
    private bool _disposed;

    /// <param name="work">Must not throw.</param>
    /// <param name="rest">Least time from one beginning to the next.</param>
    internal PacedWork(Action work, TimeSpan rest, TimeProvider time)
    {
        _work = work;
        _rest = rest;
        _time = time;
        _timer = time.CreateTimer(static self => ((PacedWork)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It will have been done, for all that was so before the call, within the rest.</summary>
    internal void Ask()
    {
        lock (_lock)
        {
            if (_isAsked || _disposed)
            {
                return;
            }

            var now = _time.GetTimestamp();
            if (now < _readyAt)
            {
                _isAsked = true;
                _timer.Change(_time.GetElapsedTime(now, _readyAt), Timeout.InfiniteTimeSpan);
                return;
            }

            _readyAt = now + TicksOf(_rest);
        }

        Run();
    }

    /// <summary>It has been done, for all that was so before the call, when this returns.</summary>
    internal void Flush() => Run();

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _isAsked = false;
            _readyAt = _time.GetTimestamp() + TicksOf(_rest);
        }

        Run();
    }

    private void Run()
    {
        var from = _time.GetTimestamp();
        _work();
        var until = _time.GetTimestamp();
        lock (_lock)
        {
            _readyAt = Math.Max(_readyAt, until + (RestPerWork * (until - from)));
        }
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
