using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>What facades follow from: the configuration, the listeners that are bound, and what registries know.</summary>
/// <param name="Bound">Ports by listener's name.</param>
internal sealed record FacadeGround(
    GatewayModel Model,
    IReadOnlyDictionary<string, int> Bound,
    ImmutableDictionary<string, NamedServices> Names,
    ChannelPool Pool,
    PluginCatalog Plugins,
    MachineAddresses Machine);

/// <summary>The facades that should be there at one moment, those behind which nobody stands included.</summary>
internal sealed class FacadePlan
{
    /// <summary>Facades of one gateway; each is a registration and a place in memory.</summary>
    internal const int MaxFacades = 100_000;

    private readonly FacadeGround _ground;
    private readonly FacadePorts _ports;
    private readonly Dictionary<string, ImmutableArray<ServiceContract>> _contracts;
    private readonly Dictionary<FacadeKey, PlannedFacade> _facades = [];
    private readonly HashSet<FacadeSite> _sites = [];
    private readonly List<string> _problems = [];

    private FacadePlan(FacadeGround ground, FacadePorts ports)
    {
        _ground = ground;
        _ports = ports;
        _contracts = ground.Model.Contracts.GroupBy(static c => c.Service.Interface, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.ToImmutableArray(), StringComparer.Ordinal);
    }

    internal IReadOnlyDictionary<FacadeKey, PlannedFacade> Facades => _facades;

    /// <summary>Whether a rule still offers such a service at such a place, whoever stands behind it now.</summary>
    internal bool HasPlace(string rule, FacadeKey key) =>
        _sites.Contains(new FacadeSite(rule, key.Registry, key.Protocol, key.Host, key.Port))
        && _ground.Model.Facades.FirstOrDefault(f => f.Name == rule) is { } model
        && ServiceMatching.Takes(FacadeNames.Answers(model), key.Service, string.Empty);

    /// <summary>What keeps services from having a facade; one line each.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    internal static FacadePlan Of(FacadeGround ground, FacadePorts ports)
    {
        var plan = new FacadePlan(ground, ports);
        foreach (var rule in ground.Model.Facades)
        {
            plan.Add(rule);
        }

        return plan;
    }

    private void Add(FacadeModel rule)
    {
        var (from, to) = (_ground.Model.Zones[rule.From], _ground.Model.Zones[rule.To]);
        var shared = new Dictionary<ServiceKey, Offer>();
        var told = new Dictionary<ServiceKey, Offer>();
        foreach (var entry in Entries(rule).Where(e => from.Registries.Contains(e.Registry, StringComparer.Ordinal)))
        {
            var real = entry.Snapshot.Service;
            if (FacadeNames.Takes(rule, real))
            {
                var behind = entry.Endpoints.Count(TakesCalls);
                var offered = FacadeNames.Offered(rule, real);
                Count(shared, offered, real, behind);

                // Its callers know a name and no more: versions and groups of it would be one service to them.
                Count(told, new ServiceKey(offered.Interface, rule.As.Version ?? "", rule.As.Group ?? "", rule.As.UniqueId ?? ""), real, behind);
            }
        }

        foreach (var place in rule.Places)
        {
            var listener = _ground.Model.Listeners.FirstOrDefault(l => l.Name == place.Listener);
            if (listener is null || !_ground.Bound.TryGetValue(listener.Name, out var port))
            {
                continue;
            }

            var namesService = !_ground.Plugins.Listeners.TryGetValue(listener.Protocol, out var factory) || factory.NamesService;
            var host = to.Advertise ?? _ground.Machine.HostOf(listener.Host);
            if (!namesService && rule.Ports is { } range)
            {
                AddOwnPorts(rule, place, listener, host, range, told);
                continue;
            }

            host = namesService ? host : rule.Hostname ?? host;
            _sites.Add(new FacadeSite(rule.Name, place.Registry, listener.Protocol, host, port));
            foreach (var (service, offer) in namesService ? shared : told)
            {
                Add(rule, place.Registry, service, offer, listener, host, port, own: null);
            }
        }
    }

    private void AddOwnPorts(
        FacadeModel rule, FacadePlace place, ListenerModel template, string host, PortRange range, Dictionary<ServiceKey, Offer> offers)
    {
        for (var port = range.First; port <= range.Last; port++)
        {
            _sites.Add(new FacadeSite(rule.Name, place.Registry, template.Protocol, host, port));
        }

        var wanted = offers.Where(static o => o.Value.Behind > 0).Select(static o => o.Key).ToHashSet();
        var without = 0;
        foreach (var (service, offer) in offers.OrderBy(static o => o.Key.ToString(), StringComparer.Ordinal))
        {
            var port = offer.Behind > 0 ? _ports.Give(rule.Name, range, service, wanted) : _ports.Find(rule.Name, service);
            if (port is { } given)
            {
                Add(rule, place.Registry, service, offer, template, host, given, Pinned(template, service, offer, given));
            }
            else if (offer.Behind > 0)
            {
                without++;
            }
        }

        if (without > 0)
        {
            _problems.Add($"facade {rule.Name}: {without} services have no port: the {range.Count} of its range are given; widen it");
        }
    }

