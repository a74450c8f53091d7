using System.Buffers;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>The host that a request is for: RFC 9110 section 7.2, RFC 9112 section 3.2, RFC 9113 section 8.3.1.</summary>
internal static class HostName
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxLength = 253;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Without port, user and the dot at the end; as it stands otherwise, so to be compared without case. Where the target names a host, that
    /// counts and the header does not. Empty when the request names none.
    /// </summary>
    /// <param name="header">The Host header, which Kestrel makes of HTTP/2's <c>:authority</c>.</param>
    internal static ReadOnlySpan<char> Of(string rawTarget, ReadOnlySpan<char> header)
    {
        var authority = RequestTarget.AuthorityOf(rawTarget);
        authority = authority.IsEmpty ? header : authority[(authority.LastIndexOf('@') + 1)..];

        // An IPv6 address has colons of its own, and brackets around them.
        var end = authority.StartsWith('[') ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        return WithoutDot(end <= 0 ? authority : authority[..end]);
    }

    /// <summary><c>shop.example.</c> is the same host as <c>shop.example</c>.</summary>
    internal static ReadOnlySpan<char> WithoutDot(ReadOnlySpan<char> host) => host is [.. var name, '.'] ? name : host;

    /// <summary>What to write instead of what is no host name; null when it is one.</summary>
    internal static string? WhyNone(string host)
    {
        if (host.StartsWith('['))
        {
            return host.EndsWith(']') && System.Net.IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out _) ? null : "write an IPv6 address as [::1], without a port";
        }

        return host.Contains(':', StringComparison.Ordinal) ? "leave the port out; the listener's address has it"
            : host.Length is 0 or > MaxLength ? $"write 1 to {MaxLength} characters"
            : host.AsSpan().ContainsAnyExcept(NameCharacters) ? "write letters, digits, dots and dashes; other letters in their ASCII form, xn--…"
            : null;
    }
}
