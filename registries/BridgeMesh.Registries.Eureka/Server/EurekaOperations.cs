using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// What clients, peers and the gateway itself do to the table, and what peers hear of it: everything but what a peer said. Safe for any
/// thread.
/// </summary>
internal sealed class EurekaOperations(InstanceTable table, Func<int> maxInstances, Action<ReplicationTask> tellPeers)
{
    internal TableResult Register(EurekaInstance instance, bool isReplica)
    {
        var done = table.Register(instance, isReplica, maxInstances());
        return Told(done, isReplica, ReplicationAction.Register, instance.Name, table.Find(instance.Name));
    }

    internal TableResult Renew(InstanceName name, long? dirtyTimestamp, EurekaStatus overridden, bool isReplica, out EurekaInstance? newer)
    {
        var done = table.Renew(name, dirtyTimestamp, overridden, isReplica, out newer);
        return Told(done, isReplica, ReplicationAction.Heartbeat, name, table.Find(name));
    }

    internal TableResult Cancel(InstanceName name, bool isReplica) =>
        Told(table.Cancel(name), isReplica, ReplicationAction.Cancel, name, null);

    internal TableResult SetStatus(InstanceName name, EurekaStatus status, long? dirtyTimestamp, bool isReplica)
    {
        var done = table.SetStatus(name, status, dirtyTimestamp);
        return Told(done, isReplica, ReplicationAction.StatusUpdate, name, table.Find(name));
    }

    internal TableResult DeleteStatus(InstanceName name, EurekaStatus fallback, long? dirtyTimestamp, bool isReplica)
    {
        var done = table.DeleteStatus(name, fallback, dirtyTimestamp);
        return Told(done, isReplica, ReplicationAction.DeleteStatusOverride, name, table.Find(name));
    }

    internal TableResult SetMetadata(InstanceName name, IEnumerable<KeyValuePair<string, string>> entries)
    {
        var done = table.SetMetadata(name, entries, out var changed);
        return Told(done, isReplica: false, ReplicationAction.Register, name, changed);
    }

    /// <summary>One task of a peer, and the status that answers it.</summary>
    internal (int Status, EurekaInstance? Newer) Take(ReplicationTask task)
    {
        EurekaInstance? newer = null;
        var done = task switch
        {
            { Action: ReplicationAction.Register, Instance: { } instance } => Register(instance, isReplica: true),
            { Action: ReplicationAction.Register } => TableResult.NotFound,
            { Action: ReplicationAction.Heartbeat } => Renew(task.Name, task.DirtyTimestamp, task.Overridden, isReplica: true, out newer),
            { Action: ReplicationAction.Cancel } => Cancel(task.Name, isReplica: true),
            { Action: ReplicationAction.StatusUpdate } => SetStatus(task.Name, task.Status, task.DirtyTimestamp, isReplica: true),
            _ => DeleteStatus(task.Name, task.Status, task.DirtyTimestamp, isReplica: true),
        };
        return ((int)done, newer);
    }

    private TableResult Told(TableResult done, bool isReplica, ReplicationAction action, InstanceName name, EurekaInstance? instance)
    {
        if (done == TableResult.Done && !isReplica)
        {
            tellPeers(new ReplicationTask(
                action,
                name,
                instance?.LastDirtyTimestamp,
                instance?.Status ?? EurekaStatus.Unknown,
                instance?.OverriddenStatus ?? EurekaStatus.Unknown,
                action == ReplicationAction.Register ? instance : null));
        }

        return done;
    }
}
