using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>What a registry knows a facade by, and which registry.</summary>
internal readonly record struct FacadeKey(string Registry, ServiceKey Service, string Protocol, string Host, int Port)
{
    /// <summary>All that is needed to take the facade out again.</summary>
    internal ServiceInstance ToInstance() => new() { Service = Service, Protocol = Protocol, Host = Host, Port = Port };

    public override string ToString() => $"{Protocol}://{Host}:{Port}/{Service}";
}

/// <summary>A place at which a rule's facades may stand; one without it is taken out at once, and not only when nobody stands behind.</summary>
internal readonly record struct FacadeSite(string Rule, string Registry, string Protocol, string Host, int Port);

/// <summary>A facade that the configuration asks for.</summary>
/// <param name="Instance">What is to be published while somebody stands behind.</param>
/// <param name="Behind">Instances that take its calls now.</param>
/// <param name="Listener">The listener that is for it alone; null where it shares one.</param>
internal sealed record PlannedFacade(FacadeModel Rule, ServiceInstance Instance, int Behind, ListenerModel? Listener);
