using BridgeMesh.Codecs.Json.Changes;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http;

/// <summary>
/// What changes of a contract mean to HTTP callers: of the bound verb and path where the older contract has one, else of the canonical
/// <c>POST /{service}/{method}</c>.
/// </summary>
internal sealed class HttpChangeRules : IChangeRules
{
    public string Protocol => HttpPlugin.ProtocolName;

    public ChangeVerdict Judge(ContractChange change) => change.Kind switch
    {
        ChangeKind.ServiceAdded => ChangeVerdict.Compatible("old callers do not call it"),
        ChangeKind.ServiceRemoved => ChangeVerdict.BreaksCallers("its paths are 404"),
        ChangeKind.ServiceKeyChanged => Key(change),
        ChangeKind.ServiceProtoNameChanged or ChangeKind.MethodProtoNameChanged or ChangeKind.MessageRenamed => ChangeVerdict.Compatible("the name in protobuf is not used"),
        ChangeKind.ValuesChanged => Values(change),
        ChangeKind.MethodAdded => Overload(change),
        ChangeKind.MethodRemoved => ChangeVerdict.BreaksCallers("its path is 404"),
        ChangeKind.MethodRenamed => change.OldMethod is { Http: null }
            ? ChangeVerdict.BreaksCallers("the canonical path has the method's name: it is 404")
            : ChangeVerdict.Compatible("its bound path is told of by itself"),
        ChangeKind.ParameterAdded when change is { NewType.Nullable: false, OldMethod: { } old, NewMethod: { } now } =>
            Added(old, now) ?? ChangeVerdict.BreaksCallers($"it must be sent: {change.NewType} is never null, and without it the call is 400"),
        ChangeKind.ParameterAdded when change is { OldMethod: { } old, NewMethod: { } now } =>
            Added(old, now) ?? ChangeVerdict.Compatible("it is null where callers leave it out"),
        ChangeKind.ParameterRemoved => Removed(change),
        ChangeKind.ParameterRenamed => Renamed(change),
        ChangeKind.ParameterMoved => change.OldMethod is { Http: null }
            ? ChangeVerdict.BreaksCallers("a body that is an array has its arguments by their place")
            : ChangeVerdict.Compatible("arguments go by name"),
        ChangeKind.RequestMessageChanged or ChangeKind.ResponseMessageChanged => IsProto(change)
            ? ChangeVerdict.BreaksCallers("the body is the message, in protobuf's JSON")
            : ChangeVerdict.Compatible("protobuf's messages are not used"),
        ChangeKind.ExceptionAdded => ChangeVerdict.Compatible("an exception is a problem document, whatever its class"),
        ChangeKind.ExceptionRemoved => ChangeVerdict.Compatible("nobody has to look for what is not answered"),
        ChangeKind.HttpStatusChanged => ChangeVerdict.BreaksResults("callers tell the exception by its status"),
        ChangeKind.IdempotentChanged => ChangeVerdict.Compatible("retries are the caller's own matter"),
        ChangeKind.OneWayChanged => change is { NewMethod: { OneWay: true, Returns.Kind: not ShapeKind.Void } }
            ? ChangeVerdict.BreaksResults("it is answered 202 without a body")
            : ChangeVerdict.Compatible("there is no result either way"),
        ChangeKind.StreamsChanged => Streams(change),
        ChangeKind.BindingAdded => ChangeVerdict.Compatible("the canonical path is there still"),
        ChangeKind.BindingRemoved or ChangeKind.PathChanged => ChangeVerdict.BreaksCallers("the old path is 404"),
        ChangeKind.VerbChanged => ChangeVerdict.BreaksCallers("the old verb is 405"),
        ChangeKind.BoundParameterChanged => ChangeVerdict.BreaksCallers("it is not looked for where old callers put it"),
        _ => JsonChanges.Instance.Judge(change) ?? ChangeVerdict.Compatible("it is not on the wire"),
    };

    private static ChangeVerdict Key(ContractChange change) =>
        change.OldService?.Service.Interface == change.NewService?.Service.Interface
            ? ChangeVerdict.Lossy("callers that name version or group (x-bridge-version, x-bridge-group) do not find it; others do")
            : ChangeVerdict.BreaksCallers("the canonical path has the service's name");

