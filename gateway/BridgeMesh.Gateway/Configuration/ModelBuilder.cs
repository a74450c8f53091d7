using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration.Binding;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Checks what the keys' own types and ranges cannot: names that must be unique or must exist, ports, what plugins say of their settings.
/// Makes the model that the runtime takes. Adds every problem it finds.
/// </summary>
/// <param name="isReload">Whether problems inside files that plugins read are left to them.</param>
internal sealed class ModelBuilder(ConfigReading reading, PluginCatalog catalog, bool isReload, List<SourceProblem> problems)
{
    private readonly GatewayConfig _config = reading.Config;
    private readonly ConfigPlaces _places = reading.Places;

    /// <summary>To be used only when no problem was added.</summary>
    public GatewayModel Build(ImmutableArray<ServiceContract> contracts)
    {
        var listeners = Listeners();
        var registries = Registries();
        var routes = Routes();
        var parts = new FacadeModels(reading, catalog, problems);
        var zones = parts.Zones();
        var facades = parts.Facades(listeners, contracts);
        return new GatewayModel
        {
            Id = _config.Id ?? MachineId(),
            Listeners = parts.Pin(listeners, facades, contracts),
            Registries = registries,
            Routes = FacadeNames.Join(routes, facades, zones),
            Zones = zones,
            Facades = facades,
            StatePath = Path.GetFullPath(_config.State.Path, Path.GetFullPath(reading.Source.BaseDirectory)),
            Contracts = contracts,
            Upstream = Upstream(),
            Transport = _config.Transport,
            Reactors = _config.Reactors,
            CalleeZone = _config.Upstream.Zone,
            MaxHops = _config.MaxHops,
            DrainMs = _config.DrainMs,
        };
    }

    private ImmutableArray<ListenerModel> Listeners()
    {
        if (_config.Listeners.Count == 0)
        {
            Add("listeners", "there is no listener, so nobody could call", "add one, or remove the key for the built-in ones");
        }

        CheckUnique("listeners", _config.Listeners.Select(l => l.Name));
        var protocols = catalog.FrameCodecs.Keys.Concat(catalog.Listeners.Keys).ToArray();
        var bound = new List<(string Path, ListenAddress Address)>();
        if (_config.Admin.Enabled)
        {
            CheckAddress("admin.address", _config.Admin.Address, bound);
        }

        var models = ImmutableArray.CreateBuilder<ListenerModel>();
        for (var i = 0; i < _config.Listeners.Count; i++)
        {
            var listener = _config.Listeners[i];
            var path = $"listeners[{i}]";
            var address = CheckAddress($"{path}.address", listener.Address, bound);
            var limits = Limits(listener.Limits, $"{path}.limits");
            var host = (address.Address ?? IPAddress.Loopback).ToString(); // A wrong address has been told; its stand-in is not used.
            if (listener.Protocol.Length > 0 && !protocols.Contains(listener.Protocol, StringComparer.Ordinal))
            {
                Add($"{path}.protocol", $"unknown protocol '{listener.Protocol}'", PluginCure(listener.Protocol, protocols));
            }
            else if (catalog.Listeners.TryGetValue(listener.Protocol, out var factory))
            {
                AddAll(path, factory.Check(new ListenerSettings(listener.Name, host, address.Port, limits, listener.Settings)
                {
                    BaseDirectory = reading.Source.BaseDirectory,
                }));
            }
            else
            {
                foreach (var setting in listener.Settings.Keys)
                {
                    Add($"{path}.{setting}", $"listeners of protocol '{listener.Protocol}' have no setting '{setting}'", "remove it");
                }
            }

            var settings = ListenerNumbers(listener, path);
            models.Add(new(listener.Name, listener.Protocol, host, address.Port, limits, settings));
        }

        return models.ToImmutable();
    }

    /// <summary>The listener's settings, with those among them that have keys of their own here.</summary>
    private ImmutableDictionary<string, string> ListenerNumbers(ListenerConfig listener, string path)
    {
        var settings = listener.Settings.ToImmutableDictionary();
        (string Key, int? Value, bool FramedOnly)[] numbers =
        [
            ("maxConnections", listener.MaxConnections, false),
            ("maxInFlight", listener.MaxInFlight, true),
            ("wholeFrameMs", listener.WholeFrameMs, true),
            ("idleCloseMs", listener.IdleCloseMs, true),
        ];
        foreach (var (key, value, framedOnly) in numbers)
        {
            if (value is not { } number)
            {
                continue;
            }

            if (framedOnly && catalog.Listeners.ContainsKey(listener.Protocol))
            {
                Add($"{path}.{key}", $"listeners of protocol '{listener.Protocol}' have no setting '{key}'", "remove it");
            }

            settings = settings.SetItem(key, number.ToString(CultureInfo.InvariantCulture));
        }

        return settings;
    }

