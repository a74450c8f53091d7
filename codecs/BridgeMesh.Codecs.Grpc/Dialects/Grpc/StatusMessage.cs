using System.Buffers;
using System.Text;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>
/// The trailer <c>grpc-message</c>: UTF-8, with every byte outside of space to tilde, and the percent sign, escaped as <c>%XX</c>. A reader
/// must not refuse a broken escape; it stays as it is. Source: gRPC over HTTP2, "Status-Message".
/// </summary>
internal static class StatusMessage
{
    /// <summary>Longest message in characters; the rest is cut, as trailers have a limit of their own (8 KiB in several
    /// implementations).</summary>
    internal const int MaxChars = 1_024;

    // Without the plus sign, which Dubbo's Java consumers decode to a space; every reader decodes what is encoded.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    internal static string Encode(string message)
    {
        var text = Cut(message);
        if (text.IndexOfAnyExcept(Plain) < 0)
        {
            return text.Length == message.Length ? message : text.ToString();
        }

        // A lone surrogate has no UTF-8; the replacement character takes its place.
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var encoded = new StringBuilder(bytes.Length + 32);
        foreach (var value in bytes)
        {
            if (value < 0x80 && Plain.Contains((char)value))
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append('%').Append(HexDigit(value >> 4)).Append(HexDigit(value & 15));
            }
        }

        return encoded.ToString();
    }

    internal static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        var bytes = Encoding.UTF8.GetBytes(encoded);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = (byte)((HexValue(bytes[i + 1]) << 4) | HexValue(bytes[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static ReadOnlySpan<char> Cut(string message)
    {
        if (message.Length <= MaxChars)
        {
            return message;
        }

        var end = char.IsHighSurrogate(message[MaxChars - 1]) ? MaxChars - 1 : MaxChars;
        return message.AsSpan(0, end);
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
