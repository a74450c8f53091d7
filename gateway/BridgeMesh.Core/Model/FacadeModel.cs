using System.Collections.Immutable;

namespace BridgeMesh.Core.Model;

/// <summary>A set of registries and those who read them.</summary>
/// <param name="Registries">Names of registries; at least one.</param>
/// <param name="Advertise">Host at which this gateway is reached from there; null is the listener's own, or the machine's.</param>
public sealed record ZoneModel(string Name, ImmutableArray<string> Registries, string? Advertise);

/// <summary>Which services of one zone are offered in another, under which name, and where.</summary>
public sealed record FacadeModel
{
    /// <summary>Unique among facades.</summary>
    public required string Name { get; init; }

    /// <summary>Zone in which the services are.</summary>
    public required string From { get; init; }

    /// <summary>Zone in which they are offered; shares no registry with the other.</summary>
    public required string To { get; init; }

    /// <summary>Services as the registries of <see cref="From"/> name them; it always names a service or a prefix, and no methods.</summary>
    public required ServiceMatch Match { get; init; }

    /// <summary>The name under which a single service is offered; null parts are the service's own.</summary>
    public ServiceRewrite As { get; init; } = ServiceRewrite.None;

    /// <summary>Application that the facade says it belongs to; null is the gateway's id.</summary>
    public string? Application { get; init; }

    /// <summary>Where it is published, and by which listener callers reach it.</summary>
    public ImmutableArray<FacadePlace> Places { get; init; } = [];

    /// <summary>A port of its own for each service, for listeners whose callers do not name their service; null where they share.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>A host name of its own for the service, for the same listeners; null where there is none.</summary>
    public string? Hostname { get; init; }

    /// <summary>Serializations that the facade says it takes, the preferred one first; empty is what its protocol's codec says.</summary>
    public ImmutableArray<string> Serializations { get; init; } = [];

    /// <summary>Time without anybody healthy behind until it is withdrawn, in ms, 0 to 3,600,000.</summary>
    public int WithdrawAfterMs { get; init; } = 5_000;
}

/// <param name="Registry">Name of a registry of the zone.</param>
/// <param name="Listener">Name of a listener whose protocol the registry's clients speak.</param>
public sealed record FacadePlace(string Registry, string Listener);

/// <param name="First">1 to 65,535.</param>
/// <param name="Last">At least the first; it belongs to the range.</param>
public readonly record struct PortRange(int First, int Last)
{
    public int Count => Last - First + 1;

    public bool Contains(int port) => port >= First && port <= Last;
}
