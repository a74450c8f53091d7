using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace Acme.Ledger;

/// <summary>
/// Reads JSON onto a tape. Objects become maps; whole numbers become int, long or big integers, others doubles: the gateway fits them to
/// the contract. A shape is looked at for one thing only, which no reader could tell from the JSON: that a text is bytes in base64.
/// </summary>
internal static class JsonToTape
{
    /// <summary>
    /// Reads the value that the reader stands on, and leaves it on the value's last token. As deep as the JSON reader allows, which is
    /// 1,000 levels at most.
    /// </summary>
    internal static void ReadValue(ref Utf8JsonReader reader, ValueTape into, TypeShape? shape)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                into.BeginMap();
                while (!into.Failed && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var member = MemberShape(ref reader, shape);
                    AddText(ref reader, into);
                    reader.Read();
                    ReadValue(ref reader, into, member);
                }

                into.End();
                break;
            case JsonTokenType.StartArray:
                into.BeginList();
                while (!into.Failed && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadValue(ref reader, into, shape?.Element);
                }

                into.End();
                break;
            case JsonTokenType.String when shape?.Kind == ShapeKind.Bytes:
                AddBytes(ref reader, into);
                break;
            case JsonTokenType.String:
                AddText(ref reader, into);
                break;
            case JsonTokenType.Number:
                AddNumber(ref reader, into);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                into.AddBool(reader.TokenType == JsonTokenType.True);
                break;
            default:
                into.AddNull();
                break;
        }
    }

    /// <summary>The string or property name that the reader stands on; null when it is neither, or holds what is not text.</summary>
    internal static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that the text holds half a surrogate pair or bytes that are not UTF-8.
            return null;
        }
    }

    private static TypeShape? MemberShape(ref Utf8JsonReader reader, TypeShape? shape)
    {
        if (shape?.Struct is not { } type)
        {
            return shape?.Element;
        }

        var ordinal = ReadText(ref reader) is { } name ? type.Find(name) : -1;
        return ordinal < 0 ? null : type.Fields[ordinal].Type;
    }

    private static void AddText(ref Utf8JsonReader reader, ValueTape into)
    {
        // Bodies are in one piece, and unescaping never lengthens a text.
        var raw = reader.ValueSpan;
        if (!into.TryReserveText(raw.Length, out var room))
        {
            return;
        }

        int length;
        try
        {
            length = reader.CopyString(room);
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that the text holds half a surrogate pair, which Java strings may, or bytes that are not UTF-8.
            length = Utf8.IsValid(raw) ? Unescape(raw, room) : -1;
        }

        if (length < 0)
        {
            into.Fail(CodecError.Malformed, "a text is not valid UTF-8", reader.TokenStartIndex);
            return;
        }

        var at = into.TextPosition;
        into.CommitText(length);
        into.AddStoredText(ValueKind.String, at, length);
    }

    /// <summary>Unescapes what the reader has found to be a JSON string, keeping half a surrogate pair as WTF-8 does.</summary>
    private static int Unescape(ReadOnlySpan<byte> raw, Span<byte> to)
    {
        var units = new char[raw.Length];
        var count = 0;
        while (!raw.IsEmpty)
        {
            var escape = raw.IndexOf((byte)'\\');
            var plain = escape < 0 ? raw : raw[..escape];
            count += System.Text.Encoding.UTF8.GetChars(plain, units.AsSpan(count));
            raw = raw[plain.Length..];
            if (raw.IsEmpty)
            {
                break;
            }

            var isUnit = raw[1] == (byte)'u';
            units[count++] = raw[1] switch
            {
                (byte)'u' => (char)ushort.Parse(raw.Slice(2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                var itself => (char)itself,
            };
            raw = raw[(isUnit ? 6 : 2)..];
        }

        return Wtf8.FromUtf16(units.AsSpan(0, count), to, out _);
    }

    private static void AddBytes(ref Utf8JsonReader reader, ValueTape into)
    {
        if (ReadText(ref reader) is { } text && Base64.IsValid(text, out var length))
        {
            var bytes = ArrayPool<byte>.Shared.Rent(length);
            if (Convert.TryFromBase64String(text, bytes, out var written))
            {
                into.AddBytes(bytes.AsSpan(0, written));
                ArrayPool<byte>.Shared.Return(bytes);
                return;
            }

            ArrayPool<byte>.Shared.Return(bytes);
        }

        into.Fail(CodecError.TypeMismatch, "the text is not base64", reader.TokenStartIndex);
    }

    private static void AddNumber(ref Utf8JsonReader reader, ValueTape into)
    {
        if (reader.TryGetInt32(out var small))
        {
            into.AddInt32(small);
        }
        else if (reader.TryGetInt64(out var wide))
        {
            into.AddInt64(wide);
        }
        else
        {
            var digits = reader.ValueSpan;
            if (digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
            {
                into.AddText(ValueKind.BigInteger, digits);
            }
            else if (reader.TryGetDouble(out var real) && double.IsFinite(real))
            {
                into.AddFloat64(real);
            }
            else
            {
                into.Fail(CodecError.Malformed, "a number is beyond what a double holds", reader.TokenStartIndex);
            }
        }
    }
}
