namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>What becomes of a node, of org.apache.zookeeper.CreateMode.</summary>
internal enum CreateMode
{
    Persistent = 0,

    /// <summary>Goes with the session; has no children.</summary>
    Ephemeral = 1,

    /// <summary>The server adds ten digits that rise to the name.</summary>
    PersistentSequential = 2,
    EphemeralSequential = 3,

    /// <summary>Goes some time after its last child.</summary>
    Container = 4,
}
