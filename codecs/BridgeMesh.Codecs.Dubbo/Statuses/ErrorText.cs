using System.Text.RegularExpressions;

namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <summary>
/// What a caller may be told of a provider's text. Java providers append stack traces, both addresses of the connection, and a list of
/// everything they export; none of it is the caller's business.
/// </summary>
internal static partial class ErrorText
{
    /// <summary>Enough for a sentence; a provider's text may be megabytes.</summary>
    private const int MaxChars = 1_024;

    /// <summary>What the provider itself appends to its own refusals, each behind the marker that tells such a refusal.</summary>
    private static readonly (string Marker, string Tail)[] Tails =
    [
        ("Not found exported service", " in ["),
        ("Invalid token", " from consumer "),
        ("Data length too large", ", channel:"),
        ("thread pool is exhausted", ", detail msg:"),
        (string.Empty, ", channel: consumer"),
    ];

    /// <summary>The first line of an error body, without addresses.</summary>
    internal static string OfErrorBody(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        text = end < 0 ? text : text[..end];
        foreach (var (marker, tail) in Tails)
        {
            var at = text.Contains(marker, StringComparison.Ordinal) ? text.IndexOf(tail, StringComparison.Ordinal) : -1;
            text = at < 0 ? text : text[..at];
        }

        return Address().Replace(Shorten(text), "(address)");
    }

    /// <summary>
    /// An exception's own message: the service's words are left alone, but a provider puts the whole stack text into the message of the
    /// RuntimeException by which it replaces exceptions that its callers cannot know.
    /// </summary>
    internal static string OfException(string text)
    {
        var at = text.IndexOf("\n\tat ", StringComparison.Ordinal);
        return Shorten(at < 0 ? text : text[..at].TrimEnd('\r'));
    }

    private static string Shorten(string text) => text.Length > MaxChars ? string.Concat(text.AsSpan(0, MaxChars), "…") : text;

    [GeneratedRegex(@"/?\b\d{1,3}(?:\.\d{1,3}){3}(?:[:,]\d{1,5})?\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Address();
}
