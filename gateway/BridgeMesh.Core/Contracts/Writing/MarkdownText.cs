using System.Text;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Texts in Markdown that mean nothing but themselves, whoever wrote them: docs come from jars and servers. Source: GitHub Flavored Markdown
/// 0.29, sections 2.4 (backslash escapes), 4.10 (tables), 6.3 (code spans).
/// </summary>
internal static class MarkdownText
{
    /// <summary>What may begin something anywhere. A character reference begins with &amp;, a URL that links itself needs no sign of these.</summary>
    private const string Special = "\\`*_[]<>&|~#!";

    /// <summary>A run of text on one line: in a paragraph, a heading or a table's cell.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length + 16);
        var wasBlank = true;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                // Leading blanks would make a block of code, trailing ones a line break.
                _ = wasBlank ? line : line.Append(' ');
                wasBlank = true;
                continue;
            }

            // At its begin a line may be a list or the underline of a heading; a number before a point or bracket too.
            var isMark = c is '-' or '+' or '=' ? line.Length == 0 : c is '.' or ')' && AreDigits(line);
            _ = isMark || Special.Contains(c, StringComparison.Ordinal) ? line.Append('\\').Append(c) : line.Append(Shown(c));
            wasBlank = false;
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Paragraphs, with the text's own lines.</summary>
    public static string Paragraphs(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Line)).Trim('\n');

    /// <summary>A run of code.</summary>
    /// <param name="inTable">Whether it stands in a cell, where a bar ends the cell in code too.</param>
    public static string Code(string text, bool inTable = false)
    {
        var shown = string.Concat(text.Select(static c => char.IsWhiteSpace(c) ? ' ' : Shown(c))).Trim();
        if (shown.Length == 0)
        {
            return string.Empty;
        }

        var longest = 0;
        for (int i = 0, run = 0; i < shown.Length; i++)
        {
            run = shown[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        var pad = shown[0] == '`' || shown[^1] == '`' ? " " : string.Empty;
        var code = $"{fence}{pad}{shown}{pad}{fence}";
        return inTable ? code.Replace("|", "\\|", StringComparison.Ordinal) : code;
    }

    /// <summary>The place that <see cref="Link"/> leads to, for a name of any letters.</summary>
    public static string Anchor(string name) => $"<a id=\"{Id(name)}\"></a>";

    public static string Link(string text, string name) => $"[{Line(text)}](#{Id(name)})";

    // An id is quoted and a link's target is not: what is no plain letter is its number.
    private static string Id(string name)
    {
        var id = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = char.IsAsciiLetterOrDigit(c) || c == '.' ? id.Append(c) : id.Append(System.Globalization.CultureInfo.InvariantCulture, $"-{(int)c:x}");
        }

        return id.ToString();
    }

    private static bool AreDigits(StringBuilder line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (!char.IsAsciiDigit(line[i]))
            {
                return false;
            }
        }

        return line.Length > 0;
    }

    // Control signs, and those that turn the direction of what follows, steer terminals and hide what stands there.
    private static char Shown(char c)
    {
        var turns = c is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
        return turns || char.IsControl(c) ? '\uFFFD' : c;
    }
}
