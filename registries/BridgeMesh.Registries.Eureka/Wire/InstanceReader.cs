using System.Collections.Immutable;
using System.Globalization;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>Makes an instance of a part of a document. Lenient where Netflix's reader is: what it does not know is passed over.</summary>
internal static class InstanceReader
{
    /// <summary>Characters of a name, an id or a host.</summary>
    internal const int MaxName = 512;

    /// <summary>Characters of any other text.</summary>
    internal const int MaxText = 4_096;

    internal const int MaxMetadata = 256;

    /// <summary>Null, and why, where it could not be told from others or not be reached.</summary>
    internal static EurekaInstance? Read(DocumentNode node, out string problem)
    {
        var dataCenter = DataCenterOf(node.Find("dataCenterInfo"));
        var host = node.TextOf("hostName");

        // Before 1.1.129 instances had no id of their own and went by Amazon's, or by their host.
        var id = node.TextOf("instanceId") ?? dataCenter.Metadata.GetValueOrDefault("instance-id") ?? host;
        var app = node.TextOf("app")?.ToUpperInvariant();
        problem = host is null ? "Missing hostname" : id is null ? "Missing instanceId" : app is null ? "Missing appName" : string.Empty;
        if (host is null || id is null || app is null)
        {
            return null;
        }

        var metadata = MapOf(node.Find("metadata"));
        if (IsBad(id, MaxName) || IsBad(app, MaxName) || IsBad(host, MaxName) || metadata.Count > MaxMetadata
            || node.Children.Any(static c => c.Text.Length > MaxText) || metadata.Any(static m => m.Value.Length > MaxText))
        {
            problem = "a text is too long, or a name holds control characters";
            return null;
        }

        EurekaWords.TryStatus(node.TextOf("status") ?? "UP", out var status);
        EurekaWords.TryStatus(node.TextOf("overriddenstatus") ?? node.TextOf("overriddenStatus"), out var overridden);
        var (port, isPortEnabled) = PortOf(node.Find("port"), whenAbsent: true);
        var (securePort, isSecurePortEnabled) = PortOf(node.Find("securePort"), whenAbsent: false);
        return new EurekaInstance
        {
            Id = id,
            App = app,
            HostName = host,
            IpAddr = node.TextOf("ipAddr") ?? string.Empty,
            AppGroupName = node.TextOf("appGroupName"),
            VipAddress = node.TextOf("vipAddress"),
            SecureVipAddress = node.TextOf("secureVipAddress"),
            Status = status,
            OverriddenStatus = overridden,
            Port = port,
            IsPortEnabled = isPortEnabled,
            SecurePort = securePort,
            IsSecurePortEnabled = isSecurePortEnabled,
            CountryId = (int)Number(node.TextOf("countryId"), 1, 0, int.MaxValue),
            DataCenter = dataCenter,
            Lease = LeaseOf(node.Find("leaseInfo")),
            Metadata = metadata,
            HomePageUrl = node.TextOf("homePageUrl"),
            StatusPageUrl = node.TextOf("statusPageUrl"),
            HealthCheckUrl = node.TextOf("healthCheckUrl"),
            SecureHealthCheckUrl = node.TextOf("secureHealthCheckUrl"),
            AsgName = node.TextOf("asgName"),
            LastUpdatedTimestamp = Time(node.TextOf("lastUpdatedTimestamp")),
            LastDirtyTimestamp = Time(node.TextOf("lastDirtyTimestamp")),
            Action = EurekaWords.ActionOf(node.TextOf("actionType")),
        };
    }

    /// <summary>A time that a peer told, in ms since 1970; 0 where it is none.</summary>
    internal static long Time(string? text) => Number(text, 0, 0, long.MaxValue);

    private static bool IsBad(string name, int max) => name.Length > max || name.AsSpan().ContainsAnyInRange('\0', '\u001F');

    private static DataCenter DataCenterOf(DocumentNode? node) => node?.TextOf("name") is { } name
        ? name == "Amazon" ? new DataCenter(name, MapOf(node.Find("metadata"))) : DataCenter.MyOwn with { Name = name }
        : DataCenter.MyOwn;

    private static EurekaLease LeaseOf(DocumentNode? node) => node is null ? EurekaLease.Default : new EurekaLease(
        (int)Number(node.TextOf("renewalIntervalInSecs"), EurekaLease.Default.RenewalIntervalS, 1, 3_600),
        (int)Number(node.TextOf("durationInSecs"), EurekaLease.Default.DurationS, 1, 86_400))
    {
        RegistrationTimestamp = Time(node.TextOf("registrationTimestamp")),
        LastRenewalTimestamp = Time(node.TextOf("lastRenewalTimestamp") ?? node.TextOf("renewalTimestamp")),
        ServiceUpTimestamp = Time(node.TextOf("serviceUpTimestamp")),
    };

    /// <summary>Clients that write a bare number mean that it is enabled.</summary>
    private static (int Port, bool IsEnabled) PortOf(DocumentNode? node, bool whenAbsent)
    {
        if (node is null)
        {
            return (0, false);
        }

        var port = (int)Number(node.Text, 0, 1, 65_535);
        var isEnabled = node.Attributes.TryGetValue("enabled", out var enabled)
            ? string.Equals(enabled, "true", StringComparison.OrdinalIgnoreCase)
            : whenAbsent;
        return (port, port > 0 && isEnabled);
    }

    private static ImmutableDictionary<string, string> MapOf(DocumentNode? node)
    {
        if (node is null || node.Children.Count == 0)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        var map = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var child in node.Children)
        {
            map[child.Name] = child.Text;
        }

        return map.ToImmutable();
    }

    private static long Number(string? text, long fallback, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : fallback;
}
