namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// The endpoint for operators: health, readiness, status. It has no authentication: keep it on the loopback
/// address or a management network.
/// </summary>
public sealed record AdminConfig
{
    /// <summary>Whether operators are answered. A change needs a restart.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>IP address and port; port 0 takes a free one. A change needs a restart.</summary>
    public string Address { get; init; } = "127.0.0.1:18070";
}
