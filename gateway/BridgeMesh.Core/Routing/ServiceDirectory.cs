using System.Collections.Immutable;
using BridgeMesh.Core.Channels;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// The services of all registries, kept through changes at a cost that grows with the change and not with what is known: an instance that
/// stays as it was keeps its endpoint, and with it its connection. Not safe for two threads at a time; what it hands out is.
/// </summary>
internal sealed class ServiceDirectory(ChannelPool pool)
{
    private readonly Dictionary<(string Registry, ServiceKey Service), ServiceEntry> _entries = [];
    private ImmutableDictionary<string, NamedServices> _names = ImmutableDictionary<string, NamedServices>.Empty;

    internal DirectoryChange Apply(IEnumerable<RegistryServices> told)
    {
        var work = new Work(pool);
        foreach (var registry in told)
        {
            foreach (var (service, snapshot) in registry.Changes)
            {
                Apply(work, registry.Name, service, snapshot);
            }
        }

        return Finish(work);
    }

    /// <summary>Takes what there is now for all there is: registries that are not named have gone, and so have services.</summary>
    /// <param name="renew">Whether instances get other endpoints, because the way to them has changed.</param>
    internal DirectoryChange Replace(IEnumerable<RegistryServices> all, bool renew)
    {
        var work = new Work(pool) { Renews = renew };
        var gone = _entries.Keys.ToHashSet();
        foreach (var registry in all)
        {
            foreach (var (service, snapshot) in registry.Changes)
            {
                gone.Remove((registry.Name, service));
                Apply(work, registry.Name, service, snapshot);
            }
        }

        foreach (var (registry, service) in gone)
        {
            Apply(work, registry, service, null);
        }

        return Finish(work);
    }

    private void Apply(Work work, string registry, in ServiceKey service, ServiceSnapshot? snapshot)
    {
        var old = _entries.GetValueOrDefault((registry, service));
        if (snapshot is null)
        {
            if (old is not null)
            {
                _entries.Remove((registry, service));
                work.Removed(old);
            }

            return;
        }

        if (old is not null && ReferenceEquals(old.Snapshot, snapshot) && !work.Renews)
        {
            return;
        }

        var entry = new ServiceEntry(registry, snapshot, work.Endpoints(old, snapshot));
        _entries[(registry, service)] = entry;
        work.Put(old, entry);
    }

    private DirectoryChange Finish(Work work)
    {
        var names = _names.ToBuilder();
        var outdated = new List<Freshness>();
        var hasOtherNames = false;
        foreach (var (name, change) in work.Names)
        {
            var old = _names.GetValueOrDefault(name);
            var entries = ImmutableArray.CreateBuilder<ServiceEntry>((old?.Entries.Length ?? 0) + change.Count);
            foreach (var entry in old?.Entries ?? [])
            {
                // In its place, so that the order is not that of the changes.
                if (!change.Remove((entry.Registry, entry.Snapshot.Service), out var other))
                {
                    entries.Add(entry);
                }
                else if (other is not null)
                {
                    entries.Add(other);
                }
            }

            entries.AddRange(change.Values.OfType<ServiceEntry>());
            var isSame = old is not null && HasSameEndpoints(old.Entries, entries);
            if (!isSame && old is not null)
            {
                outdated.Add(old.Freshness);
            }

            hasOtherNames |= (old is null) != (entries.Count == 0);
            if (entries.Count == 0)
            {
                names.Remove(name);
            }
            else
            {
                names[name] = new NamedServices(entries.ToImmutable(), isSame && old is not null ? old.Freshness : new Freshness());
            }
        }

        _names = names.ToImmutable();
        return new DirectoryChange(_names, work.Names.Count == 0, hasOtherNames, work.HasOtherProtocols, outdated, work.Released);
    }

