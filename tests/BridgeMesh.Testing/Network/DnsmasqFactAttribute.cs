namespace BridgeMesh.Testing.Network;

/// <summary>A test against a real nameserver.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DnsmasqFactAttribute() : InstalledFactAttribute(DnsmasqServer.IsThere, "Debian's package dnsmasq-base is not installed");
