using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Services;

/// <summary>
/// The instances that are known, and the services that they make. A change rebuilds the services that it touches and no other. For one
/// thread at a time: its owner locks.
/// </summary>
internal sealed class ServiceIndex(InstanceMapping mapping)
{
    private readonly Dictionary<InstanceName, EurekaInstance> _instances = [];
    private readonly Dictionary<ServiceKey, SortedDictionary<string, ServiceInstance>> _services = [];
    private readonly HashSet<ServiceKey> _touched = [];
    private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> _built =
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty;

    internal IReadOnlyCollection<EurekaInstance> Instances => _instances.Values;

    internal void Put(EurekaInstance instance)
    {
        Remove(instance.Name);
        _instances[instance.Name] = instance;
        foreach (var service in mapping.ToServices(instance))
        {
            if (!_services.TryGetValue(service.Service, out var members))
            {
                _services[service.Service] = members = new SortedDictionary<string, ServiceInstance>(StringComparer.Ordinal);
            }

            members[KeyOf(instance.Name)] = service;
            _touched.Add(service.Service);
        }
    }

    internal void Remove(InstanceName name)
    {
        if (!_instances.Remove(name, out var old))
        {
            return;
        }

        foreach (var service in mapping.ToServices(old))
        {
            if (_services.TryGetValue(service.Service, out var members) && members.Remove(KeyOf(name)))
            {
                _touched.Add(service.Service);
            }
        }
    }

    /// <summary>Knows these and no others from now on.</summary>
    internal void Replace(IReadOnlyList<EurekaInstance> instances)
    {
        foreach (var gone in _instances.Keys.Except(instances.Select(static i => i.Name)).ToArray())
        {
            Remove(gone);
        }

        foreach (var instance in instances)
        {
            Put(instance);
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
            var members = _services[service];
            if (members.Count == 0)
            {
                _services.Remove(service);
                built.Remove(service);
                continue;
            }

            ImmutableArray<ServiceInstance> now = [.. members.Values];
            if (!built.TryGetValue(service, out var before) || !before.AsSpan().SequenceEqual(now.AsSpan()))
            {
                built[service] = now;
            }
        }

        _touched.Clear();
        return _built = built.ToImmutable();
    }

    private static string KeyOf(InstanceName name) => $"{name.Id}\n{name.App}";
}
