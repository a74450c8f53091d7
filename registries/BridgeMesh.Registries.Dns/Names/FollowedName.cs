using System.Globalization;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns.Names;

/// <summary>A name that is followed, and what answers there.</summary>
/// <param name="Port">Port at the name's addresses; 0 where SRV records say it.</param>
internal sealed record FollowedName(string Protocol, DomainName Name, int Port, bool IsSecure)
{
    /// <summary>Names that one service may have.</summary>
    internal const int MaxPerService = 32;

    internal bool IsService => Port == 0;

    public override string ToString() => IsService ? $"SRV {Name}" : $"{Name}";

    /// <summary>Null, and what is wrong with it, where it is none.</summary>
    internal static FollowedName? Parse(string text, out string problem)
    {
        problem = "does not begin with a protocol, such as http://";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
        {
            return null;
        }

        var rest = text[(scheme + 3)..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var port = 0;
        if (colon >= 0
            && (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
        {
            problem = "has a port that is no number from 1 to 65535";
            return null;
        }

        if (DomainName.Parse(colon < 0 ? rest : rest[..colon]) is not { } name)
        {
            problem = "has no domain name";
            return null;
        }

        problem = string.Empty;
        var isSecure = text[..scheme] == "https";
        return new FollowedName(isSecure ? "http" : text[..scheme], name, port, isSecure);
    }
}
