using BridgeMesh.Codecs.Protobuf.Changes;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Changes;

/// <summary>What changes of a contract mean to callers with stubs of its .proto, in protobuf's binary form.</summary>
internal sealed class GrpcChangeRules : IChangeRules
{
    public string Protocol => "grpc";

    public ChangeVerdict Judge(ContractChange change) => change.Kind switch
    {
        ChangeKind.ServiceAdded => ChangeVerdict.Compatible("old callers do not call it"),
        ChangeKind.ServiceRemoved => ChangeVerdict.BreaksCallers("its methods are UNIMPLEMENTED"),
        ChangeKind.ServiceKeyChanged => change.OldService?.Service.Interface == change.NewService?.Service.Interface
            ? ChangeVerdict.Lossy("callers that name version or group (x-bridge-version, x-bridge-group) do not find it; others do")
            : ChangeVerdict.BreaksCallers("a call's path has the service's name: it is UNIMPLEMENTED"),
        ChangeKind.ServiceProtoNameChanged => ChangeVerdict.BreaksCallers("a call's path has the service's name: it is UNIMPLEMENTED"),
        ChangeKind.ValuesChanged => ChangeVerdict.Compatible("protobuf has one form for values"),
        ChangeKind.MethodAdded => ChangeVerdict.Compatible("old callers do not call it"),
        ChangeKind.MethodRemoved => ChangeVerdict.BreaksCallers(Gone(change)),
        ChangeKind.MethodRenamed => ChangeVerdict.Compatible("a call's path has the name in protobuf, which is the same"),
        ChangeKind.MethodProtoNameChanged => ChangeVerdict.BreaksCallers($"a call's path has the name in protobuf: {Gone(change)}"),
        ChangeKind.ParameterAdded => Added(change),
        ChangeKind.ParameterRemoved => InFields(change, ChangeVerdict.Lossy("what old callers send in it is an unknown field")),
        ChangeKind.ParameterRenamed => ChangeVerdict.Compatible("fields go by number; protobuf's JSON has the name"),
        ChangeKind.ParameterMoved => Moved(change),
        ChangeKind.TypeChanged or ChangeKind.EncodingChanged when change.Place is ValuePlace.Parameter or ValuePlace.Result => Type(change),
        ChangeKind.RequestMessageChanged => IsEmpty(change.OldMethod?.Proto.RequestForm) || IsEmpty(change.NewMethod?.Proto.RequestForm)
            ? ChangeVerdict.Lossy("a message without fields is read as any other, and any other as one without")
            : ChangeVerdict.BreaksCallers("the request is another message"),
        ChangeKind.ResponseMessageChanged => IsEmpty(change.OldMethod?.Proto.ResponseForm) || IsEmpty(change.NewMethod?.Proto.ResponseForm)
            ? ChangeVerdict.Lossy("a message without fields is read as any other, and any other as one without")
            : ChangeVerdict.BreaksResults("the reply is another message"),
        ChangeKind.ExceptionAdded or ChangeKind.ExceptionRemoved => ChangeVerdict.Compatible("an exception is a status with its message, whatever its class"),
        ChangeKind.HttpStatusChanged => ChangeVerdict.Compatible("gRPC has codes of its own"),
        ChangeKind.IdempotentChanged => ChangeVerdict.Compatible("retries are the caller's own matter"),
        ChangeKind.OneWayChanged => change is { NewMethod: { OneWay: true, Returns.Kind: not ShapeKind.Void } }
            ? ChangeVerdict.BreaksResults("it is answered with an empty message at once")
            : ChangeVerdict.Compatible("there is no result either way"),
        ChangeKind.StreamsChanged => change.OldMethod?.ClientStreaming != change.NewMethod?.ClientStreaming
            ? ChangeVerdict.BreaksCallers("stubs send one message, or a stream, as the old .proto says")
            : ChangeVerdict.BreaksResults("stubs await one message, or a stream, as the old .proto says"),
        ChangeKind.BindingAdded or ChangeKind.BindingRemoved or ChangeKind.VerbChanged or ChangeKind.PathChanged or ChangeKind.BoundParameterChanged =>
            ChangeVerdict.Compatible("HTTP's binding is not used"),
        _ => ProtobufChanges.Instance.Judge(change) ?? ChangeVerdict.Compatible("it is not on the wire"),
    };

    private static string Gone(ContractChange change) =>
        change.OldMethod is { } old && change.NewService?.FindProto(old.ProtoName ?? old.Name) is { } other
            ? $"the name is now that of {other}"
            : "it is UNIMPLEMENTED";

    private static bool IsEmpty(ProtoBody? form) => form == ProtoBody.Empty;

    /// <summary>Of arguments that are fields of a message; where the message itself became another, that is told for the whole.</summary>
    private static ChangeVerdict InFields(ContractChange change, ChangeVerdict verdict) =>
        change is { OldMethod.Proto.RequestForm: ProtoBody.Fields, NewMethod.Proto.RequestForm: ProtoBody.Fields }
            ? verdict
            : ChangeVerdict.Compatible("the request as a whole is told of by itself");

    private static ChangeVerdict Added(ContractChange change)
    {
        var number = Number(change.NewMethod, change.NewOrdinal);
        for (var i = 0; i < change.OldMethod?.Parameters.Length; i++)
        {
            // The place that it takes was another's: told of that other as it moves.
            if (Number(change.OldMethod, i) == number)
            {
                return InFields(change, ChangeVerdict.BreaksCallers($"its number {number} was that of {change.OldMethod.Parameters[i].Name}: put it last"));
            }
        }

        return InFields(change, ChangeVerdict.Compatible("it is not set where old callers do not send it"));
    }

    private static ChangeVerdict Moved(ContractChange change) => InFields(
        change,
        Number(change.OldMethod, change.OldOrdinal) == Number(change.NewMethod, change.NewOrdinal)
            ? ChangeVerdict.Compatible("its number is the same")
            : ChangeVerdict.BreaksCallers("fields go by their numbers: it arrives as another parameter, or as none"));

    private static ChangeVerdict Type(ContractChange change)
    {
        var form = change.Place == ValuePlace.Parameter
            ? (change.OldMethod?.Proto.RequestForm, change.NewMethod?.Proto.RequestForm)
            : (change.OldMethod?.Proto.ResponseForm, change.NewMethod?.Proto.ResponseForm);
        return form.Item1 != form.Item2
            ? ChangeVerdict.Compatible($"the {(change.Place == ValuePlace.Parameter ? "request" : "reply")} as a whole is told of by itself")
            : ProtobufChanges.Instance.Judge(change) ?? ChangeVerdict.Compatible("it is not on the wire");
    }

    private static int Number(MethodShape? method, int ordinal) =>
        method?.Proto is { RequestForm: ProtoBody.Fields, Request.Struct: { } fields } && (uint)ordinal < (uint)fields.Fields.Length
            ? ProtoForm.FieldsOf(fields)[ordinal].Number
            : -1;
}
