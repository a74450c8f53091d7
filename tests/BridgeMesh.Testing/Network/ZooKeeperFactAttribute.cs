namespace BridgeMesh.Testing.Network;

/// <summary>A test against a real ZooKeeper server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZooKeeperFactAttribute() : InstalledFactAttribute(ZooKeeperServer.IsThere, "Debian's packages zookeeper and default-jdk-headless are not installed");
