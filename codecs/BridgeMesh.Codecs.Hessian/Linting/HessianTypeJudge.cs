using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Hessian.Linting;

/// <summary>What becomes of a contract's types in Hessian, which has all of Java's and not all of protobuf's. Stateless; safe for any thread.</summary>
public sealed class HessianTypeJudge : ITypeJudge
{
    public static readonly HessianTypeJudge Instance = new();

    private static readonly LintRule UnsignedBeyondLong = new(
        "unsigned-beyond-long", LintLevel.Lossy, "`uint64`: Java has no such type, and values past 2^63 − 1 are refused.");

    private static readonly LintRule TimePrecision = new(
        "time-precision", LintLevel.Lossy, "A protobuf Timestamp that is a java.util.Date: what is finer than a millisecond is refused.");

    private static readonly LintRule OpenEnum = new(
        "open-enum", LintLevel.Lossy, "An open enum of protobuf: a number without a constant is refused, as Hessian has names alone.");

    private HessianTypeJudge()
    {
    }

    public static IReadOnlyList<LintRule> Rules { get; } = [UnsignedBeyondLong, TimePrecision, OpenEnum];

    /// <summary>What a value is in Hessian: Java's own type.</summary>
    public static string FormOf(TypeShape type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Kind switch
        {
            ShapeKind.Float32 => "double",
            ShapeKind.Int8 or ShapeKind.Int16 => "int",
            ShapeKind.Any => "any value under its class",
            ShapeKind.Bytes => "binary",
            ShapeKind.List or ShapeKind.Set or ShapeKind.Array => "list",
            ShapeKind.Map => "map",
            ShapeKind.Struct or ShapeKind.Enum => $"object {type.JavaType.Text}",
            _ => type.JavaType.Text,
        };
    }

    public bool KeepsSubclasses => true;

    public void Judge(TypeShape type, TypePlace place, ValuePolicy policy, in LintSink sink)
    {
        ArgumentNullException.ThrowIfNull(type);
        switch (type.Kind)
        {
            case ShapeKind.UInt64:
                sink.Add(UnsignedBeyondLong, "numbers past 9223372036854775807 are refused", "declare long, or bigint");
                break;
            case ShapeKind.Instant when type.Proto == ProtoKind.Timestamp && type.JavaType.Text == "java.util.Date":
                sink.Add(TimePrecision, "a java.util.Date has milliseconds, and a finer time is refused", "declare instant, or send no finer times");
                break;
            case ShapeKind.Enum when type.Enum?.Proto is { IsClosed: false }:
                sink.Add(OpenEnum, $"a number of {type} without a constant is refused", "add the constant to the contract when the service gets it");
                break;
        }
    }

    public void Judge(StructShape type, ValuePolicy policy, in LintSink sink)
    {
        // Class names and field names are Java's.
    }

    public void JudgeCycle(StructShape type, string through, ValuePolicy policy, in LintSink sink)
    {
        // Hessian's references hold cycles and shared values.
    }
}
