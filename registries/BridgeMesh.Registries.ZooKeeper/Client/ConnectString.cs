using System.Collections.Immutable;
using System.Globalization;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <param name="Host">Name or address, without the brackets of IPv6.</param>
/// <param name="Port">1 to 65,535.</param>
internal readonly record struct ServerAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>
/// Servers and the path below which everything lies: <c>host1:2181,[::1]:2182/chroot</c>, as org.apache.zookeeper.client.ConnectStringParser
/// takes it.
/// </summary>
/// <param name="Servers">One or more, at most <see cref="MaxServers"/>.</param>
/// <param name="Chroot">With a slash before and none behind; empty for none.</param>
internal sealed record ConnectString(ImmutableArray<ServerAddress> Servers, string Chroot)
{
    private const int DefaultPort = 2181;

    /// <summary>More than any ensemble has.</summary>
    private const int MaxServers = 64;

    /// <summary>What is wrong comes as one line that goes on behind the text: "has no servers".</summary>
    public static bool TryParse(string text, out ConnectString parsed, out string problem)
    {
        parsed = new([], string.Empty);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var chroot = slash < 0 ? string.Empty : text[slash..].TrimEnd('/');
        if (chroot.Length > 0 && NodePath.Check(chroot) is { } wrong)
        {
            problem = $"has a chroot that {wrong}";
            return false;
        }

        var names = (slash < 0 ? text : text[..slash]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length is 0 or > MaxServers)
        {
            problem = names.Length == 0 ? "names no server" : $"names more than {MaxServers} servers";
            return false;
        }

        var servers = ImmutableArray.CreateBuilder<ServerAddress>(names.Length);
        foreach (var name in names)
        {
            if (!TryParseServer(name, out var server))
            {
                problem = $"names '{name}', which is no host and port";
                return false;
            }

            servers.Add(server);
        }

        parsed = new ConnectString(servers.ToImmutable(), chroot);
        problem = string.Empty;
        return true;
    }

    private static bool TryParseServer(string text, out ServerAddress server)
    {
        var (host, port) = (text, string.Empty);
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                server = default;
                return false;
            }

            (host, port) = (text[1..end], text[(end + 1)..].TrimStart(':'));
        }
        else if (text.LastIndexOf(':') is >= 0 and var colon)
        {
            (host, port) = (text[..colon], text[(colon + 1)..]);
        }

        var number = DefaultPort;
        var isPort = text.EndsWith(':') ? false
            : port.Length == 0 || (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65_535);
        server = new ServerAddress(host, number);
        return isPort && Uri.CheckHostName(host) is var kind && (text[0] == '[' ? kind == UriHostNameType.IPv6
            : kind is UriHostNameType.Dns or UriHostNameType.IPv4);
    }
}
