namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>What a watch saw, of org.apache.zookeeper.Watcher.Event.EventType, and below -100 this client's own.</summary>
internal enum WatchedEventType
{
    Created = 1,
    Deleted = 2,
    DataChanged = 3,
    ChildrenChanged = 4,

    /// <summary>The server does not watch any more.</summary>
    ChildWatchRemoved = 5,
    DataWatchRemoved = 6,
    PersistentWatchRemoved = 7,

    /// <summary>Something may have happened that nobody saw: the connection was away, or too much came at once. Read again.</summary>
    Missed = -101,

    /// <summary>The client is closed; nothing more comes.</summary>
    Closed = -102,
}

/// <param name="Path">Below the chroot.</param>
internal readonly record struct WatchedEvent(WatchedEventType Type, string Path);
