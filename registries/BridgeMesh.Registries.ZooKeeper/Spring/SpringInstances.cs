using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Spring;

/// <summary>
/// Turns what Spring Cloud ZooKeeper keeps below <c>/services/{spring.application.name}</c> into the gateway's instances and back. Source:
/// org.springframework.cloud.zookeeper.discovery.ZookeeperServiceInstance, .ZookeeperServiceInstanceListSupplier.
/// </summary>
internal static class SpringInstances
{
    internal const string PayloadClass = "org.springframework.cloud.zookeeper.discovery.ZookeeperInstance";

    private const string Http = "http";

    /// <summary>Source: org.springframework.cloud.zookeeper.support.StatusConstants.INSTANCE_STATUS_KEY.</summary>
    private const string Status = "instance_status";

    /// <summary>Source: Spring Cloud LoadBalancer's ZonePreferenceServiceInstanceListSupplier.</summary>
    private const string Zone = "zone";

    /// <summary>Source: Spring Cloud LoadBalancer's WeightedServiceInstanceListSupplier; its default is 1.</summary>
    private const string Weight = "weight";

    /// <summary>Dubbo keeps its instances beside Spring's, in nodes that look the same but for this.</summary>
    private const string DubboPackage = "org.apache.dubbo.";

    /// <summary>What Spring's clients make an address of; without it they have none.</summary>
    private const string UriSpec = "{scheme}://{address}:{port}";

    /// <summary>The same for a port that speaks TLS: in Curator the scheme of an instance is told by which of its ports is asked for.</summary>
    private const string SecureUriSpec = "https://{address}:{ssl-port}";

    private static readonly (string Word, InstanceHealth Health)[] Statuses =
    [
        ("UP", InstanceHealth.Up),
        ("OUT_OF_SERVICE", InstanceHealth.OutOfService),
        ("STARTING", InstanceHealth.Starting),
        ("DOWN", InstanceHealth.Down),
        ("UNKNOWN", InstanceHealth.Unknown),
    ];

    /// <summary>Null where the node is another framework's.</summary>
    /// <param name="service">Name of the node above.</param>
    internal static ServiceInstance? Of(string service, CuratorInstance node)
    {
        if (node.PayloadClass.StartsWith(DubboPackage, StringComparison.Ordinal))
        {
            return null;
        }

        var said = node.Metadata;
        return CarriedWords.Take(new ServiceInstance
        {
            Service = new ServiceKey(service),
            Protocol = Http,
            Host = node.Address,

            // The reader lets none through that has neither.
            Port = node.SslPort ?? node.Port ?? 0,
            IsSecure = node.SslPort is not null,
            Application = service,
            Weight = CarriedWords.Number(said.GetValueOrDefault(Weight), CarriedWords.MaxWeight) is { } spring
                ? Math.Min(spring * 100, CarriedWords.MaxWeight)
                : 100,
            StartedAt = node.RegisteredAt > 0 && node.RegisteredAt <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(node.RegisteredAt)
                : null,
            Zone = said.GetValueOrDefault(Zone, string.Empty),
            Health = node.IsEnabled ? HealthOf(said.GetValueOrDefault(Status)) : InstanceHealth.OutOfService,
            Metadata = said.RemoveRange([Status, Zone, Weight]),
        });
    }

    /// <summary>
    /// As an application registers itself, but for what would be new with each start: the node is named for its protocol and address, and the
    /// time is that of the facade, if any.
    /// </summary>
    internal static CuratorInstance ToNode(ServiceInstance facade)
    {
        var words = CarriedWords.Of(
            facade,
            OwnPlaces.Interface | OwnPlaces.Secure | OwnPlaces.Zone | OwnPlaces.StartedAt
                | (facade.Protocol == Http ? OwnPlaces.Protocol : OwnPlaces.None)
                | (facade.Application == facade.Service.Interface ? OwnPlaces.Application : OwnPlaces.None)).ToBuilder();
        words[Status] = Statuses.First(s => s.Health == facade.Health).Word;
        if (facade.Zone.Length > 0)
        {
            words[Zone] = facade.Zone;
        }

        var id = NodeNameOf(facade);
        return new CuratorInstance
        {
            Name = facade.Service.Interface,
            Id = id,
            Address = facade.Host,
            Port = facade.IsSecure ? null : facade.Port,
            SslPort = facade.IsSecure ? facade.Port : null,
            PayloadClass = PayloadClass,
            PayloadId = facade.Service.Interface,
            PayloadName = facade.Service.Interface,
            Metadata = words.ToImmutable(),
            RegisteredAt = facade.StartedAt?.ToUnixTimeMilliseconds() ?? 0,
            UriSpec = facade.IsSecure ? SecureUriSpec : UriSpec,
        };
    }

    /// <summary>Dubbo's nodes beside are host:port alone, so that the two never meet.</summary>
    internal static string NodeNameOf(ServiceInstance facade) =>
        string.Create(CultureInfo.InvariantCulture, $"{facade.Protocol}:{facade.Host}:{facade.Port}");

    /// <summary>Spring's balancer takes what says nothing or UP, in any case of letters, and nothing else.</summary>
    private static InstanceHealth HealthOf(string? status)
    {
        if (string.IsNullOrWhiteSpace(status))
        {
            return InstanceHealth.Up;
        }

        foreach (var (word, health) in Statuses)
        {
            if (word.Equals(status, StringComparison.OrdinalIgnoreCase))
            {
                return health;
            }
        }

        return InstanceHealth.Unknown;
    }
}
