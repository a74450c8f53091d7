using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Hessian.Changes;

/// <summary>
/// What changes mean to calls between Java programs that name a method by its name and the erased types of its parameters, and carry arguments
/// and results in Hessian: SOFARPC's, Dubbo 2's, and those of Triple's wrapped form. What a protocol does otherwise it judges itself.
/// </summary>
/// <param name="values">How it carries values.</param>
public sealed class JavaCallChanges(HessianChanges values)
{
    public ChangeVerdict Judge(ContractChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind switch
        {
            ChangeKind.ServiceAdded or ChangeKind.MethodAdded => ChangeVerdict.Compatible("old callers do not call it"),
            ChangeKind.ServiceRemoved => ChangeVerdict.BreaksCallers("the service is not found"),
            ChangeKind.ServiceKeyChanged => ChangeVerdict.BreaksCallers("a service goes by interface, version and group or uniqueId: it is not found"),
            ChangeKind.ServiceProtoNameChanged => ChangeVerdict.Compatible("the name in protobuf is not used"),
            ChangeKind.ValuesChanged => ChangeVerdict.Compatible("values in Hessian have one form"),
            ChangeKind.MethodRemoved or ChangeKind.MethodRenamed => ChangeVerdict.BreaksCallers("the method is not found"),
            ChangeKind.ParameterAdded or ChangeKind.ParameterRemoved =>
                ChangeVerdict.BreaksCallers("a method goes by the types of its parameters: with others it is another method, which is not found"),
            ChangeKind.ParameterRenamed => ChangeVerdict.Compatible("parameters have no names on the wire"),
            ChangeKind.ParameterMoved => Moved(change),
            ChangeKind.TypeChanged when change is { Place: ValuePlace.Parameter, OldType.JavaDescriptor: var old, NewType.JavaDescriptor: var now }
                && old != now =>
                ChangeVerdict.BreaksCallers($"a method goes by the types of its parameters: {old} is not found among methods with {now}"),
            ChangeKind.RequestMessageChanged or ChangeKind.ResponseMessageChanged => ChangeVerdict.Compatible("protobuf's messages are not used"),
            ChangeKind.MessageRenamed or ChangeKind.MethodProtoNameChanged => ChangeVerdict.Compatible("the name in protobuf is not used"),
            ChangeKind.ExceptionAdded => Exception(change),
            ChangeKind.ExceptionRemoved => ChangeVerdict.Compatible("nobody has to catch what is not thrown"),
            ChangeKind.IdempotentChanged => ChangeVerdict.Compatible("retries are the caller's own matter"),
            ChangeKind.OneWayChanged => ChangeVerdict.Compatible("whether an answer is awaited is the caller's own matter"),
            ChangeKind.StreamsChanged => ChangeVerdict.BreaksCallers("a call has one request and one reply"),
            ChangeKind.BindingAdded or ChangeKind.BindingRemoved or ChangeKind.VerbChanged or ChangeKind.PathChanged or ChangeKind.BoundParameterChanged
                or ChangeKind.HttpStatusChanged => ChangeVerdict.Compatible("HTTP's binding is not used"),
            _ => values.Judge(change) ?? ChangeVerdict.Compatible("it is not on the wire"),
        };
    }

    private static ChangeVerdict Moved(ContractChange change)
    {
        var (old, now) = (change.OldMethod, change.NewMethod);
        return old is not null && now is not null && old.Signature.Descriptor == now.Signature.Descriptor
            ? ChangeVerdict.BreaksCallers("arguments go by their place: this one arrives as another parameter")
            : ChangeVerdict.BreaksCallers("a method goes by the types of its parameters in their order: it is not found");
    }

    // Old callers may have a class that their interface does not name.
    private static ChangeVerdict Exception(ContractChange change)
    {
        var name = change.NewStruct?.JavaType;
        return name is not null && change.OldService?.Types?.Find(name.Utf8) is not null
            ? ChangeVerdict.Compatible("old callers have the class, and get it undeclared")
            : ChangeVerdict.BreaksResults($"old callers do not have {name?.Text}, and cannot read it");
    }
}
