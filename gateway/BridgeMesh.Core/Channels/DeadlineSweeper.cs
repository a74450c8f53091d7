using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Channels;

internal interface ISwept
{
    /// <summary>Adds calls whose deadline has passed, after taking them out, and does what else is due. Must not block.</summary>
    void Sweep(long now, List<PendingCall> expired);
}

/// <summary>
/// The one timer of all framed channels that a reactor carries, or of all where there is none. Looking at every waiting slot each tick costs
/// less than a timer an exchange would: 2,048 calls in flight are 16 KiB to read, and a call that is answered in time costs nothing.
/// </summary>
internal sealed class DeadlineSweeper : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IDisposable _timer;
    private readonly Lock _lock = new();
    private readonly List<PendingCall> _expired = [];
    private ISwept[] _swept = [];
    private int _running;

    internal DeadlineSweeper(ITransport transport, int reactor, TimeProvider time, ILogger log)
    {
        _time = time;
        _log = log;
        _timer = transport.Every(Tick, Sweep, reactor);
    }

    internal void Add(ISwept swept)
    {
        lock (_lock)
        {
            _swept = [.. _swept, swept];
        }
    }

    internal void Remove(ISwept swept)
    {
        lock (_lock)
        {
            _swept = [.. _swept.Where(s => !ReferenceEquals(s, swept))];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        // A tick that outlasts its period must not run beside the next.
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return;
        }

        var batch = FlushBatch.Enter();
        try
        {
            var now = _time.GetTimestamp();
            foreach (var swept in Volatile.Read(ref _swept))
            {
                swept.Sweep(now, _expired);
            }

            foreach (var call in _expired)
            {
                call.Exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the callee did not answer in time", mayHaveExecuted: true);
                call.Sink.OnAttemptCompleted(call.Exchange);
            }
        }
        catch (Exception bug)
        {
            // Without the sweeper no call would ever time out: it must live on.
            Log.SweepFailed(_log, bug);
        }
        finally
        {
            _expired.Clear();
            batch.Leave();
            Volatile.Write(ref _running, 0);
        }
    }
}
