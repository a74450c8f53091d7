using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Json.Linting;

/// <summary>What becomes of a contract's types in JSON, by its values' policy. Stateless; safe for any thread.</summary>
public sealed class JsonTypeJudge : ITypeJudge
{
    public static readonly JsonTypeJudge Instance = new();

    private static readonly LintRule LongInJson = new(
        "long-in-json", LintLevel.Lossy, "Integers of 64 bits and more as numbers under `long: number`: JavaScript rounds those past 2^53.");

    private static readonly LintRule DecimalInJson = new(
        "decimal-in-json", LintLevel.Lossy, "Decimals as numbers under `decimal: number`: most readers make a double of them.");

    private static readonly LintRule TimePrecision = new(
        "time-precision", LintLevel.Lossy, "Times finer than a millisecond under `dates: epoch-ms`: the rest is cut off.");

    private static readonly LintRule UntypedValue = new(
        "untyped-value", LintLevel.Lossy, "`any`: JSON names no class, so objects come back as maps, and a date, decimal or enum as text.");

    private static readonly LintRule SubclassUnnamed = new(
        "subclass-unnamed", LintLevel.Lossy, "A class with declared subclasses: an answer does not say which one a value is.");

    private static readonly LintRule MapKey = new(
        "map-key", LintLevel.Unsupported, "Map keys that are classes or collections: JSON's keys are texts.");

    private static readonly LintRule UntypedKey = new(
        "untyped-key", LintLevel.Lossy, "Map keys of type `any`: they come back as texts, and 1 beside \"1\" is refused.");

    private static readonly LintRule CyclicType = new(
        "cyclic-type", LintLevel.Lossy, "Classes whose values can hold themselves, unless `references: ref`: a cycle is refused, a shared value is written twice or refused.");

    private JsonTypeJudge()
    {
    }

    public static IReadOnlyList<LintRule> Rules { get; } =
        [LongInJson, DecimalInJson, TimePrecision, UntypedValue, SubclassUnnamed, MapKey, UntypedKey, CyclicType];

    /// <summary>What a value is in JSON.</summary>
    public static string FormOf(TypeShape type, TypePlace place, ValuePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(policy);
        if (place == TypePlace.Key)
        {
            return "member name";
        }

        return type.Kind switch
        {
            ShapeKind.Bool => "true or false",
            ShapeKind.Int64 or ShapeKind.UInt64 or ShapeKind.BigInteger => policy switch
            {
                { ProtoJson: true } or { Long: LongForm.AlwaysString } => "string of digits",
                { Long: LongForm.AlwaysNumber } => "number",
                _ => "number, past 2^53 a string",
            },
            ShapeKind.Decimal => policy is { Decimal: DecimalForm.Number, ProtoJson: false } ? "number" : "string of digits",
            ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.UInt32 or ShapeKind.Float32 or ShapeKind.Float64 => "number",
            ShapeKind.Instant => policy is { InstantAsEpochMs: true, ProtoJson: false } ? "number of milliseconds" : "ISO 8601 string",
            ShapeKind.Bytes => "base64 string",
            ShapeKind.Enum => "string, the constant's name",
            ShapeKind.List or ShapeKind.Set or ShapeKind.Array => "array",
            ShapeKind.Map or ShapeKind.Struct => "object",
            ShapeKind.Any => "any JSON",
            _ => "string",
        };
    }

    public bool KeepsSubclasses => true;

    public void Judge(TypeShape type, TypePlace place, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(policy);
        if (place == TypePlace.Key)
        {
            JudgeKey(type, sink);
            return;
        }

        switch (type.Kind)
        {
            case ShapeKind.Int64 or ShapeKind.UInt64 or ShapeKind.BigInteger when policy is { Long: LongForm.AlwaysNumber, ProtoJson: false }:
                sink.Add(LongInJson, $"{type} is written as a number, which JavaScript rounds past 2^53", "set values: { long: beyond-53-bits }, or string");
                break;
            case ShapeKind.Decimal when policy is { Decimal: DecimalForm.Number, ProtoJson: false }:
                sink.Add(DecimalInJson, "the decimal is written as a number, which most readers round to a double", "set values: { decimal: string }");
                break;
            case ShapeKind.Instant when policy is { InstantAsEpochMs: true, ProtoJson: false } && type.JavaType.Text != "java.util.Date":
                sink.Add(TimePrecision, $"{type} is written in milliseconds, and what is finer is cut off", "set values: { dates: iso }");
                break;
            case ShapeKind.Any when type.Proto == ProtoKind.Canonical:
                sink.Add(UntypedValue, "JSON does not say what class a value has: objects come back as maps, other values as JSON has them", "declare a class");
                break;
            case ShapeKind.Struct when type.Subtypes is { Count: > 0 } subtypes && subtypes.All.Any(s => s.Struct != type.Struct):
                sink.Add(SubclassUnnamed, $"no answer says which subclass of {type} a value is", "give the class a field that says it; callers name theirs by @type");
                break;
        }
    }

    public void Judge(StructShape type, ValuePolicy policy, in LintSink sink)
    {
        // Every name is a member's name.
    }

    public void JudgeCycle(StructShape type, string through, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.Cycles != CycleForm.Ref)
        {
            var shared = policy.Cycles == CycleForm.Copy ? "a shared value is written twice" : "a shared value is refused";
            sink.Add(CyclicType, $"values of {type.JavaType} can hold themselves through {through}: a cycle is refused, {shared}", "set values: { references: ref }, or send trees");
        }
    }

    private static void JudgeKey(TypeShape key, in LintSink sink)
    {
        switch (key.Kind)
        {
            case ShapeKind.Struct or ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map:
                sink.Add(MapKey, $"a map's key of type {key} has no form in JSON", "make it a list of a class with both, or give the map a scalar key");
                break;
            case ShapeKind.Any:
                sink.Add(UntypedKey, "keys of any type come back as texts, and two of the same text are refused", "declare the key's type");
                break;
        }
    }
}
