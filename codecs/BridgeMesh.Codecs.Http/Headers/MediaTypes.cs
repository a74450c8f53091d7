using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Headers;

internal enum MediaKind : byte
{
    /// <summary>No Content-Type at all.</summary>
    Missing,
    Json,
    Form,
    Text,
    Octets,

    /// <summary>multipart/form-data.</summary>
    Multipart,

    /// <summary>Another type, or one whose charset is not known.</summary>
    Other,
}

/// <summary>What a Content-Type means here.</summary>
internal static class MediaTypes
{
    internal const string Json = "application/json";
    internal const string JsonUtf8 = "application/json; charset=utf-8";
    internal const string TextUtf8 = "text/plain; charset=utf-8";
    internal const string ProblemUtf8 = "application/problem+json; charset=utf-8";
    internal const string Octets = "application/octet-stream";
    internal const string Form = "application/x-www-form-urlencoded";

    internal static MediaKind KindOf(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return MediaKind.Missing;
        }

        // The usual ones without parsing.
        if (contentType is Json or JsonUtf8)
        {
            return MediaKind.Json;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var parsed) || Charset.Of(parsed) == CharsetKind.Unknown)
        {
            return MediaKind.Other;
        }

        if (parsed.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            || parsed.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        {
            return MediaKind.Json;
        }

        if (parsed.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            return MediaKind.Form;
        }

        if (parsed.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            return MediaKind.Text;
        }

        if (parsed.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return MediaKind.Multipart;
        }

        return parsed.MediaType.Equals(Octets, StringComparison.OrdinalIgnoreCase) ? MediaKind.Octets : MediaKind.Other;
    }

    /// <summary>Whether a text from outside can stand as a Content-Type.</summary>
    internal static bool IsMediaType(string? text) =>
        text is not null && HeaderRules.IsValidValue(text) && MediaTypeHeaderValue.TryParse(text, out _);

    /// <summary>The weight of the range that names the type most closely; 0 when none does.</summary>
    internal static double QualityOf(string mediaType, IList<MediaTypeHeaderValue> asked)
    {
        var quality = 0d;
        var closest = -1;
        foreach (var range in asked)
        {
            var closeness = Closeness(range, mediaType);
            if (closeness > closest)
            {
                closest = closeness;
                quality = range.Quality ?? 1;
            }
        }

        return quality;
    }

    private static int Closeness(MediaTypeHeaderValue range, string mediaType)
    {
        if (range.MatchesAllTypes)
        {
            return 0;
        }

        // Any JSON of a caller's own is JSON for us: it could not be told apart.
        if (range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            || (mediaType == Json && range.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        {
            return 2;
        }

        return range.MatchesAllSubTypes && mediaType.StartsWith($"{range.Type}/", StringComparison.OrdinalIgnoreCase) ? 1 : -1;
    }
}