    private static bool HasSameEndpoints(ImmutableArray<ServiceEntry> before, ImmutableArray<ServiceEntry>.Builder after)
    {
        if (before.Length != after.Count)
        {
            return false;
        }

        for (var i = 0; i < before.Length; i++)
        {
            if (before[i].Endpoints != after[i].Endpoints || before[i].Snapshot.Service != after[i].Snapshot.Service)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What one change comes to.</summary>
    private sealed class Work(ChannelPool pool)
    {
        internal bool Renews { get; init; }

        internal Dictionary<string, Dictionary<(string Registry, ServiceKey Service), ServiceEntry?>> Names { get; } = new(StringComparer.Ordinal);

        internal List<Endpoint> Released { get; } = [];

        internal bool HasOtherProtocols { get; private set; }

        internal void Removed(ServiceEntry old)
        {
            Released.AddRange(old.Endpoints);
            HasOtherProtocols = true;
            Of(old.Snapshot.Service.Interface)[(old.Registry, old.Snapshot.Service)] = null;
        }

        internal void Put(ServiceEntry? old, ServiceEntry entry)
        {
            HasOtherProtocols |= old is null || !HasSameProtocols(old.Endpoints, entry.Endpoints);
            Of(entry.Snapshot.Service.Interface)[(entry.Registry, entry.Snapshot.Service)] = entry;
        }

        /// <summary>Those of before where their instances are as they were, in the new order; others are made, or let go.</summary>
        internal ImmutableArray<Endpoint> Endpoints(ServiceEntry? old, ServiceSnapshot snapshot)
        {
            if (old is null)
            {
                return [.. snapshot.Instances.Select(i => new Endpoint(i, pool))];
            }

            if (Renews)
            {
                Released.AddRange(old.Endpoints);
                return [.. snapshot.Instances.Select(i => new Endpoint(i, pool))];
            }

            if (HasSameInstances(old.Endpoints, snapshot.Instances))
            {
                return old.Endpoints;
            }

            var known = new Dictionary<(string Protocol, string Host, int Port), Endpoint>(old.Endpoints.Length);
            foreach (var endpoint in old.Endpoints)
            {
                if (!known.TryAdd(AddressOf(endpoint.Instance), endpoint))
                {
                    Released.Add(endpoint);
                }
            }

            var endpoints = ImmutableArray.CreateBuilder<Endpoint>(snapshot.Instances.Length);
            foreach (var instance in snapshot.Instances)
            {
                var address = AddressOf(instance);
                var keeps = known.TryGetValue(address, out var endpoint) && endpoint.Instance.Equals(instance) && known.Remove(address);
                endpoints.Add(keeps && endpoint is not null ? endpoint : new Endpoint(instance, pool));
            }

            Released.AddRange(known.Values);
            return endpoints.MoveToImmutable();
        }

        private static (string Protocol, string Host, int Port) AddressOf(ServiceInstance instance) =>
            (instance.Protocol, instance.Host, instance.Port);

        private static bool HasSameInstances(ImmutableArray<Endpoint> endpoints, ImmutableArray<ServiceInstance> instances)
        {
            if (endpoints.Length != instances.Length)
            {
                return false;
            }

            for (var i = 0; i < instances.Length; i++)
            {
                if (!endpoints[i].Instance.Equals(instances[i]))
                {
                    return false;
                }
            }

            return true;
        }

        private static bool HasSameProtocols(ImmutableArray<Endpoint> before, ImmutableArray<Endpoint> after) =>
            before == after
            || before.Select(static e => e.Instance.Protocol).ToHashSet(StringComparer.Ordinal).SetEquals(after.Select(static e => e.Instance.Protocol));

        private Dictionary<(string Registry, ServiceKey Service), ServiceEntry?> Of(string name)
        {
            if (!Names.TryGetValue(name, out var changes))
            {
                Names[name] = changes = [];
            }

            return changes;
        }
    }
}

/// <summary>Services that a registry tells of.</summary>
/// <param name="Name">The registry's.</param>
/// <param name="Changes">Each service and what it is now; null when it has gone.</param>
internal sealed record RegistryServices(string Name, IReadOnlyCollection<KeyValuePair<ServiceKey, ServiceSnapshot?>> Changes)
{
    internal static RegistryServices Of(string name, ImmutableArray<ServiceSnapshot> snapshots) =>
        new(name, [.. snapshots.Select(static s => KeyValuePair.Create(s.Service, (ServiceSnapshot?)s))]);
}

/// <summary>The services after a change, and what is to be done once a table of them is in force.</summary>
/// <param name="Names">By the interface's name.</param>
/// <param name="IsEmpty">Nothing is other than it was.</param>
/// <param name="HasOtherNames">A name came or went.</param>
/// <param name="HasOtherProtocols">A service came or went, or its instances speak other protocols than before.</param>
internal sealed record DirectoryChange(
    ImmutableDictionary<string, NamedServices> Names,
    bool IsEmpty,
    bool HasOtherNames,
    bool HasOtherProtocols,
    IReadOnlyList<Freshness> Outdated,
    IReadOnlyList<Endpoint> Released)
{
    /// <summary>Ends what was made of the services that changed, and lets go of the ways to instances that went.</summary>
    internal void Settle()
    {
        foreach (var freshness in Outdated)
        {
            freshness.End();
        }

        foreach (var endpoint in Released)
        {
            endpoint.Release();
        }
    }
}
