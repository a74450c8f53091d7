using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Headers;

/// <summary>
/// The pairs of a Cookie header (RFC 6265 section 4.2). Values are percent-encoded where a cookie cannot hold them, as Spring's CookieValue
/// decodes them (org.springframework.web.util.UrlPathHelper.decodeRequestString).
/// </summary>
internal static class CookieText
{
    /// <summary>The value of the first cookie of that name; null when there is none. One with a broken escape is taken as it stands.</summary>
    internal static string? Find(string? header, string name)
    {
        var text = header.AsSpan();
        foreach (var range in text.Split(';'))
        {
            var pair = text[range].Trim();
            var equals = pair.IndexOf('=');
            if (equals > 0 && pair[..equals].TrimEnd().SequenceEqual(name))
            {
                var value = pair[(equals + 1)..].Trim();
                value = value is ['"', .., '"'] ? value[1..^1] : value;
                return UrlText.Decode(value) ?? value.ToString();
            }
        }

        return null;
    }

    /// <summary>The header without the cookies of these names; null when nothing is left.</summary>
    internal static string? Without(string? header, IReadOnlyCollection<string> names)
    {
        if (string.IsNullOrEmpty(header) || names.Count == 0)
        {
            return header;
        }

        var kept = header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !names.Contains(pair.Split('=')[0].TrimEnd()));
        return string.Join("; ", kept) is { Length: > 0 } rest ? rest : null;
    }

    internal static string Pair(string name, ReadOnlySpan<byte> value)
    {
        using var text = new FrameWriter(256);
        UrlText.Encode(value, text);
        return $"{name}={Encoding.UTF8.GetString(text.Written)}";
    }
}
