using System.ComponentModel.DataAnnotations;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>A port on which callers of one protocol are taken.</summary>
public sealed record ListenerConfig
{
    /// <summary>Unique among listeners; letters, digits, dash and underscore, at most 64.</summary>
    [TextRule(TextRuleAttribute.NamePattern, TextRuleAttribute.NameWords)]
    public required string Name { get; init; }

    /// <summary>bolt, dubbo, http, or a plugin's protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>
    /// IP address and port, <c>127.0.0.1:12200</c> or <c>[::1]:12200</c>; <c>0.0.0.0</c> and <c>[::]</c> take every interface, port 0 takes
    /// a free one.
    /// </summary>
    public required string Address { get; init; }

    /// <summary>
    /// Callers connected at once, 1 to 1,000,000; further ones are closed at once. Default: the protocol's own, 16,384 for framed ones.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? MaxConnections { get; init; }

    /// <summary>
    /// Calls of all connections together that are not yet answered, 1 to 1,000,000; further ones are answered as exhausted. Framed protocols
    /// only: HTTP has one call a connection. Default 65,536.
    /// </summary>
    [Range(1, 1_000_000)]
    [FramedOnly]
    public int? MaxInFlight { get; init; }

    /// <summary>
    /// Time for a frame to arrive whole, from its first byte on, in ms, 1,000 to 3,600,000; the connection is closed after it. Framed
    /// protocols only: HTTP has its own keys. Default 30,000.
    /// </summary>
    [Range(1_000, 3_600_000)]
    [FramedOnly]
    public int? WholeFrameMs { get; init; }

    /// <summary>
    /// Time without a byte and without a call in flight after which a connection is closed, in ms, 1,000 to 3,600,000; longer than the
    /// callers' heartbeat interval. Framed protocols only: HTTP has <c>keepAliveTimeoutMs</c>. Default 180,000.
    /// </summary>
    [Range(1_000, 3_600_000)]
    [FramedOnly]
    public int? IdleCloseMs { get; init; }

    /// <summary>Bounds on what a caller may send.</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>Every other key: what the protocol's listener understands beside. Keys of nested maps are joined with a dot.</summary>
    [OtherKeys]
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
