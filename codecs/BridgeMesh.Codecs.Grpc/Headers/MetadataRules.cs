using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace BridgeMesh.Codecs.Grpc.Headers;

/// <summary>
/// Which headers and trailers are metadata of the call. One rule for both directions. Source: gRPC over HTTP2, "Custom-Metadata": names
/// are lower case letters, digits, <c>_ - .</c>; values are printable ASCII, or base64 where the name ends in <c>-bin</c>.
/// </summary>
internal static class MetadataRules
{
    private const string BinarySuffix = "-bin";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "te",
        "host",
        "user-agent",
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "transfer-encoding",
        "trailer",
        "upgrade",
        "date",
        "server",
        "via",
        BridgeHeaders.Version,
        BridgeHeaders.Group,
        BridgeHeaders.UniqueId);

    internal static bool IsBinary(string name) => name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a header belongs to the hop, to gRPC itself or to the gateway. <c>grpc-</c> names are gRPC's for ever.</summary>
    internal static bool IsReserved(string name) =>
        name.Length == 0
        || name[0] == ':'
        || Reserved.Contains(name)
        || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("accept", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as gRPC writes it; null when metadata of that name cannot be sent.</summary>
    internal static string? WireName(string name)
    {
        if (IsReserved(name))
        {
            return null;
        }

        var lower = name.AsSpan().IndexOfAnyInRange('A', 'Z') < 0 ? name : name.ToLowerInvariant();
        return lower.AsSpan().IndexOfAnyExcept(NameCharacters) < 0 ? lower : null;
    }

    /// <summary>
    /// Whether the value can stand in a header of that name. Text that is not ASCII cannot; binary metadata must already be base64, with or
    /// without padding, which is how it travels between the gateway's sides.
    /// </summary>
    internal static bool MaySend(string name, string value)
    {
        if (value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            return false;
        }

        return !IsBinary(name) || IsBase64(value);
    }

    /// <summary>
    /// The name and value of a pair on the wire; null for one that cannot be sent. Text that is not ASCII goes as binary metadata of its
    /// UTF-8 bytes, under its name with <c>-bin</c>, which is how gRPC's own libraries can read it.
    /// </summary>
    internal static (string Name, string Value)? OnWire(string name, string value)
    {
        if (WireName(name) is not { } lower)
        {
            return null;
        }

        if (MaySend(lower, value))
        {
            return (lower, value);
        }

        return IsBinary(lower) || value.AsSpan().ContainsAnyInRange('\0', '\u001f')
            ? null
            : (lower + BinarySuffix, Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('='));
    }

    private static bool IsBase64(ReadOnlySpan<char> value)
    {
        var digits = value.TrimEnd('=');
        if (value.Length - digits.Length > 2 || digits.Length % 4 == 1)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiLetterOrDigit(digit) && digit is not ('+' or '/'))
            {
                return false;
            }
        }

        return true;
    }
}
