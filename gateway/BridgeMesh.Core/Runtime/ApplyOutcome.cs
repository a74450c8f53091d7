using System.Collections.Immutable;

namespace BridgeMesh.Core.Runtime;

/// <summary>What became of another configuration.</summary>
/// <param name="IsInForce">False when the one before stays in force whole.</param>
/// <param name="Problems">Why it is not, or which listeners could not follow.</param>
public sealed record ApplyOutcome(bool IsInForce, ImmutableArray<string> Problems);
