using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Hessian.Changes;

/// <summary>How numbers of one Java type come through to another. Source: Hessian2Input.readInt, readLong and readDouble, which take each other's.</summary>
internal static class HessianNumbers
{
    public static bool IsNumber(ShapeKind kind) => kind is ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.UInt32
        or ShapeKind.UInt64 or ShapeKind.Float32 or ShapeKind.Float64;

    /// <param name="isTyped">Whether the reader goes by the declared type, and not by what the wire says.</param>
    public static ValuePassage Pass(TypeShape from, TypeShape to, bool isTyped)
    {
        if (Bits(from.Kind) == Bits(to.Kind) && IsFloating(from.Kind) == IsFloating(to.Kind))
        {
            return from.Kind == to.Kind ? Boxes(from, to) : ValuePassage.Lossy($"a {from} out of the range of {to} becomes another number");
        }

        // The wire has int, long and double alone.
        if (!isTyped && WireOf(from.Kind) != WireOf(to.Kind))
        {
            return ValuePassage.Refused($"nothing but the wire says the type here: a {from} comes as one, and fails where it is taken for a {to}");
        }

        if (IsFloating(from.Kind) != IsFloating(to.Kind))
        {
            return IsFloating(from.Kind) ? ValuePassage.Lossy($"a {to} drops what is behind the point")
                : Bits(from.Kind) < MantissaBits(to.Kind) ? ValuePassage.Whole($"a {to} takes every {from}")
                : ValuePassage.Lossy($"a {to} rounds large numbers");
        }

        return Bits(from.Kind) < Bits(to.Kind)
            ? Boxes(from, to) is { How: not Passage.Whole } boxes ? boxes : ValuePassage.Whole($"a {to} takes every {from}")
            : ValuePassage.Lossy(IsFloating(from.Kind) ? $"a {to} rounds" : $"a {from} out of the range of {to} is cut");
    }

    /// <summary>A primitive and its box.</summary>
    public static ValuePassage Boxes(TypeShape from, TypeShape to) => from.Nullable && !to.Nullable
        ? ValuePassage.Lossy($"null becomes the default of {to}")
        : ValuePassage.Whole("both are written alike");

    private static bool IsFloating(ShapeKind kind) => kind is ShapeKind.Float32 or ShapeKind.Float64;

    private static int Bits(ShapeKind kind) => kind switch
    {
        ShapeKind.Int8 => 8,
        ShapeKind.Int16 => 16,
        ShapeKind.Int32 or ShapeKind.Float32 => 32,
        ShapeKind.UInt32 => 33,
        _ => 64,
    };

    private static int MantissaBits(ShapeKind kind) => kind == ShapeKind.Float32 ? 24 : 54;

    private static int WireOf(ShapeKind kind) => IsFloating(kind) ? 3 : Bits(kind) <= 32 ? 1 : 2;
}
