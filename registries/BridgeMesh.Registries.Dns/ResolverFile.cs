using System.Collections.Immutable;
using System.Net;

namespace BridgeMesh.Registries.Dns;

/// <summary>The machine's own nameservers, as resolv.conf(5) lists them. Search domains do not count: names are written whole.</summary>
internal static class ResolverFile
{
    internal const string Path = "/etc/resolv.conf";

    /// <summary>Nameservers that the C library takes from it (MAXNS).</summary>
    private const int MaxServers = 3;

    /// <summary>The machine itself where the file names none or is not there, as resolv.conf(5) has it.</summary>
    internal static ImmutableArray<IPEndPoint> Nameservers(string path, int port)
    {
        try
        {
            ImmutableArray<IPEndPoint> found =
            [
                .. File.ReadLines(path)
                    .Select(static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    .Where(static words => words is ["nameserver", _, ..])
                    .Select(static words => IPAddress.TryParse(words[1], out var address) ? address : null)
                    .OfType<IPAddress>()
                    .Take(MaxServers)
                    .Select(address => new IPEndPoint(address, port)),
            ];
            return found.IsEmpty ? [new IPEndPoint(IPAddress.Loopback, port)] : found;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return [new IPEndPoint(IPAddress.Loopback, port)];
        }
    }
}
