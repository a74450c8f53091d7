namespace BridgeMesh.Fuzz.Targets;

/// <summary>A decoder said something that cannot be right. Thrown by targets, caught by the runner; never leaves the fuzzer.</summary>
/// <param name="rule">Which rule is broken, in few words; findings with the same rule are one.</param>
internal sealed class OracleException(string rule, string detail) : Exception($"{rule}: {detail}")
{
    internal string Rule { get; } = rule;
}
