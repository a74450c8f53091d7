using System.Collections.Immutable;
using BridgeMesh.Core.Channels;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Routing;

/// <summary>An instance and the way to it.</summary>
internal sealed class Endpoint(ServiceInstance instance, ChannelPool pool)
{
    private IUpstreamChannel? _channel;
    private HeldChannel? _held;
    private int _isReleased;
    private int _isLetGo;

    internal ServiceInstance Instance { get; } = instance;

    /// <summary>Whether the registry says that it is a gateway too.</summary>
    internal bool IsGateway { get; } = instance.Metadata.ContainsKey(InstanceMarks.Gateway);

    /// <summary>Why calls cannot go there; null when they can.</summary>
    internal string? WhyNotCallable { get; } = WhyNotUp(instance.Health) ?? pool.WhyNotCallable(instance);

    internal IUpstreamChannel Channel => Volatile.Read(ref _channel) ?? Hold();

    internal bool IsAvailable => _channel?.IsAvailable ?? true;

    /// <summary>No table holds the instance any longer. A call that was planned before may still go there.</summary>
    internal void Release()
    {
        Interlocked.Exchange(ref _isReleased, 1);
        LetGo();
    }

    private IUpstreamChannel Hold()
    {
        var held = pool.Hold(Instance);
        if (Interlocked.CompareExchange(ref _held, held, null) is { } other)
        {
            pool.LetGo(held); // Two calls were the first.
            held = other;
        }

        Volatile.Write(ref _channel, held.Channel);
        if (Volatile.Read(ref _isReleased) == 1)
        {
            LetGo();
        }

        return held.Channel;
    }

    private void LetGo()
    {
        if (Volatile.Read(ref _held) is { } held && Interlocked.Exchange(ref _isLetGo, 1) == 0)
        {
            pool.LetGo(held);
        }
    }

    private static string? WhyNotUp(InstanceHealth health) => health switch
    {
        InstanceHealth.Up => null,
        InstanceHealth.Starting => "its registry says that it is still starting",
        InstanceHealth.Down => "its registry says that it is down",
        InstanceHealth.OutOfService => "its registry says that it was taken out of service",
        _ => "its registry does not know whether it is up",
    };
}

/// <summary>The instances of a service that calls are spread over: weighted round robin, those that cannot be reached passed over.</summary>
internal sealed class EndpointSet
{
    private readonly Endpoint[] _turns;
    private uint _next;

    /// <param name="endpoints">Those with weight 0 and those that cannot be called take no calls.</param>
    /// <param name="turn">Whose turn it was: a service that often changes would else always begin with the same instance.</param>
    internal EndpointSet(ImmutableArray<Endpoint> endpoints, uint turn = 0)
    {
        _next = turn;
        Endpoints = endpoints;
        _turns = Turns(endpoints);
    }

    internal ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Calls that were given an endpoint, from any beginning on, around at the end of the numbers.</summary>
    internal uint Turn => Volatile.Read(ref _next);

    internal bool IsEmpty => _turns.Length == 0;

    /// <summary>Where no instance takes calls, why one of them does not; null when none is registered.</summary>
    internal string? WhyNotCallable => IsEmpty ? Endpoints.FirstOrDefault(e => e.WhyNotCallable is not null)?.WhyNotCallable : null;

    /// <summary>The next endpoint other than <paramref name="not"/> if there is one, preferring those that are available; null when there is none.</summary>
    internal Endpoint? Pick(Endpoint? not)
    {
        var turns = _turns;
        if (turns.Length == 0)
        {
            return null;
        }

        var first = Interlocked.Increment(ref _next);
        Endpoint? fallback = null;
        for (uint i = 0; i < turns.Length; i++)
        {
            var candidate = turns[(first + i) % (uint)turns.Length];
            if (ReferenceEquals(candidate, not))
            {
                continue;
            }

            if (candidate.IsAvailable)
            {
                return candidate;
            }

            fallback ??= candidate;
        }

        return fallback ?? (not is null ? turns[first % (uint)turns.Length] : null);
    }

    /// <summary>
    /// Each endpoint as often as its weight says, interleaved so that a heavy one does not get its calls in a row. Smooth weighted round
    /// robin, unrolled once; weights are scaled to at most 16 turns an endpoint.
    /// </summary>
    private static Endpoint[] Turns(ImmutableArray<Endpoint> endpoints)
    {
        var live = endpoints.Where(e => e.Instance.Weight > 0 && e.WhyNotCallable is null).ToArray();
        if (live.Length == 0 || live.All(e => e.Instance.Weight == live[0].Instance.Weight))
        {
            return live;
        }

        const int maxTurns = 16;
        var heaviest = live.Max(e => e.Instance.Weight);
        var weights = live.Select(e => Math.Max(1, (int)Math.Round((double)e.Instance.Weight * maxTurns / heaviest))).ToArray();
        var total = weights.Sum();
        var credit = new int[live.Length];
        var turns = new Endpoint[total];
        for (var turn = 0; turn < total; turn++)
        {
            var best = 0;
            for (var i = 0; i < live.Length; i++)
            {
                credit[i] += weights[i];
                best = credit[i] > credit[best] ? i : best;
            }

            credit[best] -= total;
            turns[turn] = live[best];
        }

        return turns;
    }
}
