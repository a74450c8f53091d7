using BridgeMesh.Registries;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// Weighted round robin: each endpoint as often as its weight says, its turns spread evenly so that a heavy one does not get its calls in a
/// row. Unrolled once, and anew every <see cref="TickMs"/> while an instance warms up. Safe for any thread.
/// </summary>
internal sealed class Turns
{
    /// <summary>A warming instance's share is late by so much at most; Dubbo's own default warm-up takes 600,000 ms.</summary>
    private const int TickMs = 500;

    /// <summary>
    /// Turns of the heaviest endpoint where weights have no smaller form in common: a share is right to one in so many. Fewer with many
    /// endpoints, as the list has to be made and kept.
    /// </summary>
    private const int MaxEach = 128;

    private const int MinEach = 16;

    private const int MaxTotal = 16_384;

    private readonly Endpoint[] _endpoints;
    private readonly TimeProvider _time;
    private Endpoint[] _turns = [];

    // long.MaxValue while nothing warms, and while a thread makes the list anew.
    private long _renewAt = long.MaxValue;

    /// <param name="endpoints">At least one; all have a weight and can be called.</param>
    internal Turns(Endpoint[] endpoints, TimeProvider time)
    {
        _endpoints = endpoints;
        _time = time;
        Renew();
    }

    /// <summary>Never empty. One turn each, from any place on, around at the end.</summary>
    internal Endpoint[] Current
    {
        get
        {
            var due = Volatile.Read(ref _renewAt);
            if (due != long.MaxValue && _time.GetTimestamp() >= due && Interlocked.CompareExchange(ref _renewAt, long.MaxValue, due) == due)
            {
                Renew();
            }

            return Volatile.Read(ref _turns);
        }
    }

    /// <summary>
    /// Weight at a moment of the warm-up, 1 to the instance's own. Source: org.apache.dubbo.rpc.cluster.loadbalance.AbstractLoadBalance,
    /// calculateWarmupWeight.
    /// </summary>
    internal static int WeightAt(ServiceInstance instance, DateTimeOffset now)
    {
        if (!IsWarming(instance, now))
        {
            return instance.Weight;
        }

        var uptimeMs = Math.Max(0, (now - instance.StartedAt!.Value).TotalMilliseconds); // what warms has a start
        return Math.Clamp((int)(uptimeMs * instance.Weight / instance.WarmUpMs), 1, instance.Weight);
    }

    /// <summary>An instance whose clock is ahead has not begun to warm.</summary>
    private static bool IsWarming(ServiceInstance instance, DateTimeOffset now) =>
        instance is { WarmUpMs: > 0, Weight: > 0, StartedAt: { } started } && (now - started).TotalMilliseconds < instance.WarmUpMs;

    private void Renew()
    {
        var now = _time.GetUtcNow();
        Volatile.Write(ref _turns, Unrolled([.. _endpoints.Select(e => WeightAt(e.Instance, now))]));
        if (Array.Exists(_endpoints, e => IsWarming(e.Instance, now)))
        {
            Volatile.Write(ref _renewAt, _time.GetTimestamp() + (TickMs * _time.TimestampFrequency / 1_000));
        }
    }

    private Endpoint[] Unrolled(int[] weights)
    {
        Reduce(weights);
        var total = weights.Sum();
        if (total == weights.Length)
        {
            return _endpoints;
        }

        // The k-th of w turns stands in the middle of the k-th of w equal parts of the round.
        var places = new double[total];
        var turns = new Endpoint[total];
        var at = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            for (var k = 0; k < weights[i]; k++)
            {
                places[at] = (k + 0.5) / weights[i];
                turns[at++] = _endpoints[i];
            }
        }

        Array.Sort(places, turns);
        return turns;
    }

    /// <summary>To the smallest numbers of the same ratio, or near it where those are too many.</summary>
    private static void Reduce(int[] weights)
    {
        var divisor = 0;
        var heaviest = 1;
        foreach (var weight in weights)
        {
            heaviest = Math.Max(heaviest, weight);
            for (var (a, b) = (weight, divisor); ; (a, b) = (b, a % b))
            {
                if (b == 0)
                {
                    divisor = a;
                    break;
                }
            }
        }

        var most = Math.Clamp(MaxTotal / weights.Length, MinEach, MaxEach);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = heaviest / divisor <= most ? weights[i] / divisor : Math.Max(1, (int)Math.Round((double)weights[i] * most / heaviest));
        }
    }
}
