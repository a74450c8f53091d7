using System.Globalization;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>
/// Texts as java.net.URLEncoder writes them with UTF-8, so that a URL can be the name of a node: letters, digits and <c>.-*_</c> stay, a
/// space is a plus, all else is percent and capital hex. Source: documentation of java.net.URLEncoder; recorded node names.
/// </summary>
internal static class JavaUrlText
{
    internal static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + (text.Length / 4));
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '.' or '-' or '*' or '_'))
            {
                encoded.Append((char)rune.Value);
            }
            else if (rune.Value == ' ')
            {
                encoded.Append('+');
            }
            else
            {
                foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
                }
            }
        }

        return encoded.ToString();
    }

    /// <summary>Null where a percent is not followed by two hex digits. Bytes that are no UTF-8 become U+FFFD, as in Java.</summary>
    internal static string? Decode(string text)
    {
        if (!text.AsSpan().ContainsAny('%', '+'))
        {
            return text;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length
                    || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[count]))
                {
                    return null;
                }

                count++;
                i += 2;
            }
            else
            {
                // A surrogate pair is encoded together.
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                count += Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text.AsSpan(i, length), bytes.AsSpan(count));
                i += length - 1;
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
