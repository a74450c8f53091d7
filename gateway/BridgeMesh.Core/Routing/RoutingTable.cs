using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Routing;

/// <summary>Where the calls of one service go.</summary>
internal sealed record Resolution(RouteModel Route, ServiceContract? Contract, ServiceKey CalleeService, EndpointSet Endpoints)
{
    /// <summary>For calls that keep their bytes but reach a service of another name.</summary>
    internal SplicePatch Splice { get; } = new() { Service = CalleeService };

    /// <summary>Plans of the contract where some protocol cannot carry some method and the route looks at that; null elsewhere.</summary>
    internal ContractPlan? Refusals { get; init; }
}

/// <summary>
/// Routes, contracts and instances as they are at one moment. Built whenever one of them changes and swapped in whole, so a call sees one
/// consistent state. Safe for any thread.
/// </summary>
internal sealed class RoutingTable
{
    /// <summary>Names that resolved; more distinct ones than this are resolved anew each time.</summary>
    private const int MaxCached = 65_536;

    private readonly ImmutableArray<RouteModel> _routes;
    private readonly ImmutableArray<string> _registryOrder;
    private readonly FrozenDictionary<string, ImmutableArray<ServiceContract>> _contracts;
    private readonly FrozenDictionary<(string Registry, string Interface), ImmutableArray<Entry>> _entries;
    private readonly FrozenDictionary<string, string> _otherNames;
    private readonly bool _byMethod;
    private readonly ConcurrentDictionary<ServiceKey, Resolution> _cache = new();
    private readonly ConcurrentDictionary<ServiceKey, Resolution> _anyVersionCache = new();
    private readonly ChannelPool _pool;
    private readonly PlanCompiler _plans;
    private int _cached;

    internal RoutingTable(GatewayModel model, IReadOnlyDictionary<string, ImmutableArray<ServiceSnapshot>> registries, ChannelPool pool, PlanCompiler plans)
    {
        _pool = pool;
        _routes = model.Routes;
        _byMethod = _routes.Any(r => !r.Match.Methods.IsDefaultOrEmpty);
        _registryOrder = [.. model.Registries.Select(r => r.Name)];
        Hops = new HopRule(model.Id, model.MaxHops);
        Contracts = model.Contracts;
        Plans = plans.Of(model.Contracts);
        _plans = plans;
        var named = model.Contracts.Where(static c => c.ProtoName is not null && c.ProtoName != c.Service.Interface).ToList();
        _contracts = model.Contracts.Select(static c => (Name: c.Service.Interface, Contract: c))
            .Concat(named.Select(static c => (Name: c.ProtoName ?? string.Empty, Contract: c)))
            .GroupBy(static c => c.Name, static c => c.Contract, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        _otherNames = named.Select(static c => (Java: c.Service.Interface, Proto: c.ProtoName ?? string.Empty))
            .SelectMany(static n => new[] { (n.Java, n.Proto), (n.Proto, n.Java) })
            .DistinctBy(static n => n.Item1).ToFrozenDictionary(static n => n.Item1, static n => n.Item2, StringComparer.Ordinal);
        _entries = registries
            .SelectMany(r => r.Value.Select(s => (Registry: r.Key, Entry: new Entry(s, [.. s.Instances.Select(i => new Endpoint(i, pool))]))))
            .GroupBy(e => (e.Registry, e.Entry.Snapshot.Service.Interface))
            .ToFrozenDictionary(g => g.Key, g => g.Select(e => e.Entry).ToImmutableArray());
    }

    internal HopRule Hops { get; }

    internal ImmutableArray<ServiceContract> Contracts { get; }

    /// <summary>Of each contract, in their order.</summary>
    internal ImmutableArray<ContractPlan> Plans { get; }

    internal IEnumerable<(string Registry, ServiceSnapshot Snapshot)> Services =>
        _entries.SelectMany(e => e.Value.Select(x => (e.Key.Registry, x.Snapshot)));

    internal IEnumerable<ServiceInstance> Instances => _entries.Values.SelectMany(e => e).SelectMany(e => e.Snapshot.Instances);

    /// <summary>Services that a caller who names no version reaches: of every name that a contract, a registry or a route has.</summary>
    internal IEnumerable<ExposedService> Exposed()
    {
        var names = _contracts.Keys.Concat(_entries.Keys.Select(static k => k.Interface))
            .Concat(_routes.Select(static r => r.Match.Interface).OfType<string>().Where(static i => !i.EndsWith('*')))
            .Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            // A route may take some methods alone.
            var methods = _byMethod ? _routes.SelectMany(static r => r.Match.Methods.IsDefault ? [] : r.Match.Methods).Prepend(string.Empty) : [string.Empty];
            var found = methods.Select(m => Resolve(new ServiceKey(name), m, anyVersion: true, out _)).OfType<Resolution>().ToList();
            if (found.Count > 0)
            {
                yield return new ExposedService(name, found[0].Contract, found.Exists(static f => !f.Endpoints.IsEmpty));
            }
        }
    }

    /// <summary>
    /// Methods of contracts that none of their callees' protocols carries, though routes lead there; one for each protocol.
    /// </summary>
    internal IEnumerable<RefusedMethod> Refused()
    {
        foreach (var plan in Plans.Where(static p => p.HasErrors))
        {
            foreach (var method in plan.Contract.Methods)
            {
                if (Resolve(plan.Contract.Service, method.Name, anyVersion: true, out _) is not { Refusals: { } refusals } target)
                {
                    continue;
                }

                foreach (var protocol in target.Endpoints.Endpoints.Select(static e => e.Instance.Protocol).Distinct(StringComparer.Ordinal))
                {
                    if (refusals.WhyNot(method, protocol) is { } why)
                    {
                        yield return new RefusedMethod(plan.Contract.Service.ToString(), method.ToString(), protocol, why);
                    }
                }
            }
        }
    }

