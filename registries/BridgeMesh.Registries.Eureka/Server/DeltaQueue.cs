using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// What changed in the last three minutes, each instance once, the newest change last. When more changed than it holds, the oldest are
/// dropped and it says that it is not whole. For one thread at a time: its owner locks. Source of the time:
/// eureka.server.retentionTimeInMSInDeltaQueue.
/// </summary>
internal sealed class DeltaQueue(TimeProvider time)
{
    /// <summary>Changed instances that are kept; past it clients fetch everything, which is less then.</summary>
    internal const int MaxChanges = 50_000;

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(3);

    private readonly LinkedList<(EurekaInstance Instance, long At)> _changes = [];
    private readonly Dictionary<InstanceName, LinkedListNode<(EurekaInstance Instance, long At)>> _byName = [];
    private long? _droppedAt;

    /// <summary>False while a change that some client may not have heard of was dropped.</summary>
    internal bool IsWhole => _droppedAt is not { } at || time.GetElapsedTime(at) > Retention;

    internal void Add(EurekaInstance instance)
    {
        if (_byName.Remove(instance.Name, out var old))
        {
            _changes.Remove(old);
        }

        _byName[instance.Name] = _changes.AddLast((instance, time.GetTimestamp()));
        if (_changes.Count > MaxChanges)
        {
            _droppedAt = time.GetTimestamp();
            DropFirst();
        }
    }

    internal EurekaInstance[] Changes()
    {
        while (_changes.First is { } first && time.GetElapsedTime(first.Value.At) > Retention)
        {
            DropFirst();
        }

        return [.. _changes.Select(static c => c.Instance)];
    }

    private void DropFirst()
    {
        if (_changes.First is { } first)
        {
            _changes.RemoveFirst();
            _byName.Remove(first.Value.Instance.Name);
        }
    }
}
