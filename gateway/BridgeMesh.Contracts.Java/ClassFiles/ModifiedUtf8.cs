using System.Text;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// The text form of class files: UTF-16 units of one to three bytes each, surrogates apart, U+0000 as two bytes. Source: The Java Virtual
/// Machine Specification, section 4.4.7.
/// </summary>
internal static class ModifiedUtf8
{
    /// <summary>Offset of the first byte that breaks the form; -1 when there is none.</summary>
    public static int FirstFault(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOfAnyExceptInRange((byte)1, (byte)0x7F);
        while (at >= 0 && at < text.Length)
        {
            var length = LengthAt(text, at);
            if (length == 0)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }

    /// <summary>The text of bytes without fault.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAnyExceptInRange((byte)1, (byte)0x7F) < 0)
        {
            return Encoding.ASCII.GetString(text);
        }

        var decoded = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var first = text[at];
            switch (LengthAt(text, at))
            {
                case 1:
                    decoded.Append((char)first);
                    at++;
                    break;
                case 2:
                    decoded.Append((char)(((first & 0x1F) << 6) | (text[at + 1] & 0x3F)));
                    at += 2;
                    break;
                default:
                    decoded.Append((char)(((first & 0x0F) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F)));
                    at += 3;
                    break;
            }
        }

        return decoded.ToString();
    }

    /// <summary>Bytes of the unit at a place; 0 for what is none.</summary>
    private static int LengthAt(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at] switch
        {
            >= 1 and <= 0x7F => 1,
            >= 0xC0 and <= 0xDF => 2,
            >= 0xE0 and <= 0xEF => 3,
            _ => 0,
        };
        if (length == 0 || at + length > text.Length)
        {
            return 0;
        }

        for (var i = 1; i < length; i++)
        {
            if ((text[at + i] & 0xC0) != 0x80)
            {
                return 0;
            }
        }

        return length;
    }
}
