using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using BridgeMesh.Contracts;

namespace BridgeMesh.Values;

/// <summary>
/// Plain text as a value of a declared type, and back: path segments, query and header values, form fields, map keys, and strings that
/// stand for other types. Reading allocates nothing when it succeeds.
/// </summary>
public static class TextScalar
{
    private const int MaxStackBytes = 512;

    /// <summary>Constants that a message about a wrong one lists at most.</summary>
    private const int MaxListed = 20;

    /// <summary>Appends one value; without a shape the text stays a String. A failure is also the tape's.</summary>
    /// <param name="utf8">Valid UTF-8, or WTF-8.</param>
    /// <param name="policy">The contract's zone counts for a date without time; null is the default policy.</param>
    /// <param name="offset">Where the text lies in its payload, for the fault; -1 when it has none.</param>
    public static CodecStatus Read(ReadOnlySpan<byte> utf8, TypeShape? shape, ValueTape into, ValuePolicy? policy = null, long offset = -1)
    {
        switch (shape?.Kind ?? ShapeKind.Any)
        {
            case ShapeKind.Any or ShapeKind.String:
                into.AddText(ValueKind.String, utf8);
                break;
            case ShapeKind.Void:
                into.AddNull();
                break;
            case ShapeKind.Bool when utf8.SequenceEqual("true"u8) || utf8.SequenceEqual("false"u8):
                into.AddBool(utf8.Length == 4);
                break;
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.UInt32:
                return ReadInteger(utf8, shape!, into, offset);
            case ShapeKind.UInt64 when NumberText.TryUInt64(utf8, out var unsigned):
                into.AddUInt64(unsigned);
                break;
            case ShapeKind.Float32 when NumberText.TryFloat32(utf8, out var single):
                into.AddFloat32(single);
                break;
            case ShapeKind.Float64 when NumberText.TryFloat64(utf8, out var number):
                into.AddFloat64(number);
                break;
            case ShapeKind.Char:
                return ReadChar(utf8, into, offset);
            case ShapeKind.Decimal or ShapeKind.BigInteger:
                return ReadBigNumber(utf8, shape!, into, offset);
            case ShapeKind.Bytes:
                return ReadBase64(utf8, into, offset);
            case ShapeKind.Instant:
                return ReadInstant(utf8, shape!, policy ?? ValuePolicy.Default, into, offset);
            case ShapeKind.Text:
                return ReadText(utf8, shape!, into, offset);
            case ShapeKind.Enum:
                return ReadEnum(utf8, shape!, into, offset);
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct:
                return into.Fail(CodecError.TypeMismatch, $"expected {shape}, found a plain text", offset);
            default:
                return into.Fail(CodecError.TypeMismatch, $"the text is no {shape}", offset);
        }

        return into.Status;
    }

    /// <summary>As above from UTF-16; null becomes null where the shape allows it.</summary>
    public static CodecStatus Read(string? text, TypeShape? shape, ValueTape into, ValuePolicy? policy = null)
    {
        if (text is null)
        {
            return ReadMissing(shape, into);
        }

        var length = Wtf8.MaxBytes(text.Length);
        byte[]? rented = null;
        var room = length <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : rented = ArrayPool<byte>.Shared.Rent(length);
        var written = Wtf8.FromUtf16(text, room, out _);
        var status = Read(room[..written], shape, into, policy);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return status;
    }

    /// <summary>A text given several times (<c>?tag=a&amp;tag=b</c>) as a List, Set or Array; other shapes take exactly one.</summary>
    public static CodecStatus ReadAll(ReadOnlySpan<string?> texts, TypeShape? shape, ValueTape into, ValuePolicy? policy = null)
    {
        if (shape?.Kind is not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array))
        {
            return texts.Length switch
            {
                0 => ReadMissing(shape, into),
                1 => Read(texts[0], shape, into, policy),
                _ => into.Fail(CodecError.TypeMismatch, $"expected one {shape?.ToString() ?? "value"}, found {texts.Length}"),
            };
        }

        if (shape.Kind == ShapeKind.Array)
        {
            into.BeginArray(shape.TapeType);
        }
        else
        {
            into.BeginList(shape.TapeType, shape.Kind == ShapeKind.Set);
        }

        foreach (var text in texts)
        {
            if (!Read(text, shape.Element, into, policy).IsOk)
            {
                return into.Status;
            }
        }

