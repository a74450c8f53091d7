using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Changes;

/// <summary>
/// What changes of values mean in protobuf's binary form: fields go by number and wire type, constants by number, and messages have no names on
/// the wire. Source: protobuf.dev, "Updating A Message Type".
/// </summary>
public sealed class ProtobufChanges : ValueRules
{
    public static readonly ProtobufChanges Instance = new();

    private ProtobufChanges()
    {
    }

    protected override ValuePassage Pass(TypeShape from, TypeShape to, ContractChange change, ServiceContract? reader) => WirePassage.Of(from, to);

    protected override ValuePassage Missing(ContractChange change, StructShape? declaring, int ordinal)
    {
        if (Protos(declaring, ordinal) is { Presence: ProtoPresence.Required })
        {
            return ValuePassage.Refused("a message without a required field is refused");
        }

        if (change is { Kind: ChangeKind.FieldAdded })
        {
            return Other(change, change.OldStruct, declaring, ordinal) is { } taken
                ? Taken(change, taken, ordinal)
                : ValuePassage.Whole("it is not set where old callers do not send it");
        }

        return Other(change, change.NewStruct, declaring, ordinal) is { } reused ? Reused(change, reused, ordinal)
            : ValuePassage.Lossy("old callers find it not set");
    }

    protected override ValuePassage Unknown(ContractChange change, StructShape? declaring, int ordinal, ServiceContract? reader)
    {
        if (change is { Kind: ChangeKind.FieldAdded })
        {
            return Other(change, change.OldStruct, declaring, ordinal) is { } taken
                ? Taken(change, taken, ordinal)
                : ValuePassage.Whole("old callers keep it as an unknown field");
        }

        if (Other(change, change.NewStruct, declaring, ordinal) is { } reused)
        {
            return Reused(change, reused, ordinal);
        }

        var number = Protos(declaring, ordinal)?.Number ?? 0;
        var isReserved = change.NewStruct?.Proto?.Reserved.Any(r => r.Holds(number)) == true;
        return ValuePassage.Lossy(isReserved ? "what old callers send in it is an unknown field" : $"what old callers send in it is an unknown field; reserve its number {number}");
    }

    protected override ValuePassage Renamed(ContractChange change) =>
        ValuePassage.Whole("messages and enums have no names on the wire; Any and reflection go by them");

    protected override ValuePassage UnknownConstant(ContractChange change, EnumShape? reader)
    {
        // A removed constant's number may be another's now, and an added one's may have been.
        var declaring = change is { Kind: ChangeKind.ConstantRemoved } ? change.OldEnum : change.NewEnum;
        var ordinal = change is { Kind: ChangeKind.ConstantRemoved } ? change.OldOrdinal : change.NewOrdinal;
        if (declaring is null || reader is null || ordinal < 0)
        {
            return ValuePassage.Refused("the enum is not known");
        }

        var number = declaring.NumberOf(ordinal);
        var other = reader.FindNumber(number);
        return other >= 0
            ? declaring.Constants.Contains(reader.Constants[other]) && declaring.NumberOf(declaring.Constants.IndexOf(reader.Constants[other])) == number
                ? ValuePassage.Whole($"{reader.Constants[other]} has the same number")
                : ValuePassage.Refused($"{number} means {reader.Constants[other]} to the other side")
            : ValuePassage.Lossy(reader.Proto is { IsClosed: true } ? $"{number} becomes an unknown field" : $"{number} stays a number without a constant");
    }

    protected override ValuePassage UnknownClass(ContractChange change, StructShape? unknown) => ValuePassage.Whole("a message is of its declared type, never of another");

    protected override ValuePassage Renumbered(ContractChange change) => change is { Kind: ChangeKind.ConstantNumberChanged }
        ? ValuePassage.Refused("constants go by their numbers: it arrives as another, or as none")
        : ValuePassage.Refused("fields go by their numbers: it arrives as another field, or as none");

    protected override ChangeVerdict Presence(ContractChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Kind == ChangeKind.FieldOneofChanged)
        {
            return change.New is null
                ? ChangeVerdict.Compatible("fields outside of a oneof stand for themselves")
                : ChangeVerdict.Lossy("of the fields of a oneof the last one that is sent counts");
        }

        var required = ValuePassage.Refused("a message without a required field is refused");
        return (change.Old, change.New) switch
        {
            (_, "required") => ChangeVerdict.Of(change.Use, required, ValuePassage.Whole("the field is always there")),
            ("required", _) => ChangeVerdict.Of(change.Use, ValuePassage.Whole("the field is always there"), required),
            (_, "implicit") => ChangeVerdict.Lossy("a field that was set to its default cannot be told from one that was not set"),
            _ => ChangeVerdict.Compatible("the bytes are the same"),
        };
    }

    /// <summary>Where a field's number stands in the other message, for another field; null for nowhere.</summary>
    private static FieldShape? Other(ContractChange change, StructShape? other, StructShape? declaring, int ordinal)
    {
        var own = Protos(declaring, ordinal)?.Number;
        var protos = other is null ? [] : ProtoForm.FieldsOf(other);
        for (var i = 0; i < protos.Length; i++)
        {
            if (protos[i].Number == own)
            {
                return other!.Fields[i]; // It has protos.
            }
        }

        return null;
    }

    private static ValuePassage Reused(ContractChange change, FieldShape now, int ordinal)
    {
        if (change.OldStruct?.Fields[ordinal] is not { } old)
        {
            return ValuePassage.Refused("the field is not known");
        }

        var passage = SameMeaning(old, now);
        return passage.How != Passage.Refused
            ? ValuePassage.Whole($"its number is {now.Name.Text}'s now: a rename is not on the wire; protobuf's JSON and text have the name")
            : ValuePassage.Refused($"its number is {now.Name.Text}'s now, of another type");
    }

    private static ValuePassage Taken(ContractChange change, FieldShape old, int ordinal)
    {
        if (change.NewStruct?.Fields[ordinal] is not { } now)
        {
            return ValuePassage.Refused("the field is not known");
        }

        return SameMeaning(old, now).How != Passage.Refused
            ? ValuePassage.Whole($"its number was {old.Name.Text}'s: a rename is not on the wire; protobuf's JSON and text have the name")
            : ValuePassage.Refused($"its number was {old.Name.Text}'s, of another type");
    }

    private static ValuePassage SameMeaning(FieldShape old, FieldShape now)
    {
        var there = WirePassage.Of(old.Type, now.Type);
        var back = WirePassage.Of(now.Type, old.Type);
        return there.How > back.How ? there : back;
    }

    private static ProtoField? Protos(StructShape? message, int ordinal) =>
        message is not null && (uint)ordinal < (uint)message.Fields.Length ? ProtoForm.FieldsOf(message)[ordinal] : null;
}
