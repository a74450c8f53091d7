using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Facades;

/// <summary>What services are called on the two sides of a facade, and the routes that lead from the one name to the other.</summary>
internal static class FacadeNames
{
    /// <summary>Whether the rule names one service, and not all whose names begin alike.</summary>
    internal static bool IsWhole(FacadeModel rule) => rule.Match.Interface is { } name && !name.EndsWith('*');

    /// <summary>Whether the rule offers a service that its zone's registries name so.</summary>
    internal static bool Takes(FacadeModel rule, in ServiceKey real) => ServiceMatching.Takes(rule.Match, real, string.Empty);

    /// <summary>The name under which a service that the rule takes is offered.</summary>
    internal static ServiceKey Offered(FacadeModel rule, in ServiceKey real) => new(
        rule.As.Interface ?? real.Interface,
        rule.As.Version ?? ServiceMatching.VersionOf(real),
        rule.As.Group ?? real.Group,
        rule.As.UniqueId ?? real.UniqueId);

    /// <summary>Callers' names that the rule answers to; parts that are left open take any.</summary>
    internal static ServiceMatch Answers(FacadeModel rule) => new(
        rule.As.Interface ?? rule.Match.Interface,
        rule.As.Version ?? rule.Match.Version,
        rule.As.Group ?? rule.Match.Group,
        rule.As.UniqueId ?? rule.Match.UniqueId)
    {
        IsLoose = true,
    };

    /// <summary>
    /// The written routes that name a whole service, then the facades', then the other written ones. Without facades the order is left alone.
    /// </summary>
    internal static ImmutableArray<RouteModel> Join(
        ImmutableArray<RouteModel> routes, ImmutableArray<FacadeModel> facades, ImmutableDictionary<string, ZoneModel> zones) => facades.IsEmpty
            ? routes
            : [.. routes.Where(NamesOne), .. facades.Select(f => Route(f, zones[f.From])), .. routes.Where(static r => !NamesOne(r))];

    private static bool NamesOne(RouteModel route) => route.Match.Interface is { } name && !name.EndsWith('*');

    private static RouteModel Route(FacadeModel rule, ZoneModel from) => new()
    {
        Name = $"facade-{rule.Name}",
        Facade = rule.Name,
        Match = Answers(rule),
        Registries = from.Registries,
        Rewrite = new ServiceRewrite(
            rule.As.Interface is null ? null : rule.Match.Interface,
            Part(rule.Match.Version, rule.As.Version),
            Part(rule.Match.Group, rule.As.Group),
            Part(rule.Match.UniqueId, rule.As.UniqueId)),
        Lint = RouteLint.Warn,
    };

    /// <summary>A part that has another name outside says nothing inside, unless the rule tells what it is there.</summary>
    private static string? Part(string? inside, string? outside) => inside ?? (outside is null ? null : string.Empty);
}
