using System.Buffers.Text;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>Fits single values to scalar types, in place, where no information is lost.</summary>
internal static class ScalarFit
{
    /// <summary>Integers beyond may share a double with their neighbours: 2^53.</summary>
    private const long MaxExactInDouble = 1L << 53;

    private const long MaxExactInFloat = 1L << 24;

    /// <summary>Constants that a message lists at most.</summary>
    private const int MaxListed = 20;

    public static bool TryFit(ValueTape tape, int index, TypeShape shape) => shape.Kind switch
    {
        ShapeKind.Bool => tape[index].Kind == ValueKind.Bool,
        ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 => TryInteger(tape, index, shape.Kind),
        ShapeKind.UInt32 => TryUInt32(tape, index),
        ShapeKind.UInt64 => TryUInt64(tape, index),
        ShapeKind.Float32 => TryFloat32(tape, index),
        ShapeKind.Float64 => TryFloat64(tape, index),
        ShapeKind.Char => tape[index].Kind == ValueKind.String && tape[index].Utf16Length == 1,
        ShapeKind.String => tape[index].Kind == ValueKind.String,
        ShapeKind.Decimal => TryDecimal(tape, index),
        ShapeKind.BigInteger => TryBigInteger(tape, index),
        ShapeKind.Instant => TryInstant(tape, index, shape),
        ShapeKind.Text => TryText(tape, index, shape),
        ShapeKind.Enum => TryEnum(tape, index, shape),
        _ => false,
    };

