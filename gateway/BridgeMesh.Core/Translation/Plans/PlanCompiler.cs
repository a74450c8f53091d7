using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts.Linting;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>
/// Compiles contracts into plans, each once: a contract that stays through a reload, or a change of its callees, keeps its plan. Safe for any
/// thread.
/// </summary>
internal sealed class PlanCompiler(IReadOnlyDictionary<string, IMethodLint> lints)
{
    private readonly ConditionalWeakTable<ServiceContract, ContractPlan> _compiled = [];

    public ContractPlan Of(ServiceContract contract) => _compiled.GetValue(contract, c => Compile([c])[0]);

    /// <summary>All of them; classes that they share are judged once.</summary>
    public ImmutableArray<ContractPlan> Of(ImmutableArray<ServiceContract> contracts)
    {
        var missing = contracts.Where(c => !_compiled.TryGetValue(c, out _)).ToList();
        foreach (var plan in Compile(missing))
        {
            _compiled.TryAdd(plan.Contract, plan);
        }

        return [.. contracts.Select(Of)];
    }

    private List<ContractPlan> Compile(IReadOnlyCollection<ServiceContract> contracts)
    {
        var linter = new ContractLinter(lints);
        var protocols = lints.Keys.ToList();
        return [.. contracts.Select(c => new ContractPlan(c, [.. linter.Check(c, protocols).Where(static v => !v.Findings.IsEmpty)]))];
    }
}
