using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace BridgeMesh.Values;

/// <summary>
/// UTF-8 that also carries lone surrogates, each in its three-byte form, so that any Java string passes unchanged. Pairs are written as
/// four bytes. Source: "The WTF-8 encoding" (Sapin), generalised UTF-8.
/// </summary>
public static class Wtf8
{
    /// <summary>Most bytes that this many UTF-16 units can take.</summary>
    public static int MaxBytes(int utf16Length) => checked(utf16Length * 3);

    /// <summary>Bytes that <see cref="FromUtf16(string)"/> gives.</summary>
    public static int Utf8Length(ReadOnlySpan<char> text) =>
        // The replacement character that the encoder counts for a lone surrogate takes three bytes as well.
        Encoding.UTF8.GetByteCount(text);

    /// <summary>Encodes; <paramref name="to"/> must hold <see cref="Utf8Length"/>. Returns the bytes written.</summary>
    public static int FromUtf16(ReadOnlySpan<char> from, Span<byte> to, out bool loneSurrogate)
    {
        loneSurrogate = false;
        var written = 0;
        while (true)
        {
            var status = Utf8.FromUtf16(from, to[written..], out var read, out var done, replaceInvalidSequences: false, isFinalBlock: true);
            written += done;
            if (status == OperationStatus.Done)
            {
                return written;
            }

            // Only a lone surrogate stops the encoder here: the room is enough by contract.
            loneSurrogate = true;
            WriteUnit(from[read], to[written..]);
            written += 3;
            from = from[(read + 1)..];
        }
    }

    /// <summary>Number of UTF-16 units that the text stands for.</summary>
    public static int Utf16Length(ReadOnlySpan<byte> utf8)
    {
        var units = 0;
        foreach (var b in utf8)
        {
            if ((b & 0xC0) != 0x80)
            {
                units += b >= 0xF0 ? 2 : 1;
            }
        }

        return units;
    }

    /// <summary>Decodes; what is neither UTF-8 nor a surrogate in three bytes becomes U+FFFD.</summary>
    public static string ToUtf16(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var text = new StringBuilder(utf8.Length);
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
                utf8 = utf8[used..];
            }
            else if (utf8.Length >= 3 && utf8[0] == 0xED && utf8[1] is >= 0xA0 and <= 0xBF && (utf8[2] & 0xC0) == 0x80)
            {
                text.Append((char)(((utf8[0] & 0x0F) << 12) | ((utf8[1] & 0x3F) << 6) | (utf8[2] & 0x3F)));
                utf8 = utf8[3..];
            }
            else
            {
                text.Append('\uFFFD');
                utf8 = utf8[Math.Max(1, used)..];
            }
        }

        return text.ToString();
    }

    /// <summary>The text as new bytes.</summary>
    public static byte[] FromUtf16(string text)
    {
        var utf8 = new byte[Utf8Length(text)];
        FromUtf16(text, utf8, out _);
        return utf8;
    }

    private static void WriteUnit(char unit, Span<byte> to)
    {
        to[0] = (byte)(0xE0 | (unit >> 12));
        to[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        to[2] = (byte)(0x80 | (unit & 0x3F));
    }
}
