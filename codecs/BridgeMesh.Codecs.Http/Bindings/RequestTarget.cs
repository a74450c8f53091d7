namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>
/// Takes a request target apart as it stood on the wire, escapes and all: an escaped slash is part of a value, which a decoded path no
/// longer shows. Origin form and absolute form (RFC 9112 section 3.2).
/// </summary>
internal static class RequestTarget
{
    internal static ReadOnlySpan<char> PathOf(string rawTarget)
    {
        var target = OriginForm(rawTarget);
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    internal static ReadOnlySpan<char> QueryOf(string rawTarget)
    {
        var target = OriginForm(rawTarget);
        var query = target.IndexOf('?');
        return query < 0 ? default : target[(query + 1)..];
    }

    /// <summary>Path and query; "/" where an absolute form names only a host.</summary>
    internal static ReadOnlySpan<char> OriginForm(string rawTarget)
    {
        var target = rawTarget.AsSpan();
        if (target.StartsWith('/'))
        {
            return target;
        }

        var authority = target.IndexOf("://");
        if (authority < 0)
        {
            return target;
        }

        var rest = target[(authority + 3)..];
        var path = rest.IndexOf('/');
        return path < 0 ? "/" : rest[path..];
    }

    /// <summary>Host, port and user of an absolute form; empty for any other.</summary>
    internal static ReadOnlySpan<char> AuthorityOf(string rawTarget)
    {
        var target = rawTarget.AsSpan();
        var authority = target.StartsWith('/') ? -1 : target.IndexOf("://");
        if (authority < 0)
        {
            return default;
        }

        var rest = target[(authority + 3)..];
        var end = rest.IndexOfAny("/?#");
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>
    /// A segment without its matrix variables, <c>7;v=1</c> as <c>7</c>: Spring matches and binds paths so. An escaped semicolon is part of
    /// the value.
    /// </summary>
    internal static ReadOnlySpan<char> WithoutMatrix(ReadOnlySpan<char> segment)
    {
        var semicolon = segment.IndexOf(';');
        return semicolon < 0 ? segment : segment[..semicolon];
    }

    /// <summary>As above for several segments.</summary>
    internal static ReadOnlySpan<char> RestWithoutMatrix(ReadOnlySpan<char> rest)
    {
        if (rest.IndexOf(';') < 0)
        {
            return rest;
        }

        var text = new System.Text.StringBuilder(rest.Length);
        foreach (var range in rest.Split('/'))
        {
            text.Append(text.Length == 0 && range.Start.Value == 0 ? "" : "/").Append(WithoutMatrix(rest[range]));
        }

        return text.ToString();
    }
}
