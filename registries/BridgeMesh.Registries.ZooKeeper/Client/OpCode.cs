namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Types of requests, of org.apache.zookeeper.ZooDefs.OpCode.</summary>
internal enum OpCode
{
    Create = 1,
    Delete = 2,
    Exists = 3,
    GetData = 4,
    SetData = 5,
    GetAcl = 6,
    SetAcl = 7,
    Sync = 9,
    Ping = 11,
    GetChildren2 = 12,
    Check = 13,
    Multi = 14,
    Create2 = 15,
    RemoveWatches = 18,
    CreateContainer = 19,
    CreateTtl = 21,
    Auth = 100,
    SetWatches = 101,
    Sasl = 102,
    SetWatches2 = 105,
    AddWatch = 106,
    WhoAmI = 107,
    CloseSession = -11,

    /// <summary>In the answer to a multi: a part that failed, or whose fellow did.</summary>
    Error = -1,
}

/// <summary>Ids of packets that answer no request in order, of org.apache.zookeeper.ClientCnxn.</summary>
internal static class ReservedXid
{
    public const int Notification = -1;
    public const int Ping = -2;
    public const int Auth = -4;
    public const int SetWatches = -8;
}
