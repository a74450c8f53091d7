using System.Buffers.Text;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>Reads JSON numbers as what is declared, or without a contract as the narrowest kind that loses nothing.</summary>
internal static class JsonNumbers
{
    /// <summary>Decimal digits that a double always keeps. Source: C's DBL_DIG.</summary>
    private const int SafeDigits = 15;

    internal static CodecStatus Read(JsonNumber number, TypeShape? shape, ValuePolicy policy, ValueTape into)
    {
        switch (shape?.Kind)
        {
            case null or ShapeKind.Any:
                return ReadUndeclared(number, into);
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Instant:
            case ShapeKind.UInt32 or ShapeKind.UInt64:
            case ShapeKind.Float32 or ShapeKind.Float64 or ShapeKind.Decimal or ShapeKind.BigInteger or ShapeKind.Void:
                // The text of a number is also that of a text scalar.
                return TextScalar.Read(number.Raw, shape, into, policy, number.Offset);
            default:
                return into.Fail(CodecError.TypeMismatch, $"expected {shape}, found a number", number.Offset);
        }
    }

    [SkipLocalsInit]
    private static CodecStatus ReadUndeclared(JsonNumber number, ValueTape into)
    {
        var raw = number.Raw;
        if (number.IsInteger && Utf8Parser.TryParse(raw, out long value, out var used) && used == raw.Length)
        {
            // JSON's -0 is a number of its own only as a double.
            _ = value == 0 && raw[0] == '-' ? into.AddFloat64(-0.0)
                : value == (int)value ? into.AddInt32((int)value)
                : into.AddInt64(value);
            return into.Status;
        }

        if (!number.IsInteger && TryExactDouble(raw, out var real))
        {
            into.AddFloat64(real);
            return into.Status;
        }

        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        if (!NumberText.TryPlain(raw, plain, out var length))
        {
            return into.Fail(CodecError.OverBudget, $"a number of more than {NumberText.MaxLength} digits", number.Offset);
        }

        into.AddText(plain[..length].Contains((byte)'.') ? ValueKind.Decimal : ValueKind.BigInteger, plain[..length]);
        return into.Status;
    }

    /// <summary>Whether the nearest double is the number as written, down to the last digit that is not a trailing zero.</summary>
    private static bool TryExactDouble(ReadOnlySpan<byte> raw, out double value)
    {
        if (!NumberText.TryFloat64(raw, out value))
        {
            return false;
        }

        if (value == 0 || !double.IsNormal(value))
        {
            return SameDigits(raw, value);
        }

        return SignificantDigits(raw) <= SafeDigits || SameDigits(raw, value);
    }

    private static int SignificantDigits(ReadOnlySpan<byte> raw)
    {
        var digits = 0;
        foreach (var b in raw)
        {
            if ((b | 0x20) == 'e')
            {
                break;
            }

            digits += (uint)(b - '0') <= 9 ? 1 : 0;
        }

        return digits;
    }

    [SkipLocalsInit]
    private static bool SameDigits(ReadOnlySpan<byte> raw, double value)
    {
        Span<byte> shortest = stackalloc byte[NumberText.MaxFloatLength];
        shortest = shortest[..NumberText.Format(value, shortest)];
        Span<byte> left = stackalloc byte[NumberText.MaxLength];
        Span<byte> right = stackalloc byte[NumberText.MaxLength];
        return NumberText.TryPlain(raw, left, out var leftLength)
            && NumberText.TryPlain(shortest, right, out var rightLength)
            && Canonical(left[..leftLength]).SequenceEqual(Canonical(right[..rightLength]));
    }

    private static ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> plain) =>
        plain.Contains((byte)'.') ? plain.TrimEnd((byte)'0').TrimEnd((byte)'.') : plain;
}
