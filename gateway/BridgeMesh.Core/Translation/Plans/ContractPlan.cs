using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts.Linting;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>The plans of a contract's methods, and what each protocol's lint says of them. Immutable; safe for any thread.</summary>
internal sealed class ContractPlan
{
    private readonly FrozenDictionary<(MethodShape Method, string Protocol), LintFinding> _refused;

    public ContractPlan(ServiceContract contract, ImmutableArray<MethodVerdict> verdicts)
    {
        Contract = contract;
        Methods = [.. contract.Methods.Select(MethodPlan.Of)];
        Verdicts = verdicts;
        _refused = verdicts.Where(static v => v.Level == LintLevel.Unsupported)
            .DistinctBy(static v => (v.Method, v.Protocol))
            .ToFrozenDictionary(static v => (v.Method, v.Protocol), static v => v.Findings[0]);
    }

    public ServiceContract Contract { get; }

    public ImmutableArray<MethodPlan> Methods { get; }

    /// <summary>Those that are not fine without a word, in the order of the methods.</summary>
    public ImmutableArray<MethodVerdict> Verdicts { get; }

    /// <summary>Whether some protocol cannot carry some method.</summary>
    public bool HasErrors => _refused.Count > 0;

    /// <summary>Why a protocol cannot carry a method; null when it can.</summary>
    public LintFinding? Error(MethodShape method, string protocol) => _refused.GetValueOrDefault((method, protocol));

    /// <summary>What callers of a method are told that its callee's protocol cannot carry; null when it can.</summary>
    public string? WhyNot(MethodShape method, string protocol) =>
        _refused.Count > 0 && Error(method, protocol) is { } error ? Explain(method, protocol, error) : null;

    public static string Explain(MethodShape method, string protocol, LintFinding error) =>
        $"{protocol} cannot carry {method.Name}: {error.Reason} ({error.Code}{(error.Path.Length == 0 ? string.Empty : $" at {error.Path}")})";
}
