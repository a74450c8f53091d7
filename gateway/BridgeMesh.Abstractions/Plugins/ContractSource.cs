using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Plugins;

/// <summary>What a source of contracts is to fetch.</summary>
/// <param name="Address">As written in the configuration.</param>
/// <param name="Services">Names of services; empty for all that there are.</param>
/// <param name="TimeoutMs">Time for all of it, in ms, 1 or more.</param>
public sealed record ContractSourceSettings(string Address, IReadOnlyList<string> Services, int TimeoutMs, TimeProvider Time);

/// <summary>What came of fetching contracts: all of them, or none and why.</summary>
/// <param name="Problem">One line for people, without the address; null when there is none.</param>
public sealed record ContractFetch(ImmutableArray<ServiceContract> Contracts, string? Problem)
{
    /// <summary>
    /// Changes when what was fetched does, so that the same need not be put in force again; null where the contracts' descriptors say so.
    /// </summary>
    public string? Revision { get; init; }

    /// <summary>What is not carried over whole; one line each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public static ContractFetch Failed(string problem) => new([], problem);
}

/// <summary>Fetches contracts from a running program, as gRPC's reflection does. Safe for any thread.</summary>
public interface IContractSource
{
    /// <summary>Key of the address in an entry of the configuration's <c>contracts</c>, such as <c>reflection</c>.</summary>
    string Kind { get; }

    /// <summary>What is wrong with an address; null when nothing is. Connects to nothing.</summary>
    string? Check(string address);

    /// <summary>Bounded in time and size. Throws <see cref="OperationCanceledException"/> alone, and only when the token says so.</summary>
    Task<ContractFetch> FetchAsync(ContractSourceSettings settings, CancellationToken cancellationToken);
}
