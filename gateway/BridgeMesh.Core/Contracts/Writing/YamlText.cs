using System.Globalization;
using System.Text;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Writes YAML in the form of contracts: two spaces a level, short maps and lists on one line. Source: YAML 1.2.2, chapter 7.
/// </summary>
internal sealed class YamlText
{
    /// <summary>Columns up to which a map or list stays on one line.</summary>
    private const int MaxColumns = 120;

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void Comment(string line) => _text.Append("# ").Append(line.ReplaceLineEndings(" ")).Append('\n');

    public void Line() => _text.Append('\n');

    /// <summary>A key whose value stands below it.</summary>
    public void Key(int level, string key) => _text.Append(' ', level * 2).Append(Quoted(key)).Append(":\n");

    public void Value(int level, string key, string text) => _text.Append(' ', level * 2).Append(Quoted(key)).Append(": ").Append(text).Append('\n');

    /// <summary>Lines that were written already, at their level.</summary>
    public void Block(string lines) => _text.Append(lines);

    /// <summary>A list's item that is a map: its first line begins with the sign, the others stand below.</summary>
    public void Item(int level, string block)
    {
        var indent = new string(' ', (level + 1) * 2);
        _text.Append(' ', level * 2).Append("- ").Append(block.AsSpan(Math.Min(indent.Length, block.Length)));
    }

    /// <summary>A list on one line where it fits, else an item a line.</summary>
    /// <param name="items">Written as they are inside brackets.</param>
    public void List(int level, string key, IReadOnlyList<string> items)
    {
        var line = FlowList(items);
        if (Fits(level, key, line))
        {
            Value(level, key, line);
            return;
        }

        Key(level, key);
        foreach (var item in items)
        {
            _text.Append(' ', (level + 1) * 2).Append("- ").Append(item).Append('\n');
        }
    }

    /// <summary>A map on one line where it fits, else an entry a line.</summary>
    public void Map(int level, string key, IReadOnlyList<(string Key, string Value)> entries)
    {
        var line = FlowMap(entries);
        if (Fits(level, key, line))
        {
            Value(level, key, line);
        }
        else
        {
            Entries(level, key, entries);
        }
    }

    public void Entries(int level, string key, IReadOnlyList<(string Key, string Value)> entries)
    {
        Key(level, key);
        foreach (var (name, value) in entries)
        {
            Value(level + 1, name, value);
        }
    }

    public static string FlowList(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    public static string FlowMap(IReadOnlyList<(string Key, string Value)> entries) =>
        entries.Count == 0 ? "{}" : $"{{ {string.Join(", ", entries.Select(static e => $"{Quoted(e.Key)}: {e.Value}"))} }}";

    /// <summary>
    /// The text plain where every YAML reader takes it for that text, inside brackets too; else in double quotes. Words that some readers
    /// take for booleans or null are quoted, as keys too.
    /// </summary>
    public static string Quoted(string text) => IsPlain(text) ? text : InQuotes(text);

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] is '_' or '$' or '/'))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '$' or '.' or '/' or '<' or '>' or '-'))
            {
                return false;
            }
        }

        return text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
    }

    private static string InQuotes(string text)
    {
        var quoted = new StringBuilder(text.Length + 8).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
            {
                quoted.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),

                // Half a pair is no text, and YAML has no escape for it.
                >= '\uD800' and <= '\uDFFF' => quoted.Append('\uFFFD'),

                // Control signs, line separators and marks are no text in YAML.
                < ' ' or (>= '\x7F' and < '\xA0') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static bool Fits(int level, string key, string line) => (level * 2) + key.Length + 2 + line.Length <= MaxColumns;
}
