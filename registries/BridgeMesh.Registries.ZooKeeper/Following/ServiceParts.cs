using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>Services put together from what each part says, built anew only where a part changed. For one thread.</summary>
internal sealed class ServiceParts
{
    private readonly Dictionary<string, ImmutableArray<ServiceInstance>> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<ServiceKey, SortedSet<string>> _partsOf = [];
    private readonly HashSet<ServiceKey> _touched = [];
    private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> _built = ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty;

    internal void Put(string part, ImmutableArray<ServiceInstance> instances)
    {
        var before = _parts.GetValueOrDefault(part, []);
        if (before.AsSpan().SequenceEqual(instances.AsSpan()))
        {
            return;
        }

        foreach (var service in before.Select(static i => i.Service).Distinct())
        {
            _partsOf[service].Remove(part);
            _touched.Add(service);
        }

        if (instances.IsEmpty)
        {
            _parts.Remove(part);
        }
        else
        {
            _parts[part] = instances;
        }

        foreach (var service in instances.Select(static i => i.Service).Distinct())
        {
            if (!_partsOf.TryGetValue(service, out var parts))
            {
                _partsOf[service] = parts = new SortedSet<string>(StringComparer.Ordinal);
            }

            parts.Add(part);
            _touched.Add(service);
        }
    }

    /// <summary>All services. One whose last instance went is gone with it.</summary>
    internal ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Build()
    {
        if (_touched.Count == 0)
        {
            return _built;
        }

        var built = _built.ToBuilder();
        foreach (var service in _touched)
        {
            if (_partsOf[service].Count == 0)
            {
                _partsOf.Remove(service);
                built.Remove(service);
                continue;
            }

            var now = Members(service);
            if (!built.TryGetValue(service, out var before) || !before.AsSpan().SequenceEqual(now.AsSpan()))
            {
                built[service] = now;
            }
        }

        _touched.Clear();
        return _built = built.ToImmutable();
    }

    /// <summary>
    /// One for each protocol and address, the one that started last: a provider that was killed and came back stands there twice until the
    /// session of its former life has expired.
    /// </summary>
    private ImmutableArray<ServiceInstance> Members(ServiceKey service)
    {
        var members = new SortedDictionary<string, ServiceInstance>(StringComparer.Ordinal);
        foreach (var instance in _partsOf[service].SelectMany(p => _parts[p]).Where(i => i.Service == service))
        {
            var name = $"{instance.Host}:{instance.Port} {instance.Protocol}";
            if (!members.TryGetValue(name, out var other) || Nullable.Compare(other.StartedAt, instance.StartedAt) <= 0)
            {
                members[name] = instance;
            }
        }

        return [.. members.Values];
    }
}
