using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// What a provider's URL says, as the gateway's instance. Source: org.apache.dubbo.common.constants.CommonConstants; org.apache.dubbo.rpc
/// .cluster.loadbalance.AbstractLoadBalance for weight and warm-up; URLs recorded from 2.7.23 and 3.2.16.
/// </summary>
internal static class ProviderUrl
{
    internal const string Interface = "interface";
    internal const string Version = "version";
    internal const string Group = "group";
    internal const string Application = "application";
    internal const string Methods = "methods";
    internal const string Weight = "weight";
    internal const string WarmUp = "warmup";
    internal const string Timestamp = "timestamp";
    internal const string Tag = "dubbo.tag";
    internal const string OlderTag = "tag";
    internal const string PreferSerialization = "prefer.serialization";
    internal const string Serialization = "serialization";
    internal const string Disabled = "disabled";
    internal const string Enabled = "enabled";
    internal const string Secure = "ssl-enabled";
    internal const string Category = "category";
    internal const string Path = "path";

    /// <summary>What Dubbo has no word for; written by gateways.</summary>
    internal const string UniqueId = InstanceMarks.Prefix + "uniqueId";
    internal const string Zone = InstanceMarks.Prefix + "zone";
    internal const string Tags = InstanceMarks.Prefix + "tags";

    /// <summary>The word for all versions, groups, methods.</summary>
    internal const string Any = "*";

    /// <summary>Of a service without one.</summary>
    internal const string NoVersion = "0.0.0";

    /// <summary>Dubbo's default for providers that say when they started: ten minutes.</summary>
    internal const int DefaultWarmUpMs = 600_000;

    internal const int MaxWeight = 10_000;

    /// <summary>Names of methods that are kept of one provider.</summary>
    private const int MaxMethods = 4_096;

    /// <summary>Characters of a parameter that goes into an instance's metadata; longer ones are left out.</summary>
    private const int MaxKeptValue = 2_048;

    /// <summary>
    /// What has its place in the instance, and what is about the provider's process or its own registration: kept two hundred thousand times
    /// it would serve nobody.
    /// </summary>
    private static readonly HashSet<string> NotKept = new(StringComparer.Ordinal)
    {
        Interface, Version, Group, Application, Methods, Weight, WarmUp, Timestamp, Tag, OlderTag, PreferSerialization, Serialization,
        Disabled, Enabled, Secure, Category, Path, UniqueId, Zone, Tags,
        "method", "side", "dynamic", "anyhost", "pid", "deprecated", "generic", "revision", "bind.ip", "bind.port", "qos.enable", "qos.port",
        "metadata-type", "service.name", "service-name-mapping", "heartbeat", "owner", "organization", "check", "background", "register",
        "executor-management-mode", "file-cache", "unloadClusterRelated", "threads", "threadpool", "queues", "logger", "default.deprecated",
        "default.dynamic", "default.register", "default.generic",
    };

    /// <summary>Dubbo's protocols that the gateway speaks.</summary>
    internal static string? ProtocolOf(string scheme) => scheme switch
    {
        "dubbo" => "dubbo",
        "tri" => "triple",
        "grpc" => "grpc",
        _ => null,
    };

    internal static string? SchemeOf(string protocol) => protocol switch
    {
        "dubbo" => "dubbo",
        "triple" => "tri",
        _ => null,
    };

    /// <summary>Whether it is about a provider at all: the rest of a list is silence (<c>empty://</c>) or somebody else's.</summary>
    internal static bool IsProvider(RegistryUrl url) =>
        url.Protocol is not ("empty" or "override" or "condition" or "route" or "script" or "consumer" or "admin")
        && url[Category] is "" or "providers"
        && url["side"] is not "consumer";

    /// <summary>Null where it has no address that can be called.</summary>
    /// <param name="name">Of the interface that it stands under; what the URL says of it counts for nobody.</param>
    internal static ServiceInstance? ToInstance(RegistryUrl url, string protocol, string name)
    {
        if (url.Port == 0 || url.Host.Length == 0)
        {
            return null;
        }

        var startedAt = StartOf(url[Timestamp]);
        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in url.Parameters)
        {
            if (value.Length <= MaxKeptValue && !NotKept.Contains(key))
            {
                metadata[key] = key.StartsWith(InstanceMarks.Prefix, StringComparison.Ordinal) ? Uri.UnescapeDataString(value) : value;
            }
        }

        // Providers are called by their path, which Dubbo lets differ from the interface.
        if (url.Path.Length > 0 && url.Path != name)
        {
            metadata[Path] = url.Path;
        }

        return new ServiceInstance
        {
            Service = KeyOf(url, name),
            Protocol = protocol,
            Host = url.Host,
            Port = url.Port,
            IsSecure = url[Secure] == "true",
            Application = url[Application],
            Weight = WeightOf(url[Weight]) ?? 100,
            WarmUpMs = Number(url[WarmUp], int.MaxValue) ?? (startedAt is null ? 0 : DefaultWarmUpMs),
            StartedAt = startedAt,
            Zone = Uri.UnescapeDataString(url[Zone]),
            Health = IsDisabled(url.Parameters) ? InstanceHealth.OutOfService : InstanceHealth.Up,
            Tags = TagsOf(url),
            Serializations = [.. Words(url[PreferSerialization]).Concat(Words(url[Serialization])).Distinct(StringComparer.Ordinal)],
            Methods = MethodsOf(url),
            Metadata = metadata.ToImmutable(),
        };
    }

    internal static ServiceKey KeyOf(RegistryUrl url, string name) =>
        new(name, url[Version] == NoVersion ? string.Empty : url[Version], url[Group], Uri.UnescapeDataString(url[UniqueId]));

    /// <summary>As RegistryDirectory.toInvokers has it: <c>enabled</c> counts where <c>disabled</c> is not there.</summary>
    internal static bool IsDisabled(IReadOnlyDictionary<string, string> parameters) =>
        parameters.TryGetValue(Disabled, out var disabled) ? disabled == "true" : parameters.GetValueOrDefault(Enabled, "true") == "false";

    internal static int? WeightOf(string text) =>
        text.StartsWith('-') ? 0 : Number(text, int.MaxValue) is { } weight ? Math.Min(weight, MaxWeight) : null;

    private static ImmutableArray<string> TagsOf(RegistryUrl url)
    {
        var all = url[Tags].Length > 0 ? Uri.UnescapeDataString(url[Tags]) : url[Tag].Length > 0 ? url[Tag] : url[OlderTag];
        return [.. Words(all)];
    }

    private static ImmutableArray<string> MethodsOf(RegistryUrl url) =>
        url[Methods] is "" or Any
            ? []
            : [.. Words(url[Methods]).Take(MaxMethods).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static DateTimeOffset? StartOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms > 0 && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int? Number(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;
}
