using BridgeMesh.Codecs.Hessian.Changes;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Dubbo;

/// <summary>What changes of a contract mean to Dubbo 2 consumers.</summary>
internal sealed class DubboChangeRules : IChangeRules
{
    private static readonly JavaCallChanges Calls = new(HessianChanges.TypedResults);

    public string Protocol => "dubbo";

    public ChangeVerdict Judge(ContractChange change) => IsSameService(change)
        ? ChangeVerdict.Compatible("Dubbo has no uniqueId")
        : Calls.Judge(change);

    private static bool IsSameService(ContractChange change) =>
        change is { Kind: ChangeKind.ServiceKeyChanged, OldService.Service: var old, NewService.Service: var now }
        && (old.Interface, old.Version, old.Group) == (now.Interface, now.Version, now.Group);
}
