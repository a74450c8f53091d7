using System.Collections.Immutable;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Whether the protocols of a configuration carry the methods of its contracts: those of the callees that routes and registries name, and
/// those of its listeners. What only running registries know is left to each call.
/// </summary>
internal sealed class RoutePlans
{
    /// <summary>Methods that are told of one route; a contract may have thousands.</summary>
    private const int MaxTold = 20;

    private readonly ConfigReading _reading;
    private readonly GatewayModel _model;
    private readonly List<SourceProblem> _problems;
    private readonly List<string> _notes = [];
    private readonly ImmutableArray<ContractPlan> _plans;
    private readonly Dictionary<string, IReadOnlyList<ServiceSnapshot>?> _known;

    private RoutePlans(ConfigReading reading, PluginCatalog catalog, GatewayModel model, List<SourceProblem> problems)
    {
        _reading = reading;
        _model = model;
        _problems = problems;
        _plans = catalog.Plans.Of(model.Contracts);
        _known = model.Registries.ToDictionary(
            static r => r.Name,
            r => catalog.Registries[r.Kind].Known(new RegistrySettings(r.Name, reading.Source.BaseDirectory, r.Settings, TimeProvider.System)));
    }

    /// <summary>Adds a problem for each method that a route must not lead astray; answers what is worth knowing beside, a line each.</summary>
    public static ImmutableArray<string> Check(ConfigReading reading, PluginCatalog catalog, GatewayModel model, List<SourceProblem> problems)
    {
        var check = new RoutePlans(reading, catalog, model, problems);
        check.CheckRoutes();
        check.CheckListeners();
        return [.. check._notes];
    }

    private void CheckRoutes()
    {
        var found = _model.Routes.Select(static _ => new List<(string Text, LintFinding Error)>()).ToArray();
        var doubtful = new int[_model.Routes.Length];
        foreach (var plan in _plans)
        {
            foreach (var method in plan.Contract.Methods)
            {
                if (Decide(plan.Contract.Service, method.Name) is not (var route, { Count: > 0 } protocols) || _model.Routes[route].Lint == RouteLint.Off)
                {
                    continue;
                }

                // One protocol that carries it is enough to say nothing here: the call finds out which callee it has.
                var errors = protocols.Select(p => (Protocol: p, Error: plan.Error(method, p))).ToList();
                if (errors.TrueForAll(static e => e.Error is not null) && errors[0] is (var protocol, { } error))
                {
                    found[route].Add(($"{plan.Contract.Service} {ContractPlan.Explain(method, protocol, error)}", error));
                }

                var isDoubtful = plan.Verdicts.Any(v =>
                    v.Method == method && protocols.Contains(v.Protocol) && v.Level is LintLevel.Lossy or LintLevel.Ambiguous);
                doubtful[route] += isDoubtful ? 1 : 0;
            }
        }

        for (var i = 0; i < found.Length; i++)
        {
            Tell(i, found[i]);
            if (doubtful[i] > 0)
            {
                _notes.Add($"route {_model.Routes[i].Name}: {doubtful[i]} methods are lossy or ambiguous at their callees; bridgemesh contract lint tells where");
            }
        }
    }

    private void Tell(int route, List<(string Text, LintFinding Error)> found)
    {
        var name = _model.Routes[route].Name;
        foreach (var (text, error) in found.DistinctBy(static f => f.Text).Take(MaxTold))
        {
            if (_model.Routes[route].Lint == RouteLint.Refuse)
            {
                _problems.Add(PlaceOf(route), $"route {name}: {text}", $"{error.Cure}; or set lint: warn, which refuses its calls alone");
            }
            else
            {
                _notes.Add($"route {name}: {text}; calls of it that are translated are refused");
            }
        }

        if (found.Count > MaxTold)
        {
            _notes.Add($"route {name}: {found.Count - MaxTold} more methods cannot be carried");
        }
    }

    /// <summary>A listener that cannot call a method is no fault while others can: one line for each protocol.</summary>
    private void CheckListeners()
    {
        foreach (var protocol in _model.Listeners.Select(static l => l.Protocol).Distinct(StringComparer.Ordinal))
        {
            var errors = _plans.SelectMany(p => p.Contract.Methods.Where(m => p.Error(m, protocol) is not null).Select(m => $"{p.Contract.Service.Interface}.{m.Name}"))
                .Distinct(StringComparer.Ordinal).ToList();
            if (errors.Count > 0)
            {
                var more = errors.Count > 3 ? $" and {errors.Count - 3} more" : string.Empty;
                _notes.Add($"callers by {protocol} cannot call {string.Join(", ", errors.Take(3))}{more}; bridgemesh contract lint --protocol {protocol} tells why");
            }
        }
    }

    /// <summary>The route that takes calls of a method, and the protocols of their callees; no protocols where only running registries know.</summary>
    private (int Route, IReadOnlyList<string> Protocols) Decide(in Exchanges.ServiceKey service, string method)
    {
        for (var i = 0; i < _model.Routes.Length; i++)
        {
            var route = _model.Routes[i];
            if (!ServiceMatching.Takes(route.Match, service, method))
            {
                continue;
            }

            if (route.Protocol is { } only)
            {
                return (i, [only]);
            }

            var asked = new Exchanges.ServiceKey(
                route.Rewrite.Interface ?? service.Interface,
                route.Rewrite.Version ?? service.Version,
                route.Rewrite.Group ?? service.Group,
                route.Rewrite.UniqueId ?? service.UniqueId);
            var registries = route.Registries.IsDefaultOrEmpty ? _model.Registries.Select(static r => r.Name) : route.Registries;
            foreach (var registry in registries)
            {
                if (_known[registry] is not { } services)
                {
                    return (i, []);
                }

                var protocols = services.Where(s => ServiceMatching.Score(asked, s.Service) >= 0).SelectMany(static s => s.Instances)
                    .Select(static n => n.Protocol).Distinct(StringComparer.Ordinal).ToList();
                if (protocols.Count > 0)
                {
                    return (i, protocols);
                }
            }
        }

        return (-1, []);
    }

    private YamlMark PlaceOf(int route)
    {
        if (_model.Routes[route].Facade is { } facade)
        {
            return _reading.Places.Find($"facades[{_reading.Config.Facades.Select(static f => f.Name).ToList().IndexOf(facade)}]");
        }

        route = _reading.Config.Routes.Select(static r => r.Name).ToList().IndexOf(_model.Routes[route].Name);
        string[] keys = ["lint", "protocol", "match.service", "match", "name"];
        var path = keys.Select(k => $"routes[{route}].{k}").FirstOrDefault(_reading.Places.Has) ?? $"routes[{route}]";
        return _reading.Places.Find(path);
    }
}
