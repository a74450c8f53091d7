using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// Parameters that operators set for some providers over what these say themselves. Source: org.apache.dubbo.rpc.cluster.configurator
/// .AbstractConfigurator, and UrlUtils.isMatch, which decides whom a rule reaches.
/// </summary>
/// <param name="Host">Of a provider, or of the consumers that obey; 0.0.0.0 for all.</param>
/// <param name="Port">Of a provider; 0 where the host alone counts.</param>
/// <param name="Side">provider, consumer; empty where the rule does not say.</param>
/// <param name="Applications">Consumers' that obey, or providers' for side provider; empty for all.</param>
/// <param name="Providers">host:port of those that are meant; empty for all.</param>
internal sealed record OverrideRule(
    string Host, int Port, string Side, ImmutableArray<string> Applications, ImmutableArray<string> Providers, ImmutableDictionary<string, string> Parameters)
{
    internal const string AnyHost = "0.0.0.0";

    /// <summary>What is about the rule itself. Source: AbstractConfigurator.configureIfMatch's conditionKeys.</summary>
    private static readonly string[] OwnKeys =
    [
        ProviderUrl.Category, "check", "dynamic", ProviderUrl.Enabled, ProviderUrl.Group, ProviderUrl.Version, ProviderUrl.Application, "side",
        "anyhost", "configVersion", "compatible_config", "providerAddresses", "priority", ProviderUrl.Interface, "name", "force", "runtime",
    ];

    private static readonly string[] Honoured = [ProviderUrl.Weight, ProviderUrl.WarmUp, ProviderUrl.Disabled, ProviderUrl.Tag];

    /// <summary>Parameters that mean nothing to the gateway: how consumers call, such as their timeouts.</summary>
    internal string[] NotHonoured => [.. Parameters.Keys.Except(Honoured, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Null where it is none that is in force for this service.</summary>
    /// <param name="url">override://, as 2.6 keeps them below an interface's configurators.</param>
    internal static OverrideRule? Of(RegistryUrl url, in Exchanges.ServiceKey service)
    {
        var isForService = MatchesPart(url[ProviderUrl.Group], service.Group)
            && MatchesPart(url[ProviderUrl.Version] == ProviderUrl.NoVersion ? string.Empty : url[ProviderUrl.Version], service.Version);
        return url[ProviderUrl.Enabled] == "false" || !isForService
            ? null
            : new OverrideRule(
                url.Host.Length == 0 ? AnyHost : url.Host,
                url.Port,
                url["side"],
                url[ProviderUrl.Application] is { Length: > 0 } named ? [named] : [],
                [.. url["providerAddresses"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
                ParametersOf(url.Parameters));
    }

    internal static ImmutableDictionary<string, string> ParametersOf(IEnumerable<KeyValuePair<string, string>> said) =>
        said.Where(static p => !OwnKeys.Contains(p.Key) && !p.Key.StartsWith('~')).ToImmutableDictionary(StringComparer.Ordinal);

    /// <param name="application">The gateway's own name as a consumer.</param>
    /// <param name="isOwnHost">Whether a host is the gateway's machine.</param>
    internal bool Reaches(ServiceInstance instance, string application, Func<string, bool> isOwnHost)
    {
        var isProviders = Side == "provider";
        var isApplication = Applications.IsEmpty || Applications.Contains(ProviderUrl.Any)
            || Applications.Contains(isProviders ? instance.Application : application);
        var isHost = Host is AnyHost or ProviderUrl.Any || Host == instance.Host || (!isProviders && Port == 0 && isOwnHost(Host));
        return isApplication && isHost && (Port == 0 || Port == instance.Port) && (Providers.IsEmpty || Providers.Any(p => IsAddress(p, instance)));
    }

    internal ServiceInstance Apply(ServiceInstance instance)
    {
        if (Parameters.TryGetValue(ProviderUrl.Weight, out var weight) && ProviderUrl.WeightOf(weight) is { } share)
        {
            instance = instance with { Weight = share };
        }

        if (Parameters.TryGetValue(ProviderUrl.WarmUp, out var warmUp)
            && int.TryParse(warmUp, NumberStyles.None, CultureInfo.InvariantCulture, out var warmUpMs))
        {
            instance = instance with { WarmUpMs = warmUpMs };
        }

        if (Parameters.TryGetValue(ProviderUrl.Tag, out var tag) && tag.Length > 0)
        {
            instance = instance with { Tags = [tag] };
        }

        return Parameters.TryGetValue(ProviderUrl.Disabled, out var disabled)
            ? instance with { Health = disabled == "true" ? InstanceHealth.OutOfService : InstanceHealth.Up }
            : instance;
    }

    /// <summary>host:port as rules write it; 0.0.0.0 stands for every host, and a host alone for all its ports.</summary>
    internal static bool IsAddress(string text, ServiceInstance instance)
    {
        var address = RegistryUrl.Parse($"address://{text}");
        return address is not null && (address.Host is AnyHost || address.Host == instance.Host) && (address.Port == 0 || address.Port == instance.Port);
    }

    private static bool MatchesPart(string asked, string part) => asked == part || asked == ProviderUrl.Any;
}
