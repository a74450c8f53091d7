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

    /// <summary>Whether the contract calls some method idempotent.</summary>
    internal bool HasIdempotent { get; } = Contract?.Methods.Any(static m => m.Idempotent) == true;

    /// <summary>Of all services that were looked at. The first that changes makes this one outdated.</summary>
    internal ImmutableArray<Freshness> Sources { get; init; } = [];

    internal bool IsFresh
    {
        get
        {
            foreach (var source in Sources)
            {
                if (source.IsOver)
                {
                    return false;
                }
            }

            return true;
        }
    }
}

/// <summary>
/// Routes, contracts and instances as they are at one moment. Whenever one of them changes another table is swapped in, so a call sees one
/// consistent state. Tables that differ in instances alone share everything else, and what resolved stays resolved. Safe for any thread.
/// </summary>
internal sealed class RoutingTable
{
    private readonly ImmutableArray<RouteModel> _routes;
    private readonly ImmutableArray<string> _registryOrder;
    private readonly FrozenDictionary<string, ImmutableArray<ServiceContract>> _contracts;
    private readonly FrozenDictionary<string, string> _otherNames;
    private readonly FrozenSet<string> _methods;
    private readonly ImmutableDictionary<string, NamedServices> _names;
    private readonly ResolutionCache _cache;
    private readonly ChannelPool _pool;
    private readonly string _zone;
    private readonly PlanCompiler _plans;

    /// <summary>Of what registries have, by their names.</summary>
    internal RoutingTable(GatewayModel model, IReadOnlyDictionary<string, ImmutableArray<ServiceSnapshot>> registries, ChannelPool pool, PlanCompiler plans)
        : this(model, new ServiceDirectory(pool).Replace(registries.Select(static r => RegistryServices.Of(r.Key, r.Value)), renew: false).Names, pool, plans)
    {
    }

    internal RoutingTable(GatewayModel model, ImmutableDictionary<string, NamedServices> names, ChannelPool pool, PlanCompiler plans)
    {
        _pool = pool;
        _zone = model.CalleeZone;
        _routes = model.Routes;
        _methods = _routes.SelectMany(static r => r.Match.Methods.IsDefault ? [] : r.Match.Methods).ToFrozenSet(StringComparer.Ordinal);
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
        _names = names;
        _cache = new ResolutionCache();
    }

    /// <summary>The same routes and contracts with other instances.</summary>
    private RoutingTable(RoutingTable before, DirectoryChange change)
    {
        _pool = before._pool;
        _zone = before._zone;
        _routes = before._routes;
        _methods = before._methods;
        _registryOrder = before._registryOrder;
        Hops = before.Hops;
        Contracts = before.Contracts;
        Plans = before.Plans;
        _plans = before._plans;
        _contracts = before._contracts;
        _otherNames = before._otherNames;
        _names = change.Names;

        // A name that comes or goes may change what other names resolve to, through rewrites and the order of routes. That is rarer by far
        // than a change of instances, and a name costs a microsecond or two to resolve.
        _cache = change.HasOtherNames ? new ResolutionCache() : before._cache;
    }

    internal HopRule Hops { get; }

    /// <summary>What registries have, by interface's name.</summary>
    internal ImmutableDictionary<string, NamedServices> Names => _names;

    internal ImmutableArray<ServiceContract> Contracts { get; }

    /// <summary>Of each contract, in their order.</summary>
    internal ImmutableArray<ContractPlan> Plans { get; }

    internal IEnumerable<(string Registry, ServiceSnapshot Snapshot)> Services =>
        _names.Values.SelectMany(static n => n.Entries).Select(static e => (e.Registry, e.Snapshot));

    /// <summary>With other instances; the change is to be settled once the result is in force.</summary>
    internal RoutingTable With(DirectoryChange change) => new(this, change);

