using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>What is done with a value of a declared type. Decided when the plan is compiled, not for each value.</summary>
internal enum PlanOperation : byte
{
    /// <summary>Any value is right as it is, and so is all below it.</summary>
    Pass,

    /// <summary>A single value: kept where it has the declared form, else changed in place where nothing is lost.</summary>
    Fit,

    /// <summary>Octets, or a list of numbers that become octets.</summary>
    Bytes,

    /// <summary>A constant by its name or number, or an object that holds the name.</summary>
    Enum,

    /// <summary>A list, set or array: retyped, and each element by its own plan.</summary>
    Sequence,

    /// <summary>A map, or an untyped object that becomes one; keys and values by their own plans.</summary>
    Map,

    /// <summary>An object of the class, or a map that becomes one; fields by their own plans.</summary>
    Class,
}

/// <summary>
/// How values of one declared type are made to fit it: compiled once for each type and kept as long as its contract, so that a contract that
/// did not change keeps its plans. Types that hold themselves share their plan by reference. Immutable; safe for any thread.
/// </summary>
internal sealed class ValuePlan
{
    /// <summary>Kinds of a token that is no value.</summary>
    public const uint Nulls = (1u << (int)ValueKind.Null) | (1u << (int)ValueKind.Absent);

    private static readonly ConditionalWeakTable<TypeShape, ValuePlan> Compiled = [];

    private ValuePlan(TypeShape shape)
    {
        Shape = shape;
        Operation = shape.Kind switch
        {
            ShapeKind.Any or ShapeKind.Void => PlanOperation.Pass,
            ShapeKind.List or ShapeKind.Set or ShapeKind.Array => PlanOperation.Sequence,
            ShapeKind.Map => PlanOperation.Map,
            ShapeKind.Struct => PlanOperation.Class,
            ShapeKind.Bytes => PlanOperation.Bytes,
            ShapeKind.Enum => PlanOperation.Enum,
            _ => PlanOperation.Fit,
        };
        AsIs = KindsAsIs(shape);
        AsIsOrNull = AsIs | Nulls;
        AsElement = shape.Nullable ? AsIsOrNull : AsIs;
        SequenceKind = shape.Kind == ShapeKind.Array ? ValueKind.Array : ValueKind.List;
        TapeType = shape.TapeType;
        Element = shape.Element is { } element ? Of(element) : null;
        Key = shape.Key is { } key ? Of(key) : null;
        Class = shape.Struct is { } fields ? ClassPlan.Of(fields) : null;
    }

    /// <summary>The declared type, for messages and for what depends on a value's own class.</summary>
    public TypeShape Shape { get; }

    public PlanOperation Operation { get; }

    /// <summary>Kinds of tokens, a bit each, that need no further look.</summary>
    public uint AsIs { get; }

    /// <summary>The same where null is right too: in fields, and in maps.</summary>
    public uint AsIsOrNull { get; }

    /// <summary>The same for an argument or an element, where a Java primitive cannot be null.</summary>
    public uint AsElement { get; }

    public ValueKind SequenceKind { get; }

    public TypeName? TapeType { get; }

    /// <summary>Of a sequence's elements, or a map's values.</summary>
    public ValuePlan? Element { get; }

    public ValuePlan? Key { get; }

    public ClassPlan? Class { get; }

    public static ValuePlan Of(TypeShape shape) => Compiled.GetValue(shape, static s => new ValuePlan(s));

    /// <summary>The plan of the class that a value names: its own where the contract knows it, else this one.</summary>
    public ValuePlan Narrow(TypeName? own)
    {
        if (own is null || ReferenceEquals(own, Class?.JavaType))
        {
            return this;
        }

        var narrowed = Shape.Narrow(own.Utf8);
        return narrowed is null || ReferenceEquals(narrowed, Shape) ? this : Of(narrowed);
    }

    public override string ToString() => Shape.ToString();

    // Exactly the kinds that ScalarFit would let pass without a change.
    private static uint KindsAsIs(TypeShape shape) => shape.Kind switch
    {
        ShapeKind.Any or ShapeKind.Void => ~Nulls,
        ShapeKind.Bool => Bit(ValueKind.Bool),
        ShapeKind.Int32 => Bit(ValueKind.Int32),
        ShapeKind.Int64 => Bit(ValueKind.Int64),
        ShapeKind.UInt64 => Bit(ValueKind.UInt64),
        ShapeKind.Float32 => Bit(ValueKind.Float32),
        ShapeKind.Float64 => Bit(ValueKind.Float64),
        ShapeKind.String => Bit(ValueKind.String),
        ShapeKind.Bytes => Bit(ValueKind.Bytes),
        ShapeKind.BigInteger => Bit(ValueKind.BigInteger),
        ShapeKind.Instant when shape.TapeType is null => Bit(ValueKind.Instant),
        _ => 0,
    };

    private static uint Bit(ValueKind kind) => 1u << (int)kind;
}
