namespace BridgeMesh.Testing.Network;

/// <summary>A test against a real etcd server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EtcdFactAttribute() : InstalledFactAttribute(EtcdServer.IsThere, "Debian's package etcd-server is not installed");
