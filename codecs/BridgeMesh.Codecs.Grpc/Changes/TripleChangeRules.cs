using BridgeMesh.Codecs.Hessian.Changes;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Changes;

/// <summary>
/// What changes of a contract mean to Triple consumers: in protobuf's messages, and where the older contract is not from .proto files, in
/// wrapped ones too, as Java interfaces have them.
/// </summary>
internal sealed class TripleChangeRules : IChangeRules
{
    private static readonly GrpcChangeRules Messages = new();
    private static readonly JavaCallChanges Wrapped = new(HessianChanges.TypedResults);

    public string Protocol => "triple";

    public ChangeVerdict Judge(ContractChange change)
    {
        if (change is { Kind: ChangeKind.ServiceKeyChanged, OldService.Service: var old, NewService.Service: var now })
        {
            return (old.Interface, old.Version, old.Group) == (now.Interface, now.Version, now.Group)
                ? ChangeVerdict.Compatible("Triple has no uniqueId")
                : ChangeVerdict.BreaksCallers("consumers name version and group (tri-service-version, tri-service-group): it is not found");
        }

        var plain = Messages.Judge(change);
        if ((change.OldService ?? change.NewService) is not { ProtoFiles.IsEmpty: true }
            || change.Kind is ChangeKind.StreamsChanged or ChangeKind.OneWayChanged or ChangeKind.ServiceProtoNameChanged)
        {
            return plain;
        }

        var wrapped = Wrapped.Judge(change);
        return plain.Effect == wrapped.Effect ? plain.And(wrapped)
            : plain.Effect > wrapped.Effect ? plain.And(wrapped) with { Reason = $"in protobuf: {plain.Reason}" }
            : plain.And(wrapped) with { Reason = $"wrapped: {wrapped.Reason}" };
    }
}