    /// <summary>Services that a caller who names no version reaches: of every name that a contract, a registry or a route has.</summary>
    internal IEnumerable<ExposedService> Exposed()
    {
        var names = _contracts.Keys.Concat(_names.Keys)
            .Concat(_routes.Select(static r => r.Match.Interface).OfType<string>().Where(static i => !i.EndsWith('*')))
            .Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            // A route may take some methods alone.
            var found = _methods.Prepend(string.Empty).Select(m => Resolve(new ServiceKey(name), m, anyVersion: true, out _)).OfType<Resolution>().ToList();
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

        // Methods that no route names are alike.
        var named = _methods.Count > 0 && _methods.Contains(method) ? method : string.Empty;
        var known = _cache.Find(service, named, anyVersion);
        if (known is { IsFresh: true })
        {
            return known;
        }

        var sources = ImmutableArray.CreateBuilder<Freshness>(1);
        var found = Find(service, named, known, sources, out why);
        if (found is null && _otherNames.TryGetValue(service.Interface, out var other))
        {
            // Its name in Java for the one in protobuf, or the other way: registries have the one that its callee goes by.
            found = Find(service with { Interface = other }, named, known, sources, out _);
        }

        if (found is null && anyVersion)
        {
            found = Find(service with { Version = string.Empty }, named, known, sources, out _);
        }

        if (found is not null)
        {
            found = found with { Sources = sources.ToImmutable() };
            _cache.Put(service, named, anyVersion, found);
        }

        return found;
    }

    /// <param name="before">What the service resolved to until it changed; its turn goes on.</param>
    private Resolution? Find(
        in ServiceKey service, string method, Resolution? before, ImmutableArray<Freshness>.Builder sources, out string why)
    {
        var taken = false;
        Resolution? nobody = null;
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
            if (FindEntry(route, asked, sources) is not { } entry)
            {
                continue;
            }

            var endpoints = entry.Endpoints
                .Where(e => (route.Protocol is null || e.Instance.Protocol == route.Protocol) && _pool.Knows(e.Instance.Protocol) && Leads(route, e))
                .ToImmutableArray();
            var callee = NameAtCallee(asked, entry.Snapshot.Service);
            var contract = FindContract(service, asked, callee);
            var found = new Resolution(route, contract, callee, new EndpointSet(endpoints, _zone, _pool.Time, before?.Endpoints.Turn ?? 0))
            {
                Refusals = contract is null || route.Lint == RouteLint.Off || _plans.Of(contract) is not { HasErrors: true } plan ? null : plan,
            };

            // Facades both ways may take the same names, and only one side has the service.
            if (route.Facade is null || !endpoints.IsEmpty)
            {
                why = string.Empty;
                return found;
            }

            nobody ??= found;
        }

        why = nobody is not null ? string.Empty : taken ? $"no registry has the service {service}" : $"no route takes the service {service}";
        return nobody;
    }

    /// <summary>A call must not come back: not to this gateway, and not by a facade to another that may offer the same.</summary>
    private bool Leads(RouteModel route, Endpoint endpoint) =>
        !_pool.Own.Contains(endpoint.Instance) && (route.Facade is null || !endpoint.IsGateway);

    private ServiceEntry? FindEntry(RouteModel route, in ServiceKey asked, ImmutableArray<Freshness>.Builder sources)
    {
        if (!_names.TryGetValue(asked.Interface, out var named))
        {
            return null;
        }

        sources.Add(named.Freshness);
        ServiceEntry? best = null;
        foreach (var registry in route.Registries.IsDefaultOrEmpty ? _registryOrder : route.Registries)
        {
            var bestScore = -1;
            foreach (var entry in named.Entries)
            {
                if (entry.Registry != registry)
                {
                    continue;
                }

                var score = ServiceMatching.Score(asked, entry.Snapshot.Service);
                score = entry.Endpoints.IsEmpty || entry.Endpoints.Any(e => Leads(route, e)) ? score : -1;
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
    private static bool IsBetter(in ServiceKey asked, ServiceEntry entry, int score, ServiceEntry best, int bestScore)
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
}