    private ImmutableArray<RegistryModel> Registries()
    {
        if (_config.Registries.Count == 0)
        {
            const string Cure = "add one, such as: {name: services, kind: file, path: services.yaml}";
            Add("registries", "there is no registry, so no callee could be found", Cure);
        }

        CheckUnique("registries", _config.Registries.Select(r => r.Name));
        var models = ImmutableArray.CreateBuilder<RegistryModel>();
        for (var i = 0; i < _config.Registries.Count; i++)
        {
            var registry = _config.Registries[i];
            var path = $"registries[{i}]";
            if (catalog.Registries.TryGetValue(registry.Kind, out var factory))
            {
                var directory = reading.Source.BaseDirectory;
                AddAll(path, factory.Check(new RegistrySettings(registry.Name, directory, registry.Settings, TimeProvider.System)));
            }
            else if (registry.Kind.Length > 0)
            {
                Add($"{path}.kind", $"unknown kind of registry '{registry.Kind}'", PluginCure(registry.Kind, catalog.Registries.Keys));
            }

            var guard = registry.Guard ?? (factory is { IsCurated: false } ? new GuardConfig() : new GuardConfig { ConfirmMs = 0 });
            models.Add(new(registry.Name, registry.Kind, registry.Settings.ToImmutableDictionary())
            {
                Guard = guard.ConfirmMs > 0 ? new GuardModel(guard.ShrinkPercent, guard.ConfirmMs) : null,
            });
        }

        return models.ToImmutable();
    }

    private ImmutableArray<RouteModel> Routes()
    {
        if (_config.Routes.Count == 0)
        {
            Add("routes", "there is no route, so no call could go anywhere", "add one, such as: {name: all}");
        }

        CheckUnique("routes", _config.Routes.Select(r => r.Name));
        var registries = _config.Registries.Select(r => r.Name).ToArray();
        var protocols = catalog.FrameCodecs.Keys.Concat(catalog.Channels.Keys).ToArray();
        var models = ImmutableArray.CreateBuilder<RouteModel>();
        for (var i = 0; i < _config.Routes.Count; i++)
        {
            var route = _config.Routes[i];
            var path = $"routes[{i}]";
            for (var r = 0; r < route.Registries.Count; r++)
            {
                var registry = route.Registries[r];
                if (!registries.Contains(registry, StringComparer.Ordinal))
                {
                    Add($"{path}.registries[{r}]", $"no registry is named '{registry}'", NearMiss.Cure(registry, registries));
                }
            }

            if (route.Protocol is { } protocol && !protocols.Contains(protocol, StringComparer.Ordinal))
            {
                Add($"{path}.protocol", $"unknown protocol '{protocol}'", PluginCure(protocol, protocols));
            }

            if (route.TimeoutMs > route.MaxTimeoutMs)
            {
                var at = _places.Has($"{path}.timeoutMs") ? $"{path}.timeoutMs" : $"{path}.maxTimeoutMs";
                Add(at, $"timeoutMs {route.TimeoutMs} exceeds maxTimeoutMs {route.MaxTimeoutMs}", "raise maxTimeoutMs or lower timeoutMs");
            }

            var match = route.Match;
            models.Add(new RouteModel
            {
                Name = route.Name,
                Match = new ServiceMatch(match.Service, match.Version, match.Group, match.UniqueId, [.. match.Methods]),
                Registries = [.. route.Registries],
                Rewrite = new(route.Rewrite.Service, route.Rewrite.Version, route.Rewrite.Group, route.Rewrite.UniqueId),
                Protocol = route.Protocol,
                Lint = route.Lint ?? (match.Service is null or "*" ? RouteLint.Warn : RouteLint.Refuse),
                TimeoutMs = route.TimeoutMs,
                MaxTimeoutMs = route.MaxTimeoutMs,
            });
        }

        return models.ToImmutable();
    }

