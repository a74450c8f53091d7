using BridgeMesh.Codecs.Hessian.Changes;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Bolt;

/// <summary>What changes of a contract mean to SOFARPC callers with Hessian bodies, which are what its Java and Node clients send.</summary>
internal sealed class BoltChangeRules : IChangeRules
{
    private static readonly JavaCallChanges Calls = new(HessianChanges.UntypedResults);

    public string Protocol => "bolt";

    public ChangeVerdict Judge(ContractChange change) => IsSameService(change)
        ? ChangeVerdict.Compatible("SOFARPC has no group")
        : Calls.Judge(change);

    private static bool IsSameService(ContractChange change) =>
        change is { Kind: ChangeKind.ServiceKeyChanged, OldService.Service: var old, NewService.Service: var now }
        && (old.Interface, old.Version, old.UniqueId) == (now.Interface, now.Version, now.UniqueId);
}
