using System.Globalization;
using System.Text;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>
/// Bytes that somebody wrote as hexadecimal text: bare digits, digits with any white space, commas, colons, <c>0x</c> or <c>\x</c> before
/// bytes, and the dumps of <c>xxd</c>, <c>hexdump -C</c>, <c>hexdump</c> with single bytes and <c>tcpdump -X</c>, whose offsets and text columns are left out.
/// </summary>
internal static class HexText
{
    /// <summary>The bytes; null when the text is anything else, and <paramref name="problem"/> says where it stops being hexadecimal.</summary>
    public static byte[]? Parse(string text, out string problem)
    {
        var digits = new StringBuilder(text.Length);
        var lines = text.Split('\n');
        var isDump = false;
        problem = string.Empty;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = Content(lines[i].Trim(), ref isDump);
            if (line is null)
            {
                continue;
            }

            if (!TryAppend(line, digits, out var wrong))
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"line {i + 1}: '{wrong}' is no hexadecimal digit");
                return null;
            }
        }

        if (digits.Length % 2 != 0)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"{digits.Length} hexadecimal digits are no whole number of bytes");
            return null;
        }

        problem = digits.Length == 0 ? "there are no hexadecimal digits" : string.Empty;
        return digits.Length == 0 ? null : Convert.FromHexString(digits.ToString());
    }

    /// <summary>What of a line is bytes: without the offset and the text column of a dump; null for a line that has none.</summary>
    /// <param name="isDump">A line before had an offset: a line that is an offset alone closes the dump.</param>
    private static string? Content(string line, ref bool isDump)
    {
        if (line.Length == 0 || line[0] is '#' or '*' || (isDump && line.Length is 7 or 8 && IsOffset(line)))
        {
            return null;
        }

        // xxd: "00000000: 0100 0163  text"; tcpdump: "0x0000:  4500 …  text". The text stands behind two spaces.
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        if (colon > 0 && IsOffset(line.AsSpan(0, colon)))
        {
            isDump = true;
            var bytes = line[(colon + 1)..].TrimStart();
            var text = bytes.IndexOf("  ", StringComparison.Ordinal);
            return text < 0 ? bytes : bytes[..text];
        }

        // hexdump -C: "00000000  01 00 …  |text|"; hexdump with other formats has offsets of seven digits, which no bytes have.
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space is 7 or 8 && IsOffset(line.AsSpan(0, space)) && (bar > 0 || space == 7))
        {
            isDump = true;
            return bar < 0 ? line[space..] : line[space..bar];
        }

        return line;
    }

    private static bool IsOffset(ReadOnlySpan<char> text)
    {
        text = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return text.Length is >= 4 and <= 16;
    }

    private static bool TryAppend(string line, StringBuilder digits, out char wrong)
    {
        wrong = default;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (char.IsWhiteSpace(c) || c is ',' or ':' or '-' or '"' or '\'' or '{' or '}' or ';')
            {
                continue;
            }

            if (c is '0' or '\\' && i + 1 < line.Length && line[i + 1] is 'x' or 'X')
            {
                i++;
                continue;
            }

            if (!char.IsAsciiHexDigit(c))
            {
                wrong = c;
                return false;
            }

            digits.Append(c);
        }

        return true;
    }
}
