using System.ComponentModel.DataAnnotations;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Bounds on what a peer may send. What exceeds them is refused in the peer's own protocol.</summary>
public sealed record LimitsConfig
{
    /// <summary>Longest frame or HTTP body, in bytes, 1,024 to 1,073,741,824. Dubbo's own default is 8,388,608.</summary>
    [Range(1_024, 1 << 30)]
    public int MaxFrameBytes { get; init; } = 16 << 20;

    /// <summary>Longest header map or attachments, in bytes, 1,024 to 16,777,216.</summary>
    [Range(1_024, 16 << 20)]
    public int MaxMetadataBytes { get; init; } = 64 << 10;

    /// <summary>Calls of one connection that are not yet answered, 1 to 65,535.</summary>
    [Range(1, 65_535)]
    public int MaxInFlight { get; init; } = 4_096;
}
