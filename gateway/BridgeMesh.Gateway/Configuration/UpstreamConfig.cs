using System.ComponentModel.DataAnnotations;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>How callees are reached.</summary>
public sealed record UpstreamConfig
{
    /// <summary>
    /// Zone that the gateway stands in, as registries name it for instances (<c>eureka.instance.metadata-map.zone</c>, <c>zone</c> in a services
    /// file): those of it take the calls while one of them is available. It has nothing to do with <c>zones</c>. Default: all are alike.
    /// </summary>
    public string Zone { get; init; } = string.Empty;

    /// <summary>Time for a connection to be made, in ms, 1 to 60,000.</summary>
    [Range(1, 60_000)]
    public int ConnectTimeoutMs { get; init; } = 1_000;

    /// <summary>Connections to one instance of a framed protocol, 1 to 64. Calls share them.</summary>
    [Range(1, 64)]
    public int ConnectionsPerInstance { get; init; } = 1;

    /// <summary>First pause before a lost connection is tried again, in ms, 1 to 60,000; it doubles, with jitter.</summary>
    [Range(1, 60_000)]
    public int ReconnectMs { get; init; } = 100;

    /// <summary>Longest such pause, in ms, 1 to 600,000; at least <see cref="ReconnectMs"/>.</summary>
    [Range(1, 600_000)]
    public int MaxReconnectMs { get; init; } = 10_000;

    /// <summary>Bounds on what a callee may answer.</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>How callees over TLS are trusted, those whose instance says <c>scheme: https</c>, and what they are shown.</summary>
    public UpstreamTlsConfig Tls { get; init; } = new();
}
