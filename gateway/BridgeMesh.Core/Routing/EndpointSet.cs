using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// The instances of a service that calls are spread over, by their weights, those that cannot be reached passed over. A call without a tag goes
/// to instances without tags alone; a call with one to those that have it, else to those without any. Source of the rule:
/// org.apache.dubbo.rpc.cluster.router.tag.TagRouter.
/// </summary>
internal sealed class EndpointSet
{
    private readonly Tiers _untagged;
    private readonly FrozenDictionary<string, Tiers>? _byTag;
    private uint _next;

    /// <param name="endpoints">Those with weight 0 and those that cannot be called take no calls.</param>
    /// <param name="zone">Zone whose instances come first; empty for none.</param>
    /// <param name="turn">Whose turn it was: a service that often changes would else always begin with the same instance.</param>
    internal EndpointSet(ImmutableArray<Endpoint> endpoints, string zone, TimeProvider time, uint turn = 0)
    {
        _next = turn;
        Endpoints = endpoints;
        var live = endpoints.Where(static e => e.Instance.Weight > 0 && e.WhyNotCallable is null).ToArray();
        _untagged = new Tiers(live.Where(static e => e.Instance.Tags.IsEmpty), zone, time);
        var tagged = live.SelectMany(static e => e.Instance.Tags.Select(tag => (Tag: tag, Endpoint: e))).ToLookup(static t => t.Tag, static t => t.Endpoint);
        _byTag = tagged.Count == 0
            ? null
            : tagged.ToFrozenDictionary(static t => t.Key, t => new Tiers(t.Distinct(), zone, time), StringComparer.Ordinal);
    }

    internal ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Calls that were given an endpoint, from any beginning on, around at the end of the numbers.</summary>
    internal uint Turn => Volatile.Read(ref _next);

    internal bool IsEmpty => _untagged.IsEmpty && _byTag is null;

    /// <summary>Where no instance takes a call, why one of them does not; null when none is registered.</summary>
    internal string? WhyNotCallable
    {
        get
        {
            if (!IsEmpty)
            {
                return "its instances are for calls with other tags (dubbo.tag)";
            }

            return Endpoints.FirstOrDefault(static e => e.WhyNotCallable is not null)?.WhyNotCallable;
        }
    }

    /// <summary>The next endpoint other than <paramref name="not"/> if there is one, preferring those that are available; null when there is none.</summary>
    /// <param name="tag">What the call asks for; null or empty is no tag.</param>
    /// <param name="isForced">Whether instances without tags will not do in place of those with the tag.</param>
    internal Endpoint? Pick(Endpoint? not, string? tag = null, bool isForced = false)
    {
        var turn = Interlocked.Increment(ref _next);
        if (string.IsNullOrEmpty(tag))
        {
            return _untagged.Pick(turn, not);
        }

        var tagged = _byTag?.GetValueOrDefault(tag)?.Pick(turn, not);
        if (isForced || (tagged is { IsAvailable: true } && !ReferenceEquals(tagged, not)))
        {
            return tagged;
        }

        var other = _untagged.Pick(turn, not);
        return other is { IsAvailable: true } && !ReferenceEquals(other, not) ? other : tagged ?? other;
    }
}