    private UpstreamModel Upstream()
    {
        var upstream = _config.Upstream;
        if (upstream.ReconnectMs > upstream.MaxReconnectMs)
        {
            var message = $"reconnectMs {upstream.ReconnectMs} exceeds maxReconnectMs {upstream.MaxReconnectMs}";
            Add("upstream.reconnectMs", message, "raise maxReconnectMs or lower reconnectMs");
        }

        var model = new UpstreamModel
        {
            ConnectTimeoutMs = upstream.ConnectTimeoutMs,
            ConnectionsPerInstance = upstream.ConnectionsPerInstance,
            ReconnectMs = upstream.ReconnectMs,
            MaxReconnectMs = upstream.MaxReconnectMs,
            Limits = Limits(upstream.Limits, "upstream.limits"),
            Tls = new UpstreamTls
            {
                Ca = PathOf(upstream.Tls.Ca),
                Certificate = PathOf(upstream.Tls.Certificate),
                Key = PathOf(upstream.Tls.Key),
                ServerName = upstream.Tls.ServerName,
                Verify = upstream.Tls.Verify,
            },
        };

        // Protocols that share a way to connect say the same.
        var channels = new ChannelSettings(model.Limits, model.ConnectTimeoutMs, TimeProvider.System) { Tls = model.Tls };
        AddAll("upstream", [.. catalog.Channels.Values.SelectMany(c => c.Check(channels)).Distinct()]);
        return model;
    }

    private string? PathOf(string? path) =>
        string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, Path.GetFullPath(reading.Source.BaseDirectory));

    private FrameLimits Limits(LimitsConfig limits, string path)
    {
        if (limits.MaxMetadataBytes > limits.MaxFrameBytes)
        {
            var at = _places.Has($"{path}.maxMetadataBytes") ? $"{path}.maxMetadataBytes" : $"{path}.maxFrameBytes";
            var message = $"maxMetadataBytes {limits.MaxMetadataBytes} exceeds maxFrameBytes {limits.MaxFrameBytes}";
            Add(at, message, "metadata is a part of the frame: lower the one or raise the other");
        }

        return new FrameLimits(limits.MaxFrameBytes, limits.MaxMetadataBytes, limits.MaxInFlight);
    }

    private ListenAddress CheckAddress(string path, string text, List<(string Path, ListenAddress Address)> bound)
    {
        if (text.Length == 0 && !_places.Has(path))
        {
            return default; // Left out, which has been told.
        }

        if (!ListenAddress.TryParse(text, out var address, out var problem))
        {
            Add(path, problem.Message, problem.Cure);
            return default;
        }

        var other = bound.Find(b => b.Address.Collides(address));
        if (other.Path is not null)
        {
            var place = _places.Find(other.Path);
            Add(path, $"the port is that of '{other.Path}' ({place.File}:{place.Line})", "give one of them another port");
        }

        bound.Add((path, address));
        return address;
    }

    private void CheckUnique(string list, IEnumerable<string> names)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var i = 0;
        foreach (var name in names)
        {
            if (name.Length > 0 && !first.TryAdd(name, i))
            {
                var place = _places.Find($"{list}[{first[name]}].name");
                Add($"{list}[{i}].name", $"the name '{name}' is taken ({place.File}:{place.Line})", "give one of them another name");
            }

            i++;
        }
    }

    private void AddAll(string path, IReadOnlyList<SettingProblem> found)
    {
        foreach (var problem in found)
        {
            if (problem.File is { } file)
            {
                if (!isReload)
                {
                    problems.Add(new(file, problem.Line, problem.Column, problem.Message, problem.Cure));
                }
            }
            else
            {
                Add($"{path}.{problem.Setting}", problem.Message, problem.Cure);
            }
        }
    }

    private void Add(string path, string message, string cure) => problems.Add(_places.Find(path), message, cure);

    private static string PluginCure(string name, IReadOnlyCollection<string> known) =>
        NearMiss.Of(name, known) is null ? $"{NearMiss.Cure(name, known)}; others need a plugin" : NearMiss.Cure(name, known);

    private static string MachineId()
    {
        var id = new StringBuilder(64);
        foreach (var c in Environment.MachineName.AsSpan()[..Math.Min(64, Environment.MachineName.Length)])
        {
            id.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-');
        }

        return id.Length == 0 ? "bridgemesh" : id.ToString();
    }
}
