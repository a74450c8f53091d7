using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Json.Changes;

/// <summary>
/// What changes of values mean in JSON, as this codec reads and writes it: members go by name, a value by its JSON form, classes are not named
/// but where a sender asks for a subclass. ECMA's numbers and the contract's <c>values</c> say the forms.
/// </summary>
public sealed class JsonChanges : ValueRules
{
    public static readonly JsonChanges Instance = new();

    private JsonChanges()
    {
    }

    protected override ValuePassage Pass(TypeShape from, TypeShape to, ContractChange change, ServiceContract? reader)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(change);
        if (change.Kind == ChangeKind.EncodingChanged)
        {
            return ValuePassage.Whole("JSON does not know protobuf's encodings");
        }

        // Who writes has the other contract than who reads.
        var writer = (ReferenceEquals(reader, change.NewService) ? change.OldService : change.NewService)?.Policy ?? ValuePolicy.Default;
        var form = JsonForms.Pass(from, to, writer);
        return form.How != Passage.Whole || !from.Nullable || to.Nullable || from.Kind == ShapeKind.Void || to.Kind == ShapeKind.Void ? form
            : writer.OmitNull ? ValuePassage.Lossy($"null is left out, and {to} takes its default")
            : ValuePassage.Refused($"{to} does not take null");
    }

    protected override ValuePassage Missing(ContractChange change, StructShape? declaring, int ordinal) =>
        change is { Kind: ChangeKind.FieldAdded }
            ? ValuePassage.Whole("old callers do not send it")
            : ValuePassage.Lossy("old callers do not find the member any more");

    protected override ValuePassage Unknown(ContractChange change, StructShape? declaring, int ordinal, ServiceContract? reader) =>
        reader is { Policy.RejectUnknown: true } ? ValuePassage.Refused("members that the contract does not declare are refused (unknown: reject)")
        : change is { Kind: ChangeKind.FieldAdded } ? ValuePassage.Whole("old callers drop the member")
        : ValuePassage.Lossy("what old callers send in the member is dropped");

    protected override ValuePassage Renamed(ContractChange change) => change switch
    {
        { OldStruct.IsException: true } => ValuePassage.Refused("a problem document names the exception's class"),
        { OldStruct.Parent: not null } => ValuePassage.Refused("callers ask for a subclass by its name, in @type"),
        _ => ValuePassage.Whole("JSON does not name classes"),
    };

    protected override ValuePassage UnknownConstant(ContractChange change, EnumShape? reader) => ValuePassage.Refused("a constant goes by its name, and others are refused");

    protected override ValuePassage UnknownClass(ContractChange change, StructShape? unknown) => change is { Kind: ChangeKind.SubclassRemoved }
        ? ValuePassage.Refused($"who asks for {unknown?.JavaType.Text} by @type is refused")
        : ValuePassage.Whole("answers do not name classes, and old callers drop members that they do not know");

    protected override ValuePassage Renumbered(ContractChange change) => ValuePassage.Whole("JSON has names, no numbers");

    protected override ChangeVerdict Presence(ContractChange change) => ChangeVerdict.Compatible("a member is there or it is not");
}