    private void Add(
        FacadeModel rule, string registry, in ServiceKey service, Offer offer, ListenerModel listener, string host, int port, ListenerModel? own)
    {
        if (_facades.Count >= MaxFacades)
        {
            if (_problems.Count == 0 || !_problems[^1].StartsWith("there are more", StringComparison.Ordinal))
            {
                _problems.Add($"there are more than {MaxFacades} facades; the others are not published");
            }

            return;
        }

        var serializations = rule.Serializations.IsEmpty && _ground.Plugins.FrameCodecs.TryGetValue(listener.Protocol, out var codec)
            ? [.. codec.Serializations]
            : rule.Serializations;
        var instance = new ServiceInstance
        {
            Service = service,
            Protocol = listener.Protocol,
            Host = host,
            Port = port,
            IsSecure = listener.Settings.ContainsKey("tls.certificate"),
            Application = rule.Application ?? _ground.Model.Id,
            Serializations = serializations,
            Methods = ContractOf(service, offer.Real) is { } contract
                ? [.. contract.Methods.Select(static m => m.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
                : [],
            Metadata = ImmutableDictionary<string, string>.Empty
                .Add(InstanceMarks.Gateway, _ground.Model.Id).Add(InstanceMarks.Origin, rule.From),
        };

        // Of two rules that come to the same the first counts, as with their routes.
        _facades.TryAdd(new FacadeKey(registry, service, listener.Protocol, host, port), new PlannedFacade(rule, instance, offer.Behind, own));
    }

    /// <summary>The template at the service's own port, for requests that are all for the service.</summary>
    private ListenerModel Pinned(ListenerModel template, in ServiceKey service, Offer offer, int port)
    {
        var settings = template.Settings.RemoveRange(template.Settings.Keys.Where(static k => k.StartsWith("hosts.", StringComparison.Ordinal)));
        settings = settings.SetItem("service", service.Interface);
        foreach (var (key, part) in new[] { ("version", service.Version), ("group", service.Group), ("uniqueId", service.UniqueId) })
        {
            settings = part.Length > 0 ? settings.SetItem(key, part) : settings.Remove(key);
        }

        var contract = ContractOf(service, offer.Real)?.Service.Interface;
        settings = contract is not null && contract != service.Interface ? settings.SetItem("contract", contract) : settings.Remove("contract");
        var name = string.Create(CultureInfo.InvariantCulture, $"{template.Name}-{port}");
        return template with { Name = name, Port = port, Settings = settings };
    }

    private IEnumerable<ServiceEntry> Entries(FacadeModel rule) => FacadeNames.IsWhole(rule)
        ? _ground.Names.TryGetValue(rule.Match.Interface ?? string.Empty, out var named) ? named.Entries : []
        : _ground.Names.Values.SelectMany(static n => n.Entries);

    /// <summary>A gateway never counts: two that offer what the other offers would hold each other up with nobody behind.</summary>
    private bool TakesCalls(Endpoint endpoint) =>
        !endpoint.IsGateway && endpoint.WhyNotCallable is null && endpoint.Instance.Weight > 0
        && _ground.Pool.Knows(endpoint.Instance.Protocol) && !_ground.Pool.Own.Contains(endpoint.Instance);

    private ServiceContract? ContractOf(in ServiceKey offered, in ServiceKey real)
    {
        ServiceContract? best = null;
        var bestScore = -1;
        foreach (var name in new[] { offered, real })
        {
            foreach (var contract in _contracts.GetValueOrDefault(name.Interface, []))
            {
                var score = ServiceMatching.Score(name, contract.Service);
                (best, bestScore) = score > bestScore ? (contract, score) : (best, bestScore);
            }
        }

        return best;
    }

    private static void Count(Dictionary<ServiceKey, Offer> offers, in ServiceKey offered, in ServiceKey real, int behind)
    {
        var before = offers.GetValueOrDefault(offered) ?? new Offer(real, 0);
        offers[offered] = before with { Behind = before.Behind + behind };
    }

    /// <param name="Real">A service that is offered so, as its registry names it.</param>
    private sealed record Offer(ServiceKey Real, int Behind);
}
