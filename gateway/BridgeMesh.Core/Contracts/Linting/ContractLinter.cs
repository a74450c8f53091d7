using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Core.Contracts.Linting;

/// <summary>Asks the lints of protocols what they make of contracts. What one says of a class is kept for the next method. For one thread.</summary>
internal sealed class ContractLinter(IReadOnlyDictionary<string, IMethodLint> lints)
{
    private static readonly LintRule LintFailed = new("lint-failed", LintLevel.Fine, "The protocol's lint itself failed.");

    private LintScope? _scope;

    /// <summary>Each method by each protocol, in the order of both. A protocol without a lint has nothing to say.</summary>
    public IEnumerable<MethodVerdict> Check(ServiceContract contract, IReadOnlyCollection<string> protocols)
    {
        var scope = _scope = _scope?.For(contract) ?? new LintScope(contract);
        foreach (var method in contract.Methods)
        {
            foreach (var protocol in protocols)
            {
                yield return Check(method, protocol, scope);
            }
        }
    }

    private MethodVerdict Check(MethodShape method, string protocol, LintScope scope)
    {
        var findings = new List<LintFinding>();
        if (lints.TryGetValue(protocol, out var lint))
        {
            try
            {
                lint.Check(method, scope, findings);
            }
            catch (Exception fault)
            {
                // The edge of a plugin: what it did not foresee must not keep a configuration from being put in force.
                findings.Add(new LintFinding(LintFailed, string.Empty, $"{protocol}'s lint failed: {fault.Message}", "report it to the plugin's authors"));
            }
        }

        return new MethodVerdict(method, protocol, findings.Count < 2 ? [.. findings] : InOrder(findings));
    }

    private static ImmutableArray<LintFinding> InOrder(List<LintFinding> findings) => [.. findings.Distinct().OrderByDescending(static f => f.Level)
        .ThenBy(static f => f.Path, StringComparer.Ordinal).ThenBy(static f => f.Code, StringComparer.Ordinal)];
}
