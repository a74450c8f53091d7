using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>
/// The fields of a class as a walk wants them: names and plans by ordinal. One for each class of a contract. Its fields' plans are made when
/// first asked for, as classes hold themselves; <see cref="MethodPlan"/> asks when it is compiled. Safe for any thread.
/// </summary>
internal sealed class ClassPlan
{
    private static readonly ConditionalWeakTable<StructShape, ClassPlan> Compiled = [];

    private readonly StructShape _shape;
    private ValuePlan[]? _fields;

    private ClassPlan(StructShape shape)
    {
        _shape = shape;
        JavaType = shape.JavaType;
        Names = [.. shape.Fields.Select(static f => f.Name)];
        HasTwins = Names.DistinctBy(static n => n.Text).Count() < Names.Length;
    }

    public TypeName JavaType { get; }

    public FieldName[] Names { get; }

    /// <summary>By ordinal.</summary>
    public ValuePlan[] Fields => _fields ?? Compile();

    /// <summary>Whether the fields' plans have been made.</summary>
    public bool IsComplete => Volatile.Read(ref _fields) is not null;

    /// <summary>A subclass's field that hides its parent's has the same name: the first one counts.</summary>
    public bool HasTwins { get; }

    public static ClassPlan Of(StructShape shape) => Compiled.GetValue(shape, static s => new ClassPlan(s));

    /// <summary>Ordinal of the field with this name; -1 when the class has none.</summary>
    /// <param name="expected">Tried first: senders keep to an order.</param>
    public int Find(ReadOnlySpan<byte> name, int expected) =>
        !HasTwins && (uint)expected < (uint)Names.Length && Names[expected].Utf8.SequenceEqual(name) ? expected : _shape.Find(name);

    // Two threads may make the same array; either is right.
    private ValuePlan[] Compile()
    {
        ValuePlan[] fields = [.. _shape.Fields.Select(static f => ValuePlan.Of(f.Type))];
        Volatile.Write(ref _fields, fields);
        return fields;
    }
}
