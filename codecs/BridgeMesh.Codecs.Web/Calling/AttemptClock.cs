using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>
/// The time of one attempt, and whether somebody still wants its outcome. Safe at any time for any thread, also after the end.
/// </summary>
public sealed class AttemptClock : IDisposable
{
    private readonly Exchange _exchange;
    private readonly CancellationTokenSource _end;
    private volatile bool _givenUp;
    private volatile bool _isAnswering;

    /// <param name="isTimed">False where only giving up ends the attempt, as with a stream whose caller set no deadline.</param>
    public AttemptClock(Exchange exchange, TimeProvider time, bool isTimed = true)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        _exchange = exchange;
        _end = isTimed ? new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(1, exchange.RemainingMs)), time) : new CancellationTokenSource();
    }

    /// <summary>Cancelled when the time is over or the attempt was given up.</summary>
    public CancellationToken Token => _end.Token;

    public bool IsGivenUp => _givenUp;

    /// <summary>The time is over, or the attempt was given up.</summary>
    public bool IsOver => _end.IsCancellationRequested;

    /// <summary>The pipeline no longer wants the answer.</summary>
    public void GiveUp()
    {
        _givenUp = true;
        Cut();
    }

    /// <summary>Ends whatever is on its way, for a reason that the attempt itself knows.</summary>
    public void Cut()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this moment.
        }
    }

    /// <summary>Gives the callee all of its time again, as bytes of a streamed body have just moved.</summary>
    public void Restart()
    {
        if (!_isAnswering && !_givenUp)
        {
            Set(Math.Max(1, _exchange.RemainingMs));
        }
    }

    /// <summary>The callee has begun to answer: what follows is a stream, which no deadline cuts.</summary>
    public void Stop()
    {
        _isAnswering = true;
        Set(Timeout.Infinite);
    }

    /// <summary>Gives what follows this much time, from now on.</summary>
    /// <param name="ms">1 or more.</param>
    public void Allow(int ms)
    {
        if (!_givenUp)
        {
            Set(ms);
        }
    }

    public void Dispose() => _end.Dispose();

    /// <summary>
    /// Turns what HttpClient threw into the exchange's status. Its messages name addresses and stay here.
    /// </summary>
    /// <param name="protocol">By whose name bugs are counted.</param>
    public void SetFault(string protocol, Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException when _givenUp:
                _exchange.SetFault(ExchangeStatus.Cancelled, "the call was given up", mayHaveExecuted: true);
                break;
            case OperationCanceledException when IsOver:
                _exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the callee did not answer in time", mayHaveExecuted: true);
                break;
            default:
                CalleeFaults.Set(_exchange, protocol, exception);
                break;
        }
    }

    private void Set(int ms)
    {
        try
        {
            _end.CancelAfter(ms);
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this moment.
        }
    }
}
