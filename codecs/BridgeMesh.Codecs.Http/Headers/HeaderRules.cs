using System.Buffers;
using System.Collections.Frozen;

namespace BridgeMesh.Codecs.Http.Headers;

/// <summary>
/// Which headers are metadata of the call and which belong to the connection, the body, caches, or the program that sends. One rule for both
/// directions, so that what a caller may not inject a callee cannot either. Source: RFC 9110 sections 7.6.1 and 8 to 14; RFC 9112.
/// </summary>
internal static class HeaderRules
{
    // Tokens as in RFC 9110 section 5.6.2.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
        "host",
        "expect",
        "range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "if-unmodified-since",
        "if-range",
        "date",
        "server",
        "age",
        "via",
        "alt-svc",
        "location",
        "www-authenticate",
        "allow",
        "etag",
        "last-modified",
        "vary",
        "expires",
        "pragma",
        "cache-control",
        "warning",
        "max-forwards",
        "priority",
        "prefer",
        "preference-applied",
        "user-agent",
        "referer",
        "origin",
        "dnt",
        "upgrade-insecure-requests",
        BridgeHeaders.TimeoutMs,
        BridgeHeaders.Version,
        BridgeHeaders.Group,
        BridgeHeaders.UniqueId,
        BridgeHeaders.Types,
        BridgeHeaders.Lane);

    private static readonly FrozenSet<string> Credentials = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "authorization", "cookie", "set-cookie");

    /// <summary>Whether a header is reserved whatever its direction: of the hop, the body, the negotiation, or the gateway's own.</summary>
    internal static bool IsReserved(string name) =>
        Reserved.Contains(name)
        || name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("accept", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("sec-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(':');

    /// <summary>Whether it proves who the caller is; by default such a header passes from HTTP to HTTP alone.</summary>
    internal static bool IsCredential(string name) => Credentials.Contains(name);

    /// <summary>Whether the Connection header names it, which makes it hop by hop.</summary>
    internal static bool IsNamedIn(string? connection, string name)
    {
        if (string.IsNullOrEmpty(connection))
        {
            return false;
        }

        foreach (var range in connection.AsSpan().Split(','))
        {
            if (connection.AsSpan(range).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    internal static bool IsValidName(string name) => name.Length > 0 && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;

    /// <summary>
    /// Whether a value can stand in a header line: no control character, so no way to end the line and begin another, no lone surrogate,
    /// which has no UTF-8. Tab is allowed inside, as in RFC 9110 section 5.5.
    /// </summary>
    internal static bool IsValidValue(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var unit = value[i];
            if ((unit < ' ' && unit != '\t') || unit == 0x7F)
            {
                return false;
            }

            if (char.IsSurrogate(unit))
            {
                if (i + 1 == value.Length || !char.IsSurrogatePair(unit, value[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    /// <summary>Whether a pair of metadata may be sent as a header.</summary>
    internal static bool MaySend(string name, string value) => IsValidName(name) && !IsReserved(name) && IsValidValue(value);
}
