namespace BridgeMesh.Core.Routing;

/// <summary>
/// Endpoints in the order of preference: those of the gateway's own zone, those of others, other gateways. Calls go to the first of these that
/// has somebody available.
/// </summary>
internal sealed class Tiers
{
    private readonly Turns[] _tiers;

    /// <param name="zone">Zone whose instances come first; empty for none.</param>
    internal Tiers(IEnumerable<Endpoint> endpoints, string zone, TimeProvider time)
    {
        _tiers = [.. endpoints.GroupBy(e => RankOf(e, zone)).OrderBy(static g => g.Key).Select(g => new Turns([.. g], time))];
    }

    internal bool IsEmpty => _tiers.Length == 0;

    /// <summary>
    /// The endpoint whose turn it is, other than <paramref name="not"/> if there is one, and available if there is one; null when there is none at
    /// all.
    /// </summary>
    /// <param name="turn">Any number; the next one is the next turn.</param>
    internal Endpoint? Pick(uint turn, Endpoint? not)
    {
        Endpoint? fallback = null;
        foreach (var tier in _tiers)
        {
            var turns = tier.Current;
            for (uint i = 0; i < turns.Length; i++)
            {
                var candidate = turns[(turn + i) % (uint)turns.Length];
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
        }

        return fallback ?? (_tiers.Length > 0 ? not : null);
    }

    private static int RankOf(Endpoint endpoint, string zone) =>
        endpoint.IsGateway ? 2
        : zone.Length == 0 || string.Equals(endpoint.Instance.Zone, zone, StringComparison.OrdinalIgnoreCase) ? 0
        : 1;
}
