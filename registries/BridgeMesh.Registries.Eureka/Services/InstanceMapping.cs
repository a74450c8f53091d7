using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Services;

/// <summary>
/// Turns Eureka's instances into the gateway's and back. A service goes by its vip address, which is what Spring's clients look up; what
/// Eureka has no place for stands in metadata under names that begin with <c>bridgemesh.</c>, and is read from there again.
/// </summary>
/// <param name="PreferIp">Calls go to the address rather than to the host name.</param>
/// <param name="PreferSecure">Calls go to the secure port where both are enabled, as Spring's EurekaServiceInstance has it.</param>
internal sealed record InstanceMapping(bool PreferIp, bool PreferSecure)
{
    private const string Http = "http";
    private const string Prefix = "bridgemesh.";
    private const string Protocol = Prefix + "protocol";
    private const string Version = Prefix + "version";
    private const string Group = Prefix + "group";
    private const string UniqueId = Prefix + "uniqueId";
    private const string Application = Prefix + "application";
    private const string Interface = Prefix + "service";
    private const string Serializations = Prefix + "serializations";
    private const string Tags = Prefix + "tags";
    private const string WarmUp = Prefix + "warmUpMs";
    private const string StartedAt = Prefix + "startedAt";
    private const string WeightOfHundred = Prefix + "weight";

    /// <summary>Source: Spring Cloud Netflix reads the zone of an instance there; of Amazon's it stands in the data center.</summary>
    private const string Zone = "zone";

    /// <summary>Source: Spring Cloud LoadBalancer's WeightedServiceInstanceListSupplier; its default is 1.</summary>
    private const string Weight = "weight";

    /// <summary>What has a place of its own in the model. Other marks of gateways under the prefix stay.</summary>
    private static readonly string[] Own =
        [Protocol, Version, Group, UniqueId, Application, Interface, Serializations, Tags, WarmUp, StartedAt, WeightOfHundred, Zone, Weight];

    /// <summary>Vip addresses of one instance that count.</summary>
    internal const int MaxVips = 16;

    private const int MaxWeight = 10_000;

    /// <summary>None where the instance has no port that is enabled.</summary>
    internal ImmutableArray<ServiceInstance> ToServices(EurekaInstance instance)
    {
        var isSecure = instance.IsSecurePortEnabled && (PreferSecure || !instance.IsPortEnabled);
        var port = isSecure ? instance.SecurePort : instance.IsPortEnabled ? instance.Port : 0;
        var host = PreferIp && instance.IpAddr.Length > 0 ? instance.IpAddr : instance.HostName;
        if (port == 0)
        {
            return [];
        }

        var said = instance.Metadata;
        var shared = new ServiceInstance
        {
            Service = default,
            Protocol = said.GetValueOrDefault(Protocol, Http),
            Host = host,
            Port = port,
            IsSecure = isSecure,
            Application = said.GetValueOrDefault(Application) ?? instance.App,
            Weight = WeightOf(said),
            WarmUpMs = Number(said.GetValueOrDefault(WarmUp), int.MaxValue) ?? 0,
            StartedAt = StartOf(instance),
            Zone = said.GetValueOrDefault(Zone) ?? instance.DataCenter.Metadata.GetValueOrDefault("availability-zone", string.Empty),
            Health = HealthOf(instance.Status),
            Tags = Words(said.GetValueOrDefault(Tags)),
            Serializations = Words(said.GetValueOrDefault(Serializations)),
            Metadata = said.RemoveRange(Own),
        };
        var names = said.GetValueOrDefault(Interface) is { Length: > 0 } only
            ? [only]
            : (isSecure ? instance.SecureVipAddress ?? instance.VipAddress : instance.VipAddress ?? instance.SecureVipAddress)
                ?.Split(',', MaxVips + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. (names is { Length: > 0 } ? names : [instance.App.ToLowerInvariant()]).Take(MaxVips).Distinct(StringComparer.Ordinal).Select(name =>
                shared with
                {
                    Service = new ServiceKey(
                        name,
                        said.GetValueOrDefault(Version, string.Empty),
                        said.GetValueOrDefault(Group, string.Empty),
                        said.GetValueOrDefault(UniqueId, string.Empty)),
                }),
        ];
    }

