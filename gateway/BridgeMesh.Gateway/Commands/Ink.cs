using System.Text;

namespace BridgeMesh.Gateway.Commands;

/// <summary>
/// Text for a terminal: colours where it takes them, and nothing that could steer it, as much of what is shown comes from peers.
/// </summary>
/// <param name="colours">Whether escape sequences may be written at all.</param>
internal sealed class Ink(bool colours)
{
    public bool HasColours => colours;

    public string Strong(string text) => Dressed(text, "1");

    public string Faint(string text) => Dressed(text, "2");

    public string Bad(string text) => Dressed(text, "31");

    public string Good(string text) => Dressed(text, "32");

    public string Name(string text) => Dressed(text, "36");

    /// <summary>
    /// Whether this process may use colours: its output is a terminal that is not dumb, and the user has not said no. Source: no-color.org.
    /// </summary>
    public static bool IsWanted(Func<string, string?> variable, bool isTerminal) =>
        isTerminal && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") is not "dumb";

    /// <summary>The text with control characters, bidirectional overrides among them, written as escapes.</summary>
    public static string Plain(string text)
    {
        if (!text.AsSpan().ContainsAny(Steering))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = Steering.Contains(c) ? plain.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : plain.Append(c);
        }

        return plain.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Steering = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c), '\u200E', '\u200F', '\u2028', '\u2029',
            .. Enumerable.Range(0x202A, 5).Select(c => (char)c), .. Enumerable.Range(0x2066, 4).Select(c => (char)c)]);

    private string Dressed(string text, string code) => colours ? $"\e[{code}m{Plain(text)}\e[0m" : Plain(text);
}
