using System.Collections.Immutable;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns.Resolving;

/// <summary>What became of a question.</summary>
/// <param name="Records">Of the type that was asked for; empty where there are none.</param>
/// <param name="TtlS">Time for which it may be kept, in s; null where there is nothing and nobody says for how long.</param>
/// <param name="Problem">Why nobody knows; empty where somebody does. One line for people.</param>
internal sealed record DnsAnswer(ImmutableArray<DnsRecord> Records, long? TtlS, string Problem)
{
    internal bool IsKnown => Problem.Length == 0;

    internal static DnsAnswer Unknown(string problem) => new([], null, problem);

    /// <summary>The shorter time; no time told is the shortest.</summary>
    internal static long? Shorter(long? one, long? other) => one is { } a && other is { } b ? Math.Min(a, b) : null;
}
