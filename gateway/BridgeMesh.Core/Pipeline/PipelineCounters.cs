using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Pipeline;

/// <summary>Totals since start. Safe for any thread; reading gives a consistent value of each number, not of all together.</summary>
internal sealed class PipelineCounters
{
    private readonly long[] _byStatus = new long[Enum.GetValues<ExchangeStatus>().Length];
    private readonly long[] _byLane = new long[Enum.GetValues<Lane>().Length];
    private long _rented;
    private long _microseconds;

    /// <summary>Exchanges between rent and return. 0 when nothing is in flight: the pool balances.</summary>
    internal long InFlight => Volatile.Read(ref _rented);

    internal long Completed => _byStatus.Sum();

    /// <summary>Time spent in all completed exchanges, callee included, in microseconds.</summary>
    internal long TotalMicroseconds => Volatile.Read(ref _microseconds);

    internal long Of(ExchangeStatus status) => Volatile.Read(ref _byStatus[(int)status]);

    internal long Of(Lane lane) => Volatile.Read(ref _byLane[(int)lane]);

    internal void Rented() => Interlocked.Increment(ref _rented);

    internal void Returned() => Interlocked.Decrement(ref _rented);

    internal void Count(ExchangeStatus status, Lane lane, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _byStatus[(int)status]);
        Interlocked.Increment(ref _byLane[(int)lane]);
        Interlocked.Add(ref _microseconds, (long)elapsed.TotalMicroseconds);
    }

    /// <summary>A request that went no way at all: no lane and no time.</summary>
    internal void CountRefused(ExchangeStatus status) => Interlocked.Increment(ref _byStatus[(int)status]);
}
