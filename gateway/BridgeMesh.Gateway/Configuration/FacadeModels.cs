using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Configuration.Binding;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Checks zones and facades against the rest of the configuration and makes their models: what they name must exist, a facade must have a
/// registry that can hold it and a listener that its callers reach, and callers must be able to say which service they mean.
/// </summary>
internal sealed class FacadeModels(ConfigReading reading, PluginCatalog catalog, List<SourceProblem> problems)
{
    /// <summary>Ports of one range; each that is used costs a listener.</summary>
    private const int MaxPorts = 10_000;

    private readonly GatewayConfig _config = reading.Config;
    private readonly ConfigPlaces _places = reading.Places;
    private readonly List<(string Path, PortRange Ports)> _ranges = [];

    public ImmutableDictionary<string, ZoneModel> Zones()
    {
        var known = _config.Registries.Select(static r => r.Name).ToArray();
        foreach (var (name, zone) in _config.Zones)
        {
            var path = $"zones.{name}";
            if (zone.Registries.Count == 0)
            {
                Add($"{path}.registries", $"zone '{name}' has no registry", "add registries: [NAME, …]");
            }

            for (var i = 0; i < zone.Registries.Count; i++)
            {
                if (!known.Contains(zone.Registries[i], StringComparer.Ordinal))
                {
                    Add($"{path}.registries[{i}]", $"no registry is named '{zone.Registries[i]}'", NearMiss.Cure(zone.Registries[i], known));
                }
            }

            if (zone.Advertise is { } host && IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            {
                Add($"{path}.advertise", $"nobody can reach '{host}'", "write the address of this machine that callers of the zone can reach");
            }
        }

        return _config.Zones.ToImmutableDictionary(
            static z => z.Key, static z => new ZoneModel(z.Key, [.. z.Value.Registries], z.Value.Advertise), StringComparer.Ordinal);
    }

    public ImmutableArray<FacadeModel> Facades(ImmutableArray<ListenerModel> listeners, ImmutableArray<ServiceContract> contracts)
    {
        var models = new List<(string Path, FacadeModel Model)>();
        for (var i = 0; i < _config.Facades.Count; i++)
        {
            var path = $"facades[{i}]";
            if (Facade(path, _config.Facades[i], listeners, contracts) is { } model)
            {
                models.Add((path, model));
            }
        }

        CheckNames(models);
        return [.. models.Select(static m => m.Model)];
    }

    /// <summary>The listeners, told which services the host names of facades stand for.</summary>
    public ImmutableArray<ListenerModel> Pin(
        ImmutableArray<ListenerModel> listeners, ImmutableArray<FacadeModel> facades, ImmutableArray<ServiceContract> contracts)
    {
        var pinned = listeners.ToBuilder();
        foreach (var facade in facades.Where(static f => f.Hostname is not null))
        {
            var contract = contracts.FirstOrDefault(c => IsOf(c, facade))?.Service.Interface;
            var name = facade.As.Interface ?? facade.Match.Interface;
            (string Key, string? Value)[] parts =
            [
                ("version", facade.As.Version),
                ("group", facade.As.Group),
                ("uniqueId", facade.As.UniqueId),
                ("contract", contract == name ? null : contract),
            ];
            var query = string.Join('&', parts.Where(static p => p.Value is { Length: > 0 }).Select(static p => $"{p.Key}={p.Value}"));
            for (var i = 0; i < pinned.Count; i++)
            {
                var listener = pinned[i];
                if (!NamesService(listener) && facade.Places.Any(p => p.Listener == listener.Name))
                {
                    var settings = listener.Settings.SetItem($"hosts.{facade.Hostname}", query.Length == 0 ? name ?? string.Empty : $"{name}?{query}");
                    pinned[i] = listener with { Settings = settings };
                }
            }
        }

        return pinned.ToImmutable();
    }

    /// <summary>Null where too little of it makes sense to go on; every problem is told.</summary>
    private FacadeModel? Facade(
        string path, FacadeConfig config, ImmutableArray<ListenerModel> listeners, ImmutableArray<ServiceContract> contracts)
    {
        var from = Zone($"{path}.from", config.From);
        var to = Zone($"{path}.to", config.To);
        if (from is not null && to is not null && from.Registries.FirstOrDefault(r => to.Registries.Contains(r, StringComparer.Ordinal)) is { } both)
        {
            var cure = config.From == config.To ? "name two zones" : "leave it to one of them";
            Add($"{path}.to", $"registry '{both}' is on both sides, so the facade would stand beside what it stands for", cure);
        }

        if (string.IsNullOrEmpty(config.Match.Service))
        {
            Add($"{path}.match", "it names no service", "add match: { service: NAME }, or a prefix that ends in '*'");
            return null;
        }

        var (match, name) = (config.Match, config.As);
        var model = new FacadeModel
        {
            Name = config.Name,
            From = config.From,
            To = config.To,
            Match = new ServiceMatch(match.Service, match.Version, match.Group, match.UniqueId),
            As = new ServiceRewrite(name.Service, name.Version, name.Group, name.UniqueId),
            Application = name.Application,
            Ports = Ports($"{path}.ports", config.Ports),
            Hostname = config.Hostname,
            Serializations = [.. config.Serializations],
            WithdrawAfterMs = config.WithdrawAfterMs,
        };
        if (!FacadeNames.IsWhole(model))
        {
            CheckPrefix(path, config);
        }

        if (model is { Ports: not null, Hostname: not null })
        {
            Add($"{path}.hostname", "callers are told apart by the ports already", "remove hostname or ports");
        }

        return to is null || from is null ? null : model with { Places = Places(path, config, model, to, listeners, contracts) };
    }

    private ZoneConfig? Zone(string path, string name)
    {
        if (_config.Zones.TryGetValue(name, out var zone))
        {
            return zone;
        }

        if (name.Length > 0)
        {
            var cure = _config.Zones.Count == 0 ? "add zones: { NAME: { registries: […] } }" : NearMiss.Cure(name, _config.Zones.Keys.ToArray());
            Add(path, $"no zone is named '{name}'", cure);
        }

        return null;
    }

    private void CheckPrefix(string path, FacadeConfig config)
    {
        var name = config.As;
        foreach (var (key, value) in new[] { ("service", name.Service), ("version", name.Version), ("group", name.Group), ("uniqueId", name.UniqueId) })
        {
            if (value is not null)
            {
                Add($"{path}.as.{key}", $"the services that begin with '{config.Match.Service}' cannot all have one name", "match one service by its whole name");
            }
        }

        if (config.Hostname is not null)
        {
            Add($"{path}.hostname", "a host name leads to one service", "match one service by its whole name, or give ports");
        }
    }

    private PortRange? Ports(string path, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var parts = text.Split('-');
        var first = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var last = int.Parse(parts[^1], CultureInfo.InvariantCulture);
        if (first is 0 or > ushort.MaxValue || last > ushort.MaxValue || last < first || last - first >= MaxPorts)
        {
            Add(path, $"'{text}' is no range of ports", $"write FIRST-LAST, from 1 to 65535 and at most {MaxPorts} of them");
            return null;
        }

        var range = new PortRange(first, last);
        var taken = _config.Listeners.Select((l, i) => ($"listeners[{i}].address", l.Address))
            .Append(("admin.address", _config.Admin.Enabled ? _config.Admin.Address : string.Empty))
            .FirstOrDefault(l => ListenAddress.TryParse(l.Item2, out var address, out _) && range.Contains(address.Port));
        if (taken.Item1 is not null)
        {
            Overlaps(path, taken.Item1);
        }

        var other = _ranges.Find(r => r.Ports.First <= last && first <= r.Ports.Last);
        if (other.Path is not null)
        {
            Overlaps(path, other.Path);
        }

        _ranges.Add((path, range));
        return range;
    }

    private void Overlaps(string path, string other)
    {
        var place = _places.Find(other);
        Add(path, $"a port of the range is that of '{other}' ({place.File}:{place.Line})", "give one of them other ports");
    }

    /// <summary>Every registry of the zone with every listener that its clients can use.</summary>
    private ImmutableArray<FacadePlace> Places(
        string path, FacadeConfig config, FacadeModel model, ZoneConfig to, ImmutableArray<ListenerModel> listeners, ImmutableArray<ServiceContract> contracts)
    {
        var names = listeners.Select(static l => l.Name).ToArray();
        for (var i = 0; i < config.Listeners.Count; i++)
        {
            if (!names.Contains(config.Listeners[i], StringComparer.Ordinal))
            {
                Add($"{path}.listeners[{i}]", $"no listener is named '{config.Listeners[i]}'", NearMiss.Cure(config.Listeners[i], names));
            }
        }

        var asked = config.Listeners.Count > 0;
        var wanted = listeners.Where(l => !asked || config.Listeners.Contains(l.Name, StringComparer.Ordinal)).ToList();
        var taken = to.Registries
            .Select(name => (Name: name, Protocols: Published(name)))
            .ToDictionary(static r => r.Name, static r => r.Protocols, StringComparer.Ordinal);
        if (taken.Count > 0 && taken.Values.All(static p => p is { Count: 0 }))
        {
            Add($"{path}.to", $"no registry of zone '{config.To}' can be written", "add one that can, such as kind eureka or zookeeper");
            return [];
        }

        var places = taken
            .SelectMany(r => wanted.Where(l => r.Value?.Contains(l.Protocol, StringComparer.Ordinal) != false).Select(l => (Registry: r.Key, Listener: l)))
            .ToList();
        foreach (var listener in wanted.Where(l => asked && taken.Count > 0 && !places.Exists(p => p.Listener == l)))
        {
            var message = $"clients of no registry of zone '{config.To}' speak '{listener.Protocol}', as listener '{listener.Name}' does";
            Add($"{path}.listeners", message, "remove it");
        }

        var vague = places.Where(p => !CanBeTold(config, model, p.Listener, contracts)).ToList();
        if (vague.Count > 0 && (asked || vague.Count == places.Count))
        {
            Add($"{path}.listeners",
                $"callers of listener '{vague[0].Listener.Name}' do not name their service, and nothing else tells which they mean",
                "add ports: FIRST-LAST, or hostname: for a single service, or HTTP bindings to every method of its contract");
        }
        else if (places.Count == 0 && !asked && taken.Count > 0)
        {
            var protocols = string.Join(", ", taken.Values.SelectMany(static p => p ?? []).Distinct(StringComparer.Ordinal));
            Add($"{path}.to", $"no listener speaks what clients of zone '{config.To}' do: {protocols}", "add a listener of that protocol");
        }

        if (model.Hostname is not null && !places.Exists(p => !NamesService(p.Listener)))
        {
            Add($"{path}.hostname", "none of its listeners takes callers that a host name tells apart", "remove it, or add an HTTP listener");
        }

        if (model.Ports is not null && !places.Exists(p => !NamesService(p.Listener)))
        {
            Add($"{path}.ports", "none of its listeners takes callers that a port tells apart", "remove it, or add an HTTP listener");
        }

        return [.. places.Except(vague).Select(static p => new FacadePlace(p.Registry, p.Listener.Name))];
    }

    /// <summary>Empty for a registry that is not there, which has been told.</summary>
    private IReadOnlyList<string>? Published(string registry)
    {
        var config = _config.Registries.FirstOrDefault(r => r.Name == registry);
        return config is not null && catalog.Registries.TryGetValue(config.Kind, out var factory)
            ? factory.PublishedProtocols(new RegistrySettings(config.Name, reading.Source.BaseDirectory, config.Settings, TimeProvider.System))
            : [];
    }

    private bool NamesService(ListenerModel listener) => !catalog.Listeners.TryGetValue(listener.Protocol, out var factory) || factory.NamesService;

    /// <summary>Whether a call at the listener tells which service it means: by itself, by its port or host, or by paths that nobody else has.</summary>
    private bool CanBeTold(FacadeConfig config, FacadeModel model, ListenerModel listener, ImmutableArray<ServiceContract> contracts) =>
        NamesService(listener) || config.Ports is not null || model.Hostname is not null
        || (FacadeNames.IsWhole(model) && contracts.Any(c => IsOf(c, model) && c.Methods.All(static m => m.Http is not null)));

    private static bool IsOf(ServiceContract contract, FacadeModel model) =>
        contract.Service.Interface == model.Match.Interface || contract.Service.Interface == model.As.Interface || contract.ProtoName == model.Match.Interface;

    /// <summary>A name that two rules answer to would always lead to the first, and two services at one host name could not be told apart.</summary>
    private void CheckNames(List<(string Path, FacadeModel Model)> models)
    {
        for (var i = 0; i < models.Count; i++)
        {
            var (path, model) = models[i];
            var same = models.Take(i).FirstOrDefault(m => m.Model.Name == model.Name);
            if (same.Path is not null && model.Name.Length > 0)
            {
                Add($"{path}.name", $"the name '{model.Name}' is taken ({PlaceOf(same.Path)})", "give one of them another name");
            }

            var host = models.Take(i).FirstOrDefault(m => model.Hostname is { } name && name.Equals(m.Model.Hostname, StringComparison.OrdinalIgnoreCase));
            if (host.Path is not null)
            {
                Add($"{path}.hostname", $"the host name is that of facade '{host.Model.Name}' ({PlaceOf(host.Path)})", "give one of them another");
            }

            var twin = models.Take(i).FirstOrDefault(m => AnswersTheSame(m.Model, model));
            if (twin.Path is not null)
            {
                var message = $"facade '{twin.Model.Name}' ({PlaceOf(twin.Path)}) answers to the same name";
                Add($"{path}.match", message, "give one of them another name with as:, or remove it");
            }
        }
    }

    /// <summary>The same services may be offered in two zones; another service must not go by their name, nor the same twice in one zone.</summary>
    private static bool AnswersTheSame(FacadeModel a, FacadeModel b)
    {
        if (!FacadeNames.IsWhole(a) || !FacadeNames.IsWhole(b))
        {
            return false;
        }

        var leadsAlike = a.From == b.From && a.Match == b.Match;
        ServiceKey left = ServiceMatching.NameOf(FacadeNames.Answers(a)), right = ServiceMatching.NameOf(FacadeNames.Answers(b));
        return ServiceMatching.Score(left, right) >= 0 && (!leadsAlike || a.To == b.To);
    }

    private string PlaceOf(string path)
    {
        var place = _places.Find(path);
        return $"{place.File}:{place.Line}";
    }

    private void Add(string path, string message, string cure) => problems.Add(_places.Find(path), message, cure);
}