        into.End();
        return into.Status;
    }

    /// <summary>What stands for an argument that was not sent: null, or a fault for a Java primitive.</summary>
    public static CodecStatus ReadMissing(TypeShape? shape, ValueTape into)
    {
        if (shape is { Nullable: false })
        {
            return into.Fail(CodecError.TypeMismatch, $"a value of type {shape} is missing");
        }

        into.AddNull();
        return into.Status;
    }

    /// <summary>Writes the value at <paramref name="index"/> as UTF-8, without quotes or escapes. Null and containers have none.</summary>
    public static CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output) =>
        TextScalarWriter.Write(from, index, shape, policy, output);

    /// <summary>As above, as a string.</summary>
    public static CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, out string text)
    {
        text = string.Empty;
        using var output = new Wire.FrameWriter(128);
        var status = TextScalarWriter.Write(from, index, shape, policy, output);
        if (status.IsOk)
        {
            text = Encoding.UTF8.GetString(output.Written);
        }

        return status;
    }

    private static CodecStatus ReadInteger(ReadOnlySpan<byte> utf8, TypeShape shape, ValueTape into, long offset)
    {
        if (!NumberText.TryInt64(utf8, out var value))
        {
            return into.Fail(CodecError.TypeMismatch, $"the text is no {shape}", offset);
        }

        return AddInteger(value, shape, into, offset);
    }

    /// <summary>Appends an integer in the declared width, if it fits.</summary>
    public static CodecStatus AddInteger(long value, TypeShape shape, ValueTape into, long offset = -1)
    {
        var fits = shape.Kind switch
        {
            ShapeKind.Int8 => value == (sbyte)value,
            ShapeKind.Int16 => value == (short)value,
            ShapeKind.Int32 => value == (int)value,
            ShapeKind.UInt32 => value == (uint)value,
            _ => true,
        };
        if (!fits)
        {
            return into.Fail(CodecError.TypeMismatch, $"out of the range of {shape}", offset);
        }

        _ = shape.Kind is ShapeKind.Int64 or ShapeKind.UInt32 ? into.AddInt64(value) : into.AddInt32((int)value);
        return into.Status;
    }

    private static CodecStatus ReadChar(ReadOnlySpan<byte> utf8, ValueTape into, long offset)
    {
        if (utf8.IsEmpty || Wtf8.Utf16Length(utf8) != 1)
        {
            return into.Fail(CodecError.TypeMismatch, "a char is a text of exactly one UTF-16 unit", offset);
        }

        into.AddText(ValueKind.String, utf8);
        return into.Status;
    }

    [SkipLocalsInit]
    private static CodecStatus ReadBigNumber(ReadOnlySpan<byte> utf8, TypeShape shape, ValueTape into, long offset)
    {
        var integer = shape.Kind == ShapeKind.BigInteger;
        if (utf8.Length <= NumberText.MaxLength && NumberText.IsPlain(utf8) && (!integer || !utf8.Contains((byte)'.')))
        {
            into.AddText(integer ? ValueKind.BigInteger : ValueKind.Decimal, utf8);
            return into.Status;
        }

        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        if (!(integer ? NumberText.TryInteger(utf8, plain, out var length) : NumberText.TryPlain(utf8, plain, out length)))
        {
            return into.Fail(CodecError.TypeMismatch, $"the text is no {shape} of at most {NumberText.MaxLength} digits", offset);
        }

        into.AddText(integer ? ValueKind.BigInteger : ValueKind.Decimal, plain[..length]);
        return into.Status;
    }

    private static CodecStatus ReadBase64(ReadOnlySpan<byte> utf8, ValueTape into, long offset)
    {
        if (!into.TryReserveText(utf8.Length, out var room))
        {
            return into.Status;
        }

        // The alphabet for URLs shares no sign with the other where they differ.
        var forUrl = utf8.IndexOfAny((byte)'-', (byte)'_') >= 0;
        var status = forUrl
            ? Base64Url.DecodeFromUtf8(utf8, room, out _, out var written)
            : Base64.DecodeFromUtf8(utf8, room, out _, out written);
        if (status != OperationStatus.Done)
        {
            return into.Fail(CodecError.TypeMismatch, "bytes are written in base64", offset);
        }

        var at = into.TextPosition;
        into.CommitText(written);
        into.AddStoredText(ValueKind.Bytes, at, written);
        return into.Status;
    }

    private static CodecStatus ReadInstant(ReadOnlySpan<byte> utf8, TypeShape shape, ValuePolicy policy, ValueTape into, long offset)
    {
        if (IsoInstant.TryParse(utf8, out var epochMs, out var nanos))
        {
            into.AddInstant(epochMs, nanos, shape.TapeType);
        }
        else if (Utf8Parser.TryParse(utf8, out epochMs, out var used) && used == utf8.Length)
        {
            into.AddInstant(epochMs, 0, shape.TapeType);
        }
        else if (shape.JavaType.Text == "java.sql.Date" && IsoInstant.TryParseDate(utf8, out var day))
        {
            // A date without time is that day's beginning where the contract's zone is.
            into.AddInstant((day * 86_400_000) - (policy.ZoneOffsetMinutes * 60_000L), 0, shape.TapeType);
        }
        else
        {
            return into.Fail(
                CodecError.TypeMismatch,
                $"the text is no {shape}: write ISO 8601 with an offset, such as 2024-05-06T07:08:09.123Z, or milliseconds since 1970",
                offset);
        }

        return into.Status;
    }

    private static CodecStatus ReadText(ReadOnlySpan<byte> utf8, TypeShape shape, ValueTape into, long offset)
    {
        if (!JavaText.IsValid(shape.JavaType, utf8))
        {
            return into.Fail(CodecError.TypeMismatch, $"the text is no {shape}, such as {JavaText.Example(shape.JavaType)}", offset);
        }

        into.AddText(ValueKind.Text, utf8, shape.JavaType);
        return into.Status;
    }

    private static CodecStatus ReadEnum(ReadOnlySpan<byte> utf8, TypeShape shape, ValueTape into, long offset)
    {
        if (shape.Enum is { } declared && declared.Find(utf8) < 0)
        {
            var listed = string.Join(", ", declared.Constants.Take(MaxListed));
            var more = declared.Constants.Length > MaxListed ? ", ..." : string.Empty;
            return into.Fail(CodecError.TypeMismatch, $"no constant of {shape}: use one of {listed}{more}", offset);
        }

        into.AddText(ValueKind.Enum, utf8, shape.TapeType);
        return into.Status;
    }
}
