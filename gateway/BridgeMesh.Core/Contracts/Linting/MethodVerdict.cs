using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Core.Contracts.Linting;

/// <summary>How well one protocol carries one method.</summary>
/// <param name="Findings">The worst first, then by path and code.</param>
internal sealed record MethodVerdict(MethodShape Method, string Protocol, ImmutableArray<LintFinding> Findings)
{
    public LintLevel Level => Findings.IsEmpty ? LintLevel.Fine : Findings[0].Level;
}