    /// <summary>As Spring's client registers itself: an id of host, application and port, so that a restart takes the place of what was there.</summary>
    /// <param name="nowMs">By the wall clock.</param>
    internal static EurekaInstance ToEureka(ServiceInstance facade, EurekaLease lease, long nowMs)
    {
        var vip = facade.Service.Interface;
        var app = vip.ToUpperInvariant();
        var metadata = facade.Metadata.ToBuilder();
        void Say(string key, string value, string unless)
        {
            if (value != unless)
            {
                metadata[key] = value;
            }
        }

        Say(Protocol, facade.Protocol, Http);
        Say(Version, facade.Service.Version, string.Empty);
        Say(Group, facade.Service.Group, string.Empty);
        Say(UniqueId, facade.Service.UniqueId, string.Empty);
        Say(Application, facade.Application, string.Empty);
        Say(Serializations, string.Join(',', facade.Serializations), string.Empty);
        Say(Tags, string.Join(',', facade.Tags), string.Empty);
        Say(WarmUp, facade.WarmUpMs.ToString(CultureInfo.InvariantCulture), "0");
        Say(StartedAt, facade.StartedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? string.Empty, string.Empty);
        Say(WeightOfHundred, facade.Weight.ToString(CultureInfo.InvariantCulture), "100");
        Say(Zone, facade.Zone, string.Empty);

        // A vip address is a list; a name with a comma would be two.
        Say(Interface, vip.Contains(',', StringComparison.Ordinal) ? vip : string.Empty, string.Empty);
        var port = facade.Port.ToString(CultureInfo.InvariantCulture);
        if (!metadata.ContainsKey("management.port"))
        {
            metadata["management.port"] = port;
        }

        var scheme = facade.IsSecure ? "https" : Http;
        var origin = $"{scheme}://{(facade.Host.Contains(':', StringComparison.Ordinal) ? $"[{facade.Host}]" : facade.Host)}:{port}";
        return new EurekaInstance
        {
            Id = $"{facade.Host}:{vip}:{port}",
            App = app,
            HostName = facade.Host,
            IpAddr = facade.Metadata.GetValueOrDefault("ipAddr") ?? (IPAddress.TryParse(facade.Host, out _) ? facade.Host : string.Empty),
            VipAddress = vip,
            SecureVipAddress = vip,
            Status = StatusOf(facade.Health),
            Port = facade.IsSecure ? 80 : facade.Port,
            IsPortEnabled = !facade.IsSecure,
            SecurePort = facade.IsSecure ? facade.Port : 443,
            IsSecurePortEnabled = facade.IsSecure,
            Lease = lease,
            Metadata = metadata.ToImmutable(),
            HomePageUrl = $"{origin}/",
            StatusPageUrl = $"{origin}/actuator/info",
            HealthCheckUrl = $"{origin}/actuator/health",
            LastUpdatedTimestamp = nowMs,
            LastDirtyTimestamp = nowMs,
        };
    }

    internal static InstanceHealth HealthOf(EurekaStatus status) => status switch
    {
        EurekaStatus.Up => InstanceHealth.Up,
        EurekaStatus.Down => InstanceHealth.Down,
        EurekaStatus.Starting => InstanceHealth.Starting,
        EurekaStatus.OutOfService => InstanceHealth.OutOfService,
        _ => InstanceHealth.Unknown,
    };

    private static EurekaStatus StatusOf(InstanceHealth health) => health switch
    {
        InstanceHealth.Up => EurekaStatus.Up,
        InstanceHealth.Down => EurekaStatus.Down,
        InstanceHealth.Starting => EurekaStatus.Starting,
        InstanceHealth.OutOfService => EurekaStatus.OutOfService,
        _ => EurekaStatus.Unknown,
    };

    /// <summary>A facade's own weight, or Spring's, whose default of 1 is our 100.</summary>
    private static int WeightOf(ImmutableDictionary<string, string> said) =>
        Number(said.GetValueOrDefault(WeightOfHundred), MaxWeight)
        ?? (Number(said.GetValueOrDefault(Weight), MaxWeight) is { } spring ? Math.Min(spring * 100, MaxWeight) : 100);

    private static DateTimeOffset? StartOf(EurekaInstance instance)
    {
        // The lease's own time is each server's and changes with the server.
        var ms = long.TryParse(instance.Metadata.GetValueOrDefault(StartedAt), NumberStyles.None, CultureInfo.InvariantCulture, out var said)
            ? said
            : instance.Lease.ServiceUpTimestamp;
        return ms > 0 && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    private static ImmutableArray<string> Words(string? text) =>
        text is null ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static int? Number(string? text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;
}
