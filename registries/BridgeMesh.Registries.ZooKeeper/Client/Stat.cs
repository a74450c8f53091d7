namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>What a server says of a node, of zookeeper.jute's Stat. Times are ms since 1970 by the server's clock.</summary>
/// <param name="CreatedZxid">Transaction that made it.</param>
/// <param name="ModifiedZxid">Transaction that last changed its data.</param>
/// <param name="Version">Changes of its data, as deleting and writing compare it.</param>
/// <param name="ChildrenVersion">Changes of its children.</param>
/// <param name="EphemeralOwner">Session whose end removes it; 0 for none.</param>
/// <param name="ChildrenZxid">Transaction that last changed its children.</param>
internal readonly record struct Stat(
    long CreatedZxid,
    long ModifiedZxid,
    long CreatedMs,
    long ModifiedMs,
    int Version,
    int ChildrenVersion,
    int AclVersion,
    long EphemeralOwner,
    int DataLength,
    int ChildCount,
    long ChildrenZxid);
