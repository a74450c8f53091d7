using System.Collections.Concurrent;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// Services that resolved, shared by the tables that differ in instances alone. What was made of a service that has changed since is found
/// here, and known by its freshness. Safe for any thread.
/// </summary>
internal sealed class ResolutionCache
{
    /// <summary>Names that resolved; more distinct ones than this are resolved anew each time.</summary>
    private const int MaxCached = 65_536;

    private readonly ConcurrentDictionary<ServiceKey, Resolution> _exact = new();
    private readonly ConcurrentDictionary<ServiceKey, Resolution> _anyVersion = new();
    private readonly ConcurrentDictionary<(ServiceKey Service, string Method, bool AnyVersion), Resolution> _byMethod = new();
    private int _count;

    /// <param name="method">Empty for all methods that no route names.</param>
    internal Resolution? Find(in ServiceKey service, string method, bool anyVersion)
    {
        if (method.Length > 0)
        {
            return _byMethod.GetValueOrDefault((service, method, anyVersion));
        }

        return (anyVersion ? _anyVersion : _exact).TryGetValue(service, out var known) ? known : null;
    }

    internal void Put(in ServiceKey service, string method, bool anyVersion, Resolution found)
    {
        if (method.Length > 0)
        {
            Put(_byMethod, (service, method, anyVersion), found);
        }
        else
        {
            Put(anyVersion ? _anyVersion : _exact, service, found);
        }
    }

    private void Put<TKey>(ConcurrentDictionary<TKey, Resolution> into, TKey key, Resolution found)
        where TKey : notnull
    {
        if (into.ContainsKey(key))
        {
            into[key] = found;
        }
        else if (Volatile.Read(ref _count) < MaxCached && into.TryAdd(key, found))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
