using System.ComponentModel.DataAnnotations;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Which services of one zone are offered in another zone's registries, by this gateway in their place.</summary>
public sealed record FacadeConfig
{
    /// <summary>Unique among facades; letters, digits, dash and underscore, at most 64.</summary>
    [TextRule(TextRuleAttribute.NamePattern, TextRuleAttribute.NameWords)]
    public required string Name { get; init; }

    /// <summary>Zone in which the services are.</summary>
    public required string From { get; init; }

    /// <summary>Zone in whose registries they are offered.</summary>
    public required string To { get; init; }

    /// <summary>The services, as the registries of <see cref="From"/> name them.</summary>
    public FacadeMatchConfig Match { get; init; } = new();

    /// <summary>The name under which they are offered; their own when left out. Another name only where the match names a whole service.</summary>
    public FacadeNameConfig As { get; init; } = new();

    /// <summary>
    /// Names of the listeners by which they are offered. Default: all whose protocol the clients of the zone's registries speak; HTTP ones
    /// only where callers can be told apart by <see cref="Ports"/>, <see cref="Hostname"/> or the paths of the service's contract.
    /// </summary>
    public IReadOnlyList<string> Listeners { get; init; } = [];

    /// <summary>
    /// Ports for HTTP callers, who do not name their service: each service has one of its own, which it keeps. A range such as
    /// <c>18100-18199</c>, at most 10,000.
    /// </summary>
    [TextRule("^[0-9]{1,5}(-[0-9]{1,5})?$", "a port, or a range of ports such as 18100-18199")]
    public string? Ports { get; init; }

    /// <summary>A host name of its own for the service, which leads to the HTTP listener, instead of a port of its own.</summary>
    [TextRule(@"^[A-Za-z0-9.-]{1,253}$", "a host name")]
    public string? Hostname { get; init; }

    /// <summary>Serializations that the facade says it takes, the preferred one first. Default: what the protocol's codec reads.</summary>
    public IReadOnlyList<string> Serializations { get; init; } = [];

    /// <summary>Time without a healthy instance behind it until a facade is withdrawn, in ms, 0 to 3,600,000. It comes back at once.</summary>
    [Range(0, 3_600_000)]
    public int WithdrawAfterMs { get; init; } = 5_000;
}

/// <summary>Services as their registries name them. A part that is left out takes any; empty text takes only services that have none.</summary>
public sealed record FacadeMatchConfig
{
    /// <summary>A service's whole name, or a prefix that ends in <c>*</c>. It cannot be left out.</summary>
    [TextRule(@"^[^*\s]*\*?$", "a service's name, or a prefix that ends in '*'")]
    public string? Service { get; init; }

    /// <summary>Version of the service.</summary>
    public string? Version { get; init; }

    /// <summary>Dubbo's group.</summary>
    public string? Group { get; init; }

    /// <summary>SOFARPC's uniqueId.</summary>
    public string? UniqueId { get; init; }
}

/// <summary>The name of a facade. A part that is left out is the service's own; empty text takes it away.</summary>
public sealed record FacadeNameConfig
{
    /// <summary>The service's whole name.</summary>
    [TextRule(@"^[^*\s/?]{1,512}$", "a service's whole name, 1 to 512 characters without slashes, question marks and asterisks")]
    public string? Service { get; init; }

    /// <summary>Version of the service.</summary>
    public string? Version { get; init; }

    /// <summary>Dubbo's group.</summary>
    public string? Group { get; init; }

    /// <summary>SOFARPC's uniqueId.</summary>
    public string? UniqueId { get; init; }

    /// <summary>Application that the facade says it belongs to. Default: the gateway's id.</summary>
    public string? Application { get; init; }
}
