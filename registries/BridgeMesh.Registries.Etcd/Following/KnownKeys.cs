using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Etcd.Instances;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd.Following;

/// <summary>
/// All keys below the prefix, with the services that they make. A change rebuilds the services that it touches and no other. A value that
/// cannot be read is told once and counts as no instance. For one thread.
/// </summary>
internal sealed class KnownKeys(EtcdOptions options, RegistrySettings settings)
{
    /// <summary>Keys that are kept; a prefix with more is not followed.</summary>
    internal const int MaxKeys = 500_000;

    /// <summary>Broken keys that are told of one by one until all are right again.</summary>
    internal const int MaxTold = 20;

    /// <summary>Characters of a key that are told.</summary>
    private const int MaxShown = 200;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<ServiceKey, SortedDictionary<string, ServiceInstance>> _services = [];
    private readonly HashSet<ServiceKey> _touched = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private int _told;
    private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> _built =
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty;

    /// <summary>Those that cannot be read too.</summary>
    internal int Count => _entries.Count;

    /// <summary>Revision in which the youngest of them was put; 0 without any. Looks at all.</summary>
    internal long Newest()
    {
        var newest = 0L;
        foreach (var entry in _entries.Values)
        {
            newest = Math.Max(newest, entry.ModRevision);
        }

        return newest;
    }

    internal void Put(KeyValue change)
    {
        if (_entries.TryGetValue(change.Key, out var old))
        {
            TakeOut(change.Key, old);
        }

        var instance = Read(change, out var problem);
        _entries[change.Key] = new Entry(change.ModRevision, instance);
        if (instance is null)
        {
            TellBroken(change.Key, problem);
            return;
        }

        if (_broken.Remove(change.Key))
        {
            TellMended();
        }

        if (!_services.TryGetValue(instance.Service, out var members))
        {
            _services[instance.Service] = members = new SortedDictionary<string, ServiceInstance>(StringComparer.Ordinal);
        }

        members[change.Key] = instance;
        _touched.Add(instance.Service);
    }

    internal void Remove(string key)
    {
        if (_entries.Remove(key, out var old))
        {
            TakeOut(key, old);
            if (_broken.Remove(key))
            {
                TellMended();
            }
        }
    }

    /// <summary>Knows these and no others from now on.</summary>
    /// <param name="isSameStore">A key of the revision that is known has the value that is known; another store counts on its own.</param>
    internal void Replace(List<KeyValue> keys, bool isSameStore)
    {
        var now = keys.Select(static k => k.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _entries.Keys.Where(k => !now.Contains(k)).ToArray())
        {
            Remove(gone);
        }

        foreach (var key in keys)
        {
            if (!isSameStore || !_entries.TryGetValue(key.Key, out var old) || old.ModRevision != key.ModRevision)
            {
                Put(key);
            }
        }
    }

    /// <summary>All services; the same object while nothing changed. One whose last instance went is gone with it.</summary>
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

    private ServiceInstance? Read(KeyValue change, out string problem)
    {
        var named = InstanceKey.Read(options.Prefix, Convert.FromBase64String(change.Key), out problem);
        return named is null ? null : InstanceValue.Read(change.Value, named, options.Zone, out problem);
    }

    private void TakeOut(string key, Entry old)
    {
        if (old.Instance is { } instance && _services[instance.Service].Remove(key))
        {
            _touched.Add(instance.Service);
        }
    }

    private void TellBroken(string key, string problem)
    {
        if (!_broken.Add(key) || _told > MaxTold)
        {
            return;
        }

        var name = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(key));
        name = name.Length > MaxShown ? name[..MaxShown] + "…" : name;
        settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, ++_told <= MaxTold
            ? $"{name} is skipped: {problem}"
            : "further keys are skipped and not told of until all can be read again"));
    }

    private void TellMended()
    {
        if (_broken.Count == 0)
        {
            _told = 0;
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, "all keys can be read again"));
        }
    }

    private readonly record struct Entry(long ModRevision, ServiceInstance? Instance);
}
