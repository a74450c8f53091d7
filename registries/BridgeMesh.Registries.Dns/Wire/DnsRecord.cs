using System.Net;

namespace BridgeMesh.Registries.Dns.Wire;

/// <summary>A record of an answer.</summary>
/// <param name="TtlS">Time that it may be kept, in s, 0 or more.</param>
internal sealed record DnsRecord(DomainName Name, RecordType Type, long TtlS)
{
    /// <summary>Of A and AAAA.</summary>
    internal IPAddress? Address { get; init; }

    /// <summary>Of CNAME and SRV.</summary>
    internal DomainName Target { get; init; }

    /// <summary>Of SRV: those with the least are asked first.</summary>
    internal int Priority { get; init; }

    /// <summary>Of SRV: share among those of one priority.</summary>
    internal int Weight { get; init; }

    /// <summary>Of SRV.</summary>
    internal int Port { get; init; }
}