    private static ChangeVerdict Values(ContractChange change)
    {
        if (change is not { OldService.Policy: var old, NewService.Policy: var now })
        {
            return ChangeVerdict.Compatible("nothing to compare");
        }

        if (old.ProtoJson != now.ProtoJson)
        {
            return new ChangeVerdict(ChangeEffect.BreaksCallers | ChangeEffect.BreaksResults, "protobuf's JSON and the gateway's own have other forms for most values");
        }

        var forms = (old.Long, old.Decimal, old.InstantAsEpochMs, old.Cycles) != (now.Long, now.Decimal, now.InstantAsEpochMs, now.Cycles);
        return new ChangeVerdict(
            (now.RejectUnknown && !old.RejectUnknown ? ChangeEffect.BreaksCallers : ChangeEffect.Compatible)
                | (forms || (now.OmitNull && !old.OmitNull) ? ChangeEffect.BreaksResults : ChangeEffect.Compatible),
            forms ? "answers write values in another form"
                : now.OmitNull && !old.OmitNull ? "answers leave null out"
                : now.RejectUnknown && !old.RejectUnknown ? "members that the contract does not declare are refused"
                : "both forms are read");
    }

    // A body chooses among overloads by the names of its members, an array by its length.
    private static ChangeVerdict Overload(ContractChange change)
    {
        var added = change.NewMethod;
        var old = added is null || change.OldService is null ? [] : change.OldService.Overloads(added.Name);
        return old.Any(o => o.Http is null && o.Parameters.Length == added!.Parameters.Length) // No overloads without one.
            ? ChangeVerdict.BreaksCallers("a call of the method that was there may mean this one: callers have to name types in x-bridge-types")
            : ChangeVerdict.Compatible("old callers do not call it");
    }

    /// <summary>What another parameter does to the body as a whole; null for nothing.</summary>
    private static ChangeVerdict? Added(MethodShape old, MethodShape now)
    {
        if (old.Http is null && now.Http is null && old.Parameters is [{ Type.Kind: ShapeKind.Struct }])
        {
            return ChangeVerdict.BreaksCallers("a body that is the only argument itself is not taken beside another");
        }

        return old.Http is not null && now.Http is not null && WholeBody(old) != WholeBody(now)
            ? ChangeVerdict.BreaksCallers("the body is read in another form")
            : null;
    }

    private static string? WholeBody(MethodShape method) => method.Http?.Parameters.FirstOrDefault(static p => p.Source == HttpSource.Body) is { } body
        ? method.Parameters[body.Ordinal].Name
        : null;

    private static ChangeVerdict Removed(ContractChange change)
    {
        var bound = change.OldMethod?.Http?.Parameters.FirstOrDefault(p => p.Ordinal == change.OldOrdinal);
        return bound?.Source switch
        {
            HttpSource.Path => ChangeVerdict.Lossy("the path says what becomes of old calls"),
            HttpSource.Query or HttpSource.Header or HttpSource.Cookie or HttpSource.Form or HttpSource.Part =>
                ChangeVerdict.Lossy("what old callers send in it is not looked at"),
            HttpSource.Body => ChangeVerdict.BreaksCallers("the body is read in another form, or not at all"),
            null when change is { OldMethod.Parameters.Length: 2, NewMethod.Parameters: [{ Type.Kind: ShapeKind.Struct }] } =>
                ChangeVerdict.Lossy("what old callers send in it is dropped; an array of arguments is too long"),
            _ when change.NewService is { Policy.RejectUnknown: true } => ChangeVerdict.BreaksCallers("members that the contract does not declare are refused (unknown: reject)"),
            _ => ChangeVerdict.Lossy("what old callers send in it is dropped; an array of arguments is too long"),
        };
    }

    private static ChangeVerdict Renamed(ContractChange change)
    {
        var old = change.OldMethod?.Http?.Parameters.FirstOrDefault(p => p.Ordinal == change.OldOrdinal);
        var now = change.NewMethod?.Http?.Parameters.FirstOrDefault(p => p.Ordinal == change.NewOrdinal);
        if (old is null || now is null)
        {
            return ChangeVerdict.BreaksCallers("arguments in a body go by name");
        }

        var isNamed = old.Source is not (HttpSource.Path or HttpSource.Body);
        return isNamed && old.WireName != now.WireName
            ? ChangeVerdict.BreaksCallers($"the request has it as {old.WireName}, and {now.WireName} is looked for")
            : ChangeVerdict.Compatible("the request does not have the parameter's own name");
    }

    private static ChangeVerdict Streams(ContractChange change) => change is { NewMethod.ClientStreaming: true }
        ? ChangeVerdict.BreaksCallers("a method that takes a stream of requests is 501")
        : ChangeVerdict.BreaksResults("one JSON value and a stream of them have other bodies");

    private static bool IsProto(ContractChange change) => change is { OldService.Policy.ProtoJson: true } or { NewService.Policy.ProtoJson: true };
}
