using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>A set of registries and those who read them.</summary>
public sealed record ZoneConfig
{
    /// <summary>Names of its registries; at least one.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>
    /// Host name or IP address of this gateway as reached from there. Default: the listener's own, or the machine's first IPv4 address that
    /// is not a loopback one where the listener takes every interface.
    /// </summary>
    [TextRule(@"^[A-Za-z0-9.:_-]{1,253}$", "a host name or an IP address, without a port")]
    public string? Advertise { get; init; }
}