    /// <summary>Null when no route takes the call or no registry has the service; <paramref name="why"/> then says which.</summary>
    /// <param name="anyVersion">Whether another version will do when there is none of the version named.</param>
    internal Resolution? Resolve(in ServiceKey service, string method, bool anyVersion, out string why)
    {
        why = string.Empty;
        var cache = anyVersion ? _anyVersionCache : _cache;
        if (!_byMethod && cache.TryGetValue(service, out var known))
        {
            return known;
        }

        var found = Find(service, method, out why);
        if (found is null && _otherNames.TryGetValue(service.Interface, out var other))
        {
            // Its name in Java for the one in protobuf, or the other way: registries have the one that its callee goes by.
            found = Find(service with { Interface = other }, method, out _);
        }

        if (found is null && anyVersion)
        {
            found = Find(service with { Version = string.Empty }, method, out _);
        }

        if (found is not null && !_byMethod && Volatile.Read(ref _cached) < MaxCached && cache.TryAdd(service, found))
        {
            Interlocked.Increment(ref _cached);
        }

        return found;
    }

    private Resolution? Find(in ServiceKey service, string method, out string why)
    {
        var taken = false;
        foreach (var route in _routes)
        {
            if (!ServiceMatching.Takes(route.Match, service, method))
            {
                continue;
            }

            taken = true;
            var rewrite = route.Rewrite;
            var asked = new ServiceKey(
                rewrite.Interface ?? service.Interface,
                rewrite.Version ?? service.Version,
                rewrite.Group ?? service.Group,
                rewrite.UniqueId ?? service.UniqueId);
            if (FindEntry(route, asked) is { } entry)
            {
                why = string.Empty;
                var endpoints = entry.Endpoints
                    .Where(e => (route.Protocol is null || e.Instance.Protocol == route.Protocol) && _pool.Knows(e.Instance.Protocol))
                    .ToImmutableArray();
                var callee = NameAtCallee(asked, entry.Snapshot.Service);
                var contract = FindContract(service, asked, callee);
                return new Resolution(route, contract, callee, new EndpointSet(endpoints))
                {
                    Refusals = contract is null || route.Lint == RouteLint.Off || _plans.Of(contract) is not { HasErrors: true } plan ? null : plan,
                };
            }
        }

        why = taken ? $"no registry has the service {service}" : $"no route takes the service {service}";
        return null;
    }

    private Entry? FindEntry(RouteModel route, in ServiceKey asked)
    {
        Entry? best = null;
        foreach (var registry in route.Registries.IsDefaultOrEmpty ? _registryOrder : route.Registries)
        {
            if (!_entries.TryGetValue((registry, asked.Interface), out var entries))
            {
                continue;
            }

            var bestScore = -1;
            foreach (var entry in entries)
            {
                var score = ServiceMatching.Score(asked, entry.Snapshot.Service);
                if (score >= 0 && (best is null || IsBetter(asked, entry, score, best, bestScore)))
                {
                    best = entry;
                    bestScore = score;
                }
            }

            if (best is { Endpoints.IsEmpty: false })
            {
                return best;
            }
        }

        return best;
    }

    // The closer name counts; of two alike an entry without instances serves nobody.
    private static bool IsBetter(in ServiceKey asked, Entry entry, int score, Entry best, int bestScore)
    {
        if (score != bestScore)
        {
            return score > bestScore;
        }

        return entry.Endpoints.IsEmpty == best.Endpoints.IsEmpty
            ? ServiceMatching.Compare(asked, entry.Snapshot.Service, best.Snapshot.Service) < 0
            : best.Endpoints.IsEmpty;
    }

    /// <summary>The contract of what was asked for; where that leaves a part open, of what the callee is.</summary>
    private ServiceContract? FindContract(in ServiceKey service, in ServiceKey asked, in ServiceKey callee)
    {
        ServiceContract? best = null;
        var bestScore = -1;
        foreach (var name in new[] { service, asked, callee })
        {
            if (!_contracts.TryGetValue(name.Interface, out var contracts))
            {
                continue;
            }

            foreach (var contract in contracts)
            {
                var score = ServiceMatching.Score(name with { Interface = contract.Service.Interface }, contract.Service);
                if (score > bestScore || (score == bestScore && best is { } other && name.Interface == other.Service.Interface
                    && ServiceMatching.Compare(callee, contract.Service, other.Service) < 0))
                {
                    best = contract;
                    bestScore = score;
                }
            }
        }

        return best;
    }

    /// <summary>What the registry says of a part is what the callee calls it; what it leaves out stays as it was asked for.</summary>
    private static ServiceKey NameAtCallee(in ServiceKey asked, in ServiceKey offered) => new(
        asked.Interface,
        offered.Version.Length > 0 ? offered.Version : ServiceMatching.Plain(asked.Version),
        offered.Group.Length > 0 ? offered.Group : ServiceMatching.Plain(asked.Group),
        offered.UniqueId.Length > 0 ? offered.UniqueId : ServiceMatching.Plain(asked.UniqueId));

    private sealed record Entry(ServiceSnapshot Snapshot, ImmutableArray<Endpoint> Endpoints);
}
