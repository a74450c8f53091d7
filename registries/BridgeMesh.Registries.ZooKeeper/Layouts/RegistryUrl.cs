using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>
/// A URL as Java's registries write it: <c>dubbo://10.0.0.7:20880/com.acme.Orders?group=blue&amp;version=1.0.0</c>. Values are as they stand;
/// nothing in it is percent-encoded but for whoever put it there. Source: org.apache.dubbo.common.URL.valueOf and buildString.
/// </summary>
/// <param name="Host">Without the brackets of IPv6.</param>
/// <param name="Port">0 to 65,535; 0 where there is none.</param>
/// <param name="Path">Without the slash; empty where there is none.</param>
internal sealed record RegistryUrl(string Protocol, string Host, int Port, string Path, ImmutableSortedDictionary<string, string> Parameters)
{
    /// <summary>A provider with a thousand methods of 40 characters takes 40,000.</summary>
    private const int MaxLength = 262_144;

    /// <summary>Dubbo's providers have about thirty.</summary>
    private const int MaxParameters = 256;

    /// <summary>host:port.</summary>
    internal string Address => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Empty where there is none.</summary>
    internal string this[string parameter] => Parameters.GetValueOrDefault(parameter, string.Empty);

    /// <param name="name">Of a node: the URL as java.net.URLEncoder writes it.</param>
    internal static RegistryUrl? ParseName(string name) => name.Length <= MaxLength && JavaUrlText.Decode(name) is { } text ? Parse(text) : null;

    /// <summary>Null where it is none.</summary>
    internal static RegistryUrl? Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 1 || text.Length > MaxLength || !text.AsSpan(0, scheme).ContainsOnlyScheme())
        {
            return null;
        }

        var rest = text.AsSpan(scheme + 3);
        var query = rest.IndexOf('?');
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (query >= 0)
        {
            if (!TryParseParameters(rest[(query + 1)..], parameters))
            {
                return null;
            }

            rest = rest[..query];
        }

        var path = string.Empty;
        if (rest.IndexOf('/') is >= 0 and var slash)
        {
            path = rest[(slash + 1)..].Trim('/').ToString();
            rest = rest[..slash];
        }

        rest = rest[(rest.LastIndexOf('@') + 1)..];
        return TryParseAddress(rest, out var host, out var port)
            ? new RegistryUrl(text[..scheme], host, port, path, parameters.ToImmutable())
            : null;
    }

    /// <summary>Parameters in the order of their names, as Dubbo writes them.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(256).Append(Protocol).Append("://").Append(Port == 0 ? Host : Address);
        if (Path.Length > 0)
        {
            text.Append('/').Append(Path);
        }

        var separator = '?';
        foreach (var (name, value) in Parameters)
        {
            text.Append(separator).Append(name).Append('=').Append(value);
            separator = '&';
        }

        return text.ToString();
    }

    private static bool TryParseParameters(ReadOnlySpan<char> text, ImmutableSortedDictionary<string, string>.Builder into)
    {
        foreach (var range in text.Split('&'))
        {
            var pair = text[range].Trim();
            if (pair.IsEmpty)
            {
                continue;
            }

            if (into.Count == MaxParameters)
            {
                return false;
            }

            // As Dubbo has it: a name without a value is its own.
            var equals = pair.IndexOf('=');
            var name = (equals < 0 ? pair : pair[..equals]).ToString();
            into[name] = equals < 0 ? name : pair[(equals + 1)..].ToString();
        }

        return true;
    }

    /// <summary>IPv6 addresses stand with brackets or, as Dubbo has them, without.</summary>
    private static bool TryParseAddress(ReadOnlySpan<char> text, out string host, out int port)
    {
        port = 0;
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && text[colon..].IndexOf(']') < 0)
        {
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > 65_535)
            {
                host = string.Empty;
                return false;
            }

            text = text[..colon];
        }

        host = text.TrimStart('[').TrimEnd(']').ToString();
        return host.Length == 0 || Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }
}

internal static class SchemeText
{
    internal static bool ContainsOnlyScheme(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '+' or '.' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
