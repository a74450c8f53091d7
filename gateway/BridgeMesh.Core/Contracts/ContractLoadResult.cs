using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>What contract files say: all of it, or none and why.</summary>
/// <param name="Contracts">Empty when there is a problem: a half-loaded store would route some calls wrongly.</param>
/// <param name="Problems">In the order of files and lines.</param>
internal sealed record ContractLoadResult(ImmutableArray<ServiceContract> Contracts, ImmutableArray<SourceProblem> Problems)
{
    public bool IsOk => Problems.IsEmpty;

    /// <summary>What a source holds that contracts do not carry over whole; one line each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