    /// <summary>What a wrong value should have been, where "expected, found" says too little; else null.</summary>
    public static string? Explain(ValueTape tape, int index, TypeShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.UInt32 or ShapeKind.UInt64
                when tape[index].Kind is ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.BigInteger:
                return $"out of the range of {shape}";
            case ShapeKind.Enum when tape[index].Kind == ValueKind.String && shape.Enum is { } declared:
                var listed = string.Join(", ", declared.Constants.Take(MaxListed));
                return $"no constant of {shape}: use one of {listed}{(declared.Constants.Length > MaxListed ? ", ..." : string.Empty)}";
            case ShapeKind.Text when tape[index].Kind == ValueKind.String:
                return $"the text is no {shape}, such as {JavaText.Example(shape.JavaType)}";
            case ShapeKind.Instant when tape[index].Kind == ValueKind.String:
                const string Forms = "write ISO 8601 with an offset, such as 2024-05-06T07:08:09.123Z, or milliseconds since 1970";
                return $"the text is no {shape}: {Forms}";
            case ShapeKind.Char when tape[index].Kind == ValueKind.String:
                return "a char is a text of exactly one UTF-16 unit";
            default:
                return null;
        }
    }

    private static bool TryInteger(ValueTape tape, int index, ShapeKind kind)
    {
        if (!TryReadInt64(tape, index, out var value))
        {
            return false;
        }

        var fits = kind switch
        {
            ShapeKind.Int8 => value == (sbyte)value,
            ShapeKind.Int16 => value == (short)value,
            ShapeKind.Int32 => value == (int)value,

            // JavaScript's callers send what its numbers cannot hold as text; nothing smaller needs that.
            _ => true,
        };
        if (!fits || (tape[index].Kind == ValueKind.String && kind != ShapeKind.Int64))
        {
            return false;
        }

        var wanted = kind == ShapeKind.Int64 ? ValueKind.Int64 : ValueKind.Int32;
        if (tape[index].Kind != wanted)
        {
            tape.SetNumber(index, wanted, value);
        }

        return true;
    }

    private static bool TryUInt32(ValueTape tape, int index)
    {
        if (tape[index].Kind == ValueKind.String || !TryReadInt64(tape, index, out var value) || value != (uint)value)
        {
            return false;
        }

        if (tape[index].Kind != ValueKind.Int64)
        {
            tape.SetNumber(index, ValueKind.Int64, value);
        }

        return true;
    }

    private static bool TryUInt64(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        if (token.Kind == ValueKind.UInt64)
        {
            return true;
        }

        var isText = token.Kind is ValueKind.BigInteger or ValueKind.Decimal or ValueKind.String;
        ulong value = 0;
        if (isText
            ? !NumberText.TryUInt64(tape.Utf8(index), out value)
            : !TryReadInt64(tape, index, out var signed) || (value = (ulong)signed) > long.MaxValue)
        {
            return false;
        }

        tape.SetNumber(index, ValueKind.UInt64, (long)value);
        return true;
    }

    // Every form of an integer that has no fraction.
    private static bool TryReadInt64(ValueTape tape, int index, out long value)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Int32 or ValueKind.Int64:
                value = token.AsInt64;
                return true;
            case ValueKind.UInt64:
                value = (long)token.AsUInt64;
                return value >= 0;
            case ValueKind.Float32:
                return TryWhole(token.AsFloat32, out value);
            case ValueKind.Float64:
                return TryWhole(token.AsFloat64, out value);
            case ValueKind.BigInteger or ValueKind.Decimal or ValueKind.String:
                return NumberText.TryInt64(tape.Utf8(index), out value);
            default:
                value = 0;
                return false;
        }
    }

    private static bool TryWhole(double number, out long value)
    {
        // 2^63 itself is past the range.
        var whole = Math.Floor(number) == number && number is >= -9_223_372_036_854_775_808.0 and < 9_223_372_036_854_775_808.0;
        value = whole ? (long)number : 0;
        return whole;
    }

    private static bool TryFloat64(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Float64:
                return true;
            case ValueKind.Float32:
                tape.SetNumber(index, ValueKind.Float64, BitConverter.DoubleToInt64Bits(token.AsFloat32));
                return true;
            case ValueKind.Int32 or ValueKind.Int64 when token.AsInt64 is >= -MaxExactInDouble and <= MaxExactInDouble:
                tape.SetNumber(index, ValueKind.Float64, BitConverter.DoubleToInt64Bits(token.AsInt64));
                return true;
            case ValueKind.Decimal or ValueKind.BigInteger when NumberText.TryFloat64(tape.Utf8(index), out var number):
                tape.SetNumber(index, ValueKind.Float64, BitConverter.DoubleToInt64Bits(number));
                return true;
            default:
                return false;
        }
    }

    // A double for a float is normal: Hessian writes floats so. It is rounded as Java's decoder does it, but must not become infinite.
    private static bool TryFloat32(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Float32:
                return true;
            case ValueKind.Float64 when float.IsFinite((float)token.AsFloat64) || !double.IsFinite(token.AsFloat64):
                tape.SetNumber(index, ValueKind.Float32, BitConverter.SingleToInt32Bits((float)token.AsFloat64));
                return true;
            case ValueKind.Int32 or ValueKind.Int64 when token.AsInt64 is >= -MaxExactInFloat and <= MaxExactInFloat:
                tape.SetNumber(index, ValueKind.Float32, BitConverter.SingleToInt32Bits(token.AsInt64));
                return true;
            case ValueKind.Decimal or ValueKind.BigInteger when NumberText.TryFloat32(tape.Utf8(index), out var number):
                tape.SetNumber(index, ValueKind.Float32, BitConverter.SingleToInt32Bits(number));
                return true;
            default:
                return false;
        }
    }

    private static bool TryDecimal(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Decimal when NumberText.IsPlain(tape.Utf8(index)):
                return true;
            case ValueKind.BigInteger when NumberText.IsPlain(tape.Utf8(index)):
                tape.SetTextKind(index, ValueKind.Decimal, null);
                return true;
            case ValueKind.Decimal or ValueKind.String or ValueKind.BigInteger:
                return TryPlain(tape, index, tape.Utf8(index), ValueKind.Decimal);
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64:
                return TryIntegerText(tape, index, ValueKind.Decimal);
            case ValueKind.Float32 or ValueKind.Float64:
                Span<byte> shortest = stackalloc byte[NumberText.MaxFloatLength];
                var length = token.Kind == ValueKind.Float64
                    ? NumberText.Format(token.AsFloat64, shortest)
                    : NumberText.Format(token.AsFloat32, shortest);

                // JavaScript's 5 is a double here, not 5.0.
                length -= shortest[..length].EndsWith(".0"u8) ? 2 : 0;
                return TryPlain(tape, index, shortest[..length], ValueKind.Decimal);
            default:
                return false;
        }
    }

    private static bool TryBigInteger(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.BigInteger:
                return true;
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64:
                return TryIntegerText(tape, index, ValueKind.BigInteger);
            case ValueKind.Float64 when TryWhole(token.AsFloat64, out var whole):
                tape.SetNumber(index, ValueKind.Int64, whole);
                return TryIntegerText(tape, index, ValueKind.BigInteger);
            case ValueKind.String or ValueKind.Decimal:
                Span<byte> plain = stackalloc byte[NumberText.MaxLength];
                return NumberText.TryInteger(tape.Utf8(index), plain, out var length)
                    && tape.TrySetText(index, ValueKind.BigInteger, plain[..length], null);
            default:
                return false;
        }
    }

    private static bool TryPlain(ValueTape tape, int index, scoped ReadOnlySpan<byte> text, ValueKind kind)
    {
        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        return NumberText.TryPlain(text, plain, out var length) && tape.TrySetText(index, kind, plain[..length], null);
    }

    private static bool TryIntegerText(ValueTape tape, int index, ValueKind kind)
    {
        Span<byte> text = stackalloc byte[20];
        ref readonly var token = ref tape[index];
        int length;
        if (token.Kind == ValueKind.UInt64)
        {
            Utf8Formatter.TryFormat(token.AsUInt64, text, out length);
        }
        else
        {
            Utf8Formatter.TryFormat(token.AsInt64, text, out length);
        }

        return tape.TrySetText(index, kind, text[..length], null);
    }

    private static bool TryInstant(ValueTape tape, int index, TypeShape shape)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Instant:
                if (token.Type is null && shape.TapeType is not null)
                {
                    tape.SetType(index, shape.TapeType);
                }

                return true;
            case ValueKind.String when IsoInstant.TryParse(tape.Utf8(index), out var epochMs, out var nanos):
                tape.SetInstant(index, epochMs, nanos, shape.TapeType);
                return true;
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.Float64 when TryReadInt64(tape, index, out var ms):
                tape.SetInstant(index, ms, 0, shape.TapeType);
                return true;
            default:
                return false;
        }
    }

    private static bool TryText(ValueTape tape, int index, TypeShape shape)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Text when token.Type is null || token.Type == shape.TapeType:
                tape.SetType(index, shape.TapeType);
                return true;

            // ZoneId's values are of classes of their own.
            case ValueKind.Text when shape.JavaType.Text == "java.time.ZoneId":
                return true;
            case ValueKind.String when JavaText.IsValid(shape.JavaType, tape.Utf8(index)):
                tape.SetTextKind(index, ValueKind.Text, shape.TapeType);
                return true;
            case ValueKind.Instant when shape.JavaType.Text == "java.time.Instant":
                Span<byte> text = stackalloc byte[IsoInstant.MaxLength];
                var length = IsoInstant.Format(token.EpochMs, token.NanosOfMs, 0, text);
                return tape.TrySetText(index, ValueKind.Text, text[..length], shape.TapeType);
            default:
                return false;
        }
    }

    // A constant that carries its enum's name is its sender's to answer for: a newer service may have more of them than the contract.
    private static bool TryEnum(ValueTape tape, int index, TypeShape shape)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Enum when token.Type is null || token.Type == shape.TapeType || IsConstantOf(token.Type, shape):
                tape.SetType(index, shape.TapeType);
                return true;
            case ValueKind.String when shape.Enum is null || shape.Enum.Find(tape.Utf8(index)) >= 0:
                tape.SetTextKind(index, ValueKind.Enum, shape.TapeType);
                return true;

            // Protobuf's open enums are numbers, and a number that a newer schema names is passed on. Formats that have names alone refuse it.
            case ValueKind.Int32 when shape.Enum is { Proto.IsClosed: false } open:
                var ordinal = open.FindNumber(token.AsInt32);
                return ordinal < 0 || !Ascii.IsValid(open.Utf8Of(ordinal))
                    || tape.TrySetText(index, ValueKind.Enum, open.Utf8Of(ordinal), shape.TapeType);
            default:
                return false;
        }
    }

    // Java gives a constant with a body a class of its own: com.acme.Status$1.
    private static bool IsConstantOf(TypeName type, TypeShape shape) => shape.TapeType is { } declared
        && type.Utf8.Length > declared.Utf8.Length + 1 && type.Utf8[declared.Utf8.Length] == '$' && type.Utf8.StartsWith(declared.Utf8);
}
