using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Dubbo;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>
/// Turns a Dubbo application's instances and metadata into the gateway's instances and back: what the two say together is what a provider's
/// URL says at the interface level. Source: org.apache.dubbo.registry.client.event.listener.ServiceInstancesChangedListener and
/// InstanceAddressURL, which join them in the same way.
/// </summary>
internal static class ApplicationServices
{
    /// <param name="info">Null where it is not known: then the mapping names the services, without group and version.</param>
    /// <param name="mapped">Interfaces that the mapping names the application for.</param>
    internal static IEnumerable<ServiceInstance> Of(ApplicationNode node, MetadataInfo? info, IReadOnlyCollection<string> mapped)
    {
        var services = info is not null
            ? info.Services
            : mapped.SelectMany(name => node.Endpoints.Select(e => new ApplicationService(new ServiceKey(name), e.Protocol, e.Port)));
        foreach (var service in services)
        {
            if (Of(node, service) is { } instance)
            {
                yield return instance;
            }
        }
    }

    /// <summary>All facades of one application at one address, as one instance of it and the metadata that it names.</summary>
    /// <exception cref="FormatException">Dubbo has no words for one of them.</exception>
    internal static (CuratorInstance Node, MetadataInfo Info) ToApplication(string application, ImmutableArray<ServiceInstance> facades)
    {
        var writer = new ProviderUrlWriter(application);
        var first = facades[0];
        var address = AddressOf(first);

        // Of several that say the same in other words, the newest counts.
        var services = facades.Select(f => ToService(f, writer)).GroupBy(static s => s.MatchKey, StringComparer.Ordinal)
            .Select(static g => g.Last()).ToArray();
        var info = MetadataWriter.Revise(application, address, services);
        var endpoints = services.Select(static s => s.Protocol).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{{\"port\":{first.Port},\"protocol\":\"{p}\"}}"));

        // What all services' marks agree in stands at the instance as well, for whoever reads no metadata.
        var marks = first.Metadata.Where(m => m.Key.StartsWith(InstanceMarks.Prefix, StringComparison.Ordinal)
            && facades.All(f => f.Metadata.TryGetValue(m.Key, out var other) && other == m.Value));
        var node = new CuratorInstance
        {
            Name = application,
            Id = address,
            Address = first.Host,
            Port = first.Port,
            PayloadClass = ApplicationNode.PayloadClass,
            PayloadId = address,
            PayloadName = application,
            Metadata = ImmutableDictionary.CreateRange(StringComparer.Ordinal, marks).SetItems(
            [
                new(ApplicationNode.EndpointsKey, $"[{string.Join(',', endpoints)}]"),
                new(ApplicationNode.RevisionKey, info.Revision),
                new(ApplicationNode.StorageKey, ApplicationNode.Remote),
            ]),
        };
        return (node, info);
    }

    /// <summary>Name of the node of an instance at the facade's address.</summary>
    internal static string AddressOf(ServiceInstance facade) => string.Create(CultureInfo.InvariantCulture, $"{facade.Host}:{facade.Port}");

    /// <summary>Null where the gateway does not speak the protocol.</summary>
    private static ServiceInstance? Of(ApplicationNode node, ApplicationService service)
    {
        var scheme = service.Protocol.Length == 0 ? "dubbo" : service.Protocol;
        if (ProviderUrl.ProtocolOf(scheme) is not { } protocol)
        {
            return null;
        }

        // What an instance says of itself counts where the service says nothing, as in InstanceAddressURL.getParameter.
        var said = node.Metadata.Where(static m => m.Key is ProviderUrl.Timestamp or ProviderUrl.Weight or ProviderUrl.Tag)
            .ToImmutableSortedDictionary(static m => m.Key, static m => m.Value, StringComparer.Ordinal)
            .SetItems(service.Params)
            .SetItem(ProviderUrl.Version, service.Service.Version)
            .SetItem(ProviderUrl.Group, service.Service.Group)
            .SetItem(ProviderUrl.Application, node.Application);
        var port = service.Port > 0 ? service.Port : node.PortOf(service.Protocol);
        var url = new RegistryUrl(scheme, node.Host, port, service.Path, said);
        if (ProviderUrl.ToInstance(url, protocol, service.Service.Interface) is not { } instance)
        {
            return null;
        }

        var marks = node.Metadata.Where(m => m.Key.StartsWith(InstanceMarks.Prefix, StringComparison.Ordinal) && !instance.Metadata.ContainsKey(m.Key));
        return instance with
        {
            Health = node.IsEnabled ? instance.Health : InstanceHealth.OutOfService,
            Metadata = instance.Metadata.AddRange(marks),
        };
    }

    private static ApplicationService ToService(ServiceInstance facade, ProviderUrlWriter writer)
    {
        var url = writer.Write(facade);
        return new ApplicationService(facade.Service with { UniqueId = string.Empty }, url.Protocol, facade.Port)
        {
            Path = url.Path,
            Params = url.Parameters,
        };
    }
}
