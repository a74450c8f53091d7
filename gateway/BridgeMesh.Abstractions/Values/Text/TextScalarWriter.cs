using System.Buffers;
using System.Buffers.Text;
using BridgeMesh.Contracts;

namespace BridgeMesh.Values;

/// <summary>Writes one value as plain text, in the forms that <see cref="TextScalar"/> reads.</summary>
internal static class TextScalarWriter
{
    internal static CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output)
    {
        ref readonly var token = ref from[index];
        Span<byte> text = stackalloc byte[IsoInstant.MaxLength];
        int length;
        switch (token.Kind)
        {
            case ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger:
                output.Write(from.Utf8(index));
                return CodecStatus.Ok;
            case ValueKind.Bool:
                output.Write(token.AsBool ? "true"u8 : "false"u8);
                return CodecStatus.Ok;
            case ValueKind.Int32 or ValueKind.Int64:
                Utf8Formatter.TryFormat(token.AsInt64, text, out length);
                break;
            case ValueKind.UInt64:
                Utf8Formatter.TryFormat(token.AsUInt64, text, out length);
                break;
            case ValueKind.Float32:
                length = NumberText.Format(token.AsFloat32, text);
                break;

            // Hessian carries a float as a double: what is declared a float is written with a float's digits.
            case ValueKind.Float64 when shape?.Kind == ShapeKind.Float32:
                length = NumberText.Format((float)token.AsFloat64, text);
                break;
            case ValueKind.Float64:
                length = NumberText.Format(token.AsFloat64, text);
                break;
            case ValueKind.Instant when policy.InstantAsEpochMs:
                Utf8Formatter.TryFormat(token.EpochMs, text, out length);
                break;
            case ValueKind.Instant:
                length = IsoInstant.Format(token.EpochMs, token.NanosOfMs, policy.ZoneOffsetMinutes, text);
                break;
            case ValueKind.Bytes:
                WriteBase64(from.Utf8(index), output);
                return CodecStatus.Ok;
            case ValueKind.Reference:
                return Write(from, from.Resolve(index), shape, policy, output);
            default:
                return CodecStatus.Fail(CodecError.Unrepresentable, $"{Describe(token.Kind)} has no plain text", -1, from.PathOf(index));
        }

        output.Write(text[..length]);
        return CodecStatus.Ok;
    }

    private static void WriteBase64(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        output.Advance(written);
    }

    private static string Describe(ValueKind kind) => kind switch
    {
        ValueKind.Null or ValueKind.Absent => "null",
        ValueKind.Object => "an object",
        ValueKind.Map => "a map",
        _ => "a list",
    };
}
