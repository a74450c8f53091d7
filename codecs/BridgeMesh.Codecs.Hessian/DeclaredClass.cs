using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>A contract's class in one dialect's order of fields. Immutable, safe for any thread.</summary>
internal sealed class DeclaredClass
{
    private readonly StructShape _shape;
    private readonly int[] _ordinals;

    internal DeclaredClass(HessianClass cls, StructShape shape)
    {
        Class = cls;
        _shape = shape;
        _ordinals = new int[cls.Fields.Length];
        for (var i = 0; i < _ordinals.Length; i++)
        {
            _ordinals[i] = shape.Find(cls.Fields[i].Text);
        }
    }

    internal HessianClass Class { get; }

    /// <summary>For each field of <see cref="Class"/>, its place in the contract.</summary>
    internal ReadOnlySpan<int> Ordinals => _ordinals;

    internal TypeShape Field(int ordinal) => _shape.Fields[ordinal].Type;

    /// <summary>
    /// Place of a field in the contract; -1 when it is not declared. Names are shared objects and mostly come in the order of the contract, so
    /// that the place behind the last one is tried first.
    /// </summary>
    internal static int Find(StructShape shape, FieldName name, int expected)
    {
        var fields = shape.Fields;
        if ((uint)expected < (uint)fields.Length && ReferenceEquals(fields[expected].Name, name))
        {
            return expected;
        }

        for (var i = 0; i < fields.Length; i++)
        {
            if (ReferenceEquals(fields[i].Name, name))
            {
                return i;
            }
        }

        // A name that came too late to be shared.
        return shape.Find(name.Text);
    }
}
