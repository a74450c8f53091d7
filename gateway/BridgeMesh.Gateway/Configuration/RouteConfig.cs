using System.ComponentModel.DataAnnotations;
using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Which calls go where.</summary>
public sealed record RouteConfig
{
    /// <summary>Unique among routes; letters, digits, dash and underscore, at most 64.</summary>
    [TextRule(TextRuleAttribute.NamePattern, TextRuleAttribute.NameWords)]
    public required string Name { get; init; }

    /// <summary>What the route takes; everything when left out.</summary>
    public MatchConfig Match { get; init; } = new();

    /// <summary>Names of the registries that are asked, in this order; all, in the order of the file, when left out.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>The service's name as the registry and the callee know it.</summary>
    public RewriteConfig Rewrite { get; init; } = new();

    /// <summary>Only instances of this protocol; any when left out.</summary>
    public string? Protocol { get; init; }

    /// <summary>
    /// What becomes of methods that their callees' protocol cannot carry: refuse leaves the configuration out of force, warn refuses their
    /// calls alone, off tries them. Default: refuse where the route's match names a service, else warn.
    /// </summary>
    public RouteLint? Lint { get; init; }

    /// <summary>Time for a call whose caller says none, in ms, 1 to 3,600,000. Dubbo 2.7 consumers say none.</summary>
    [Range(1, 3_600_000)]
    public int TimeoutMs { get; init; } = 3_000;

    /// <summary>Longest time that a caller may ask for, in ms, 1 to 3,600,000; at least <see cref="TimeoutMs"/>.</summary>
    [Range(1, 3_600_000)]
    public int MaxTimeoutMs { get; init; } = 600_000;
}

/// <summary>What a route takes. A part that is left out takes anything; empty text takes only calls that name none.</summary>
public sealed record MatchConfig
{
    /// <summary>A service's whole name, or a prefix that ends in <c>*</c>.</summary>
    [TextRule(@"^[^*\s]*\*?$", "a service's name, or a prefix that ends in '*'")]
    public string? Service { get; init; }

    /// <summary>Version of the service, exactly as the caller says it.</summary>
    public string? Version { get; init; }

    /// <summary>Dubbo's group.</summary>
    public string? Group { get; init; }

    /// <summary>SOFARPC's uniqueId.</summary>
    public string? UniqueId { get; init; }

    /// <summary>Method names; all when left out.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];
}

/// <summary>New parts of a service's name. A part that is left out stays as the caller named it; empty text takes it away.</summary>
public sealed record RewriteConfig
{
    /// <summary>The service's whole name at the registry and the callee.</summary>
    [TextRule(@"^[^*\s]+$", "a service's whole name")]
    public string? Service { get; init; }

    /// <summary>Version of the service at the registry and the callee.</summary>
    public string? Version { get; init; }

    /// <summary>Dubbo's group.</summary>
    public string? Group { get; init; }

    /// <summary>SOFARPC's uniqueId.</summary>
    public string? UniqueId { get; init; }
}
