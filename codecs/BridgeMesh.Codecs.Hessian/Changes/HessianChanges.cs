using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Hessian.Changes;

/// <summary>
/// What changes of values mean to Java programs that exchange them in Hessian 2. Fields go by name and classes by theirs; a field's decoder
/// knows its declared type, while elements of collections come as what the wire says. Source: hessian-lite 3.2 and sofa-hessian 3.5,
/// JavaDeserializer, BasicDeserializer, EnumDeserializer, Hessian2Input.readInt and its like.
/// </summary>
/// <param name="resultsAreTyped">
/// Whether a result is read as its declared type, as Dubbo does; in SOFARPC's envelope it is an Object, which is what the wire says.
/// </param>
public sealed class HessianChanges(bool resultsAreTyped) : ValueRules
{
    /// <summary>As Dubbo 2 and Triple's wrapped form carry values.</summary>
    public static readonly HessianChanges TypedResults = new(resultsAreTyped: true);

    /// <summary>As SOFARPC carries them.</summary>
    public static readonly HessianChanges UntypedResults = new(resultsAreTyped: false);

    protected override ValuePassage Pass(TypeShape from, TypeShape to, ContractChange change, ServiceContract? reader)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(change);
        if (change.Kind == ChangeKind.EncodingChanged)
        {
            return ValuePassage.Whole("Hessian does not know protobuf's encodings");
        }

        var isTyped = change.Place is ValuePlace.Field or ValuePlace.Parameter || (change.Place == ValuePlace.Result && resultsAreTyped);
        return (from.Kind, to.Kind) switch
        {
            (_, ShapeKind.Any) => ValuePassage.Whole("an Object holds any value"),
            (ShapeKind.Any, _) => ValuePassage.Refused($"an Object may be of another class than {to}"),
            (ShapeKind.Void, _) => ValuePassage.Lossy("nothing comes: null, or the default of a primitive"),
            (_, ShapeKind.Void) => ValuePassage.Whole("the result is not looked at"),
            _ when HessianNumbers.IsNumber(from.Kind) && HessianNumbers.IsNumber(to.Kind) => HessianNumbers.Pass(from, to, isTyped),
            var (one, other) when one == other && one is ShapeKind.Bool or ShapeKind.Char => HessianNumbers.Boxes(from, to),
            (ShapeKind.Char, ShapeKind.String) => ValuePassage.Whole("a char is written as a string"),
            (ShapeKind.String, ShapeKind.Char) => ValuePassage.Lossy("a char takes the first sign of a string"),
            (ShapeKind.List, ShapeKind.List) or (ShapeKind.Set, ShapeKind.Set) or (ShapeKind.Map, ShapeKind.Map) or (ShapeKind.List, ShapeKind.Set)
                when isTyped || (from.Kind == to.Kind && IsInterface(to.JavaType.Text)) =>
                ValuePassage.Whole($"a collection is read as {to.JavaType.Text}"),
            (ShapeKind.String, ShapeKind.String) => ValuePassage.Whole("both are strings on the wire"),
            _ => ValuePassage.Refused($"{from} is written as such, and a {to} cannot hold it"),
        };
    }

    private static bool IsInterface(string javaType) => javaType is "java.util.List" or "java.util.Set" or "java.util.Map" or "java.util.Collection";

    protected override ValuePassage Missing(ContractChange change, StructShape? declaring, int ordinal) =>
        change is { Kind: ChangeKind.FieldAdded }
            ? ValuePassage.Whole("old callers do not send it: it is null, or the default of a primitive")
            : ValuePassage.Lossy("old callers find it null, or the default of a primitive");

    protected override ValuePassage Unknown(ContractChange change, StructShape? declaring, int ordinal, ServiceContract? reader) =>
        change is { Kind: ChangeKind.FieldAdded }
            ? ValuePassage.Whole("old callers read over it")
            : ValuePassage.Lossy("what old callers send in it is read over");

    protected override ValuePassage Renamed(ContractChange change) =>
        ValuePassage.Refused("the class is named on the wire, and the other side has none of that name");

    protected override ValuePassage UnknownConstant(ContractChange change, EnumShape? reader) =>
        ValuePassage.Refused("a constant goes by its name, and a missing one cannot be read");

    protected override ValuePassage UnknownClass(ContractChange change, StructShape? unknown) =>
        ValuePassage.Refused($"{unknown?.JavaType.Text} is named on the wire, and the other side does not have it");

    protected override ValuePassage Renumbered(ContractChange change) => ValuePassage.Whole("Hessian has names, no numbers");

    protected override ChangeVerdict Presence(ContractChange change) => ChangeVerdict.Compatible("Hessian writes every field of a class");
}
