using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Protobuf.Linting;

/// <summary>What becomes of a contract's types in protobuf's messages. Stateless; safe for any thread.</summary>
public sealed class ProtobufTypeJudge : ITypeJudge
{
    public static readonly ProtobufTypeJudge Instance = new();

    private static readonly LintRule UntypedValue = new(
        "untyped-value", LintLevel.Lossy, "`any` is a google.protobuf.Value: numbers become doubles, objects lose their class, integers past 2^53 are refused.");

    private static readonly LintRule SubclassRefused = new(
        "subclass-refused", LintLevel.Lossy, "A class with declared subclasses: a message has no place for what a subclass adds, and a value that has it is refused.");

    private static readonly LintRule MapKey = new(
        "map-key", LintLevel.Unsupported, "Map keys that are classes or collections: protobuf's keys are scalars.");

    private static readonly LintRule UntypedKey = new(
        "untyped-key", LintLevel.Lossy, "Map keys of type `any`: they come back as texts.");

    private static readonly LintRule CyclicType = new(
        "cyclic-type", LintLevel.Lossy, "Classes whose values can hold themselves: trees cross, a cycle is refused, a shared value is written twice or refused.");

    private static readonly LintRule CaseCollidingNames = new(
        "case-colliding-names", LintLevel.Fine, "Fields whose names differ in case and underscores alone: the later one has `_2` behind its name in the .proto, as protoc takes them for one.");

    private static readonly LintRule NullElement = new(
        "null-element", LintLevel.Fine, "Lists and maps of what may be null: null inside them is refused.");

    private static readonly LintRule NestedCollection = new(
        "nested-collection", LintLevel.Fine, "A collection in a collection is a message of one field.");

    private static readonly LintRule NumberNotPinned = new(
        "number-not-pinned", LintLevel.Fine, "Fields without a number of their own: they are numbered in the order declared, so a new one must go last or get a number.");

    private ProtobufTypeJudge()
    {
    }

    public static IReadOnlyList<LintRule> Rules { get; } =
        [UntypedValue, SubclassRefused, MapKey, UntypedKey, CyclicType, CaseCollidingNames, NullElement, NestedCollection, NumberNotPinned];

    /// <summary>What a value is in protobuf: its type in a .proto file.</summary>
    public static string FormOf(TypeShape type, TypePlace place)
    {
        ArgumentNullException.ThrowIfNull(type);
        return (place == TypePlace.Key ? ProtoForm.KeyKindOf(type) : ProtoForm.KindOf(type)) switch
        {
            ProtoKind.Message or ProtoKind.Group => $"message {type.Struct?.Proto?.FullName ?? type.JavaType.Text}",
            ProtoKind.Enum => $"enum {type.Enum?.Proto?.FullName ?? type.JavaType.Text}",
            ProtoKind.Box when type.Kind == ShapeKind.Map => "map",
            ProtoKind.Box => "repeated",
            ProtoKind.Decimal or ProtoKind.Date => $"google.type.{ProtoForm.KindOf(type)}",
            >= ProtoKind.Timestamp => $"google.protobuf.{ProtoForm.KindOf(type)}",
            var kind => kind.ToString().ToLowerInvariant(),
        };
    }

    public bool KeepsSubclasses => false;

    public void Judge(TypeShape type, TypePlace place, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        var isCollection = type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map;
        switch (place)
        {
            case TypePlace.Key:
                JudgeKey(type, sink);
                return;
            case TypePlace.Element or TypePlace.Entry when isCollection:
                sink.Add(NestedCollection, "protobuf has no collection of collections: the inner one is a message of one field", "nothing; a class around it would read better");
                break;
            case TypePlace.Element or TypePlace.Entry when type is { Nullable: true, Kind: not ShapeKind.Any }:
                sink.Add(NullElement, "protobuf has no null in a list or map: one is refused", "send no nulls in it");
                break;
        }

        switch (type.Kind)
        {
            case ShapeKind.Any when type.Proto == ProtoKind.Canonical:
                sink.Add(UntypedValue, "it is a google.protobuf.Value: numbers become doubles, objects lose their class, integers past 2^53 are refused", "declare a class");
                break;
            case ShapeKind.Struct when type.Subtypes is { Count: > 0 } subtypes && subtypes.All.Any(s => Adds(s.Struct, type.Struct)):
                sink.Add(SubclassRefused, $"the message {type} has no place for what its subclasses add: a value with such a field is refused", "put the fields into the class, or a field of each subclass's type");
                break;
        }
    }

    public void Judge(StructShape type, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var isPinned = true;
        foreach (var field in type.Fields)
        {
            isPinned &= field.Proto is not null;
            if (!names.TryAdd(Folded(field.Name.Text), field.Name.Text))
            {
                var other = names[Folded(field.Name.Text)];
                sink.Add(CaseCollidingNames, $".{field.Name.Text}", $"protoc takes {field.Name.Text} and {other} for one: the later has _2 behind its name in the .proto", "nothing; numbers and JSON names are apart");
            }
        }

        if (!isPinned)
        {
            sink.Add(NumberNotPinned, $"fields of {type.JavaType} are numbered in the order declared", "give them numbers, or add new fields last");
        }
    }

    public void JudgeCycle(StructShape type, string through, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(policy);
        var shared = policy.Cycles == CycleForm.Reject ? "a shared value is refused" : "a shared value is written twice";
        sink.Add(CyclicType, $"values of {type.JavaType} can hold themselves through {through}: trees cross, a cycle is refused, {shared}", "send trees");
    }

    private static void JudgeKey(TypeShape key, in LintSink sink)
    {
        switch (key.Kind)
        {
            case ShapeKind.Struct or ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map:
                sink.Add(MapKey, $"a map's key of type {key} has no form in protobuf", "make it a list of a class with both, or give the map a scalar key");
                break;
            case ShapeKind.Any:
                sink.Add(UntypedKey, "keys of any type come back as texts", "declare the key's type");
                break;
        }
    }

    private static bool Adds(StructShape? subclass, StructShape? declared) =>
        subclass is not null && declared is not null && subclass != declared && subclass.Fields.Any(f => declared.Find(f.Name.Text) < 0);

    // protoc's own measure. Source: google/protobuf/descriptor.cc, ToLowercaseWithoutUnderscores.
    private static string Folded(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = c == '_' ? folded : folded.Append(char.ToLowerInvariant(c));
        }

        return folded.ToString();
    }
}
