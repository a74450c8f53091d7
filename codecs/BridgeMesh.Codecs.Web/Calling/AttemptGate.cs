using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>Lets attempts through to one instance, no more at a time than its channel may have. Safe for any thread.</summary>
/// <param name="maxInFlight">Attempts at a time, 1 or more.</param>
public sealed class AttemptGate(int maxInFlight)
{
    private int _inFlight;

    /// <summary>Attempts that have entered and not left.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>False after a fault in the exchange: there are too many. <see cref="Leave"/> is owed in either case.</summary>
    public bool TryEnter(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (Interlocked.Increment(ref _inFlight) <= maxInFlight)
        {
            return true;
        }

        exchange.SetFault(ExchangeStatus.Exhausted, "too many calls in flight to this instance");
        return false;
    }

    /// <summary>Runs an attempt here, or on another thread where this one is a reactor's, which has connections to serve.</summary>
    public static void Start(IThreadPoolWorkItem attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            attempt.Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
        }
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);
}
