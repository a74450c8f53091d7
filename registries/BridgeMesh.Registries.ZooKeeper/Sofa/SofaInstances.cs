using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Sofa;

/// <summary>
/// Turns the URLs below <c>/sofa-rpc/{interface}/providers</c> into the gateway's instances and back. Java writes values as they stand, the
/// Node library encodes them before the whole is encoded. Source: com.alipay.sofa.rpc.registry.zk.ZookeeperRegistryHelper;
/// com.alipay.sofa.rpc.client.ProviderHelper and ProviderInfoAttrs; sofa-rpc-node's registry/zk; what both wrote when they were recorded.
/// </summary>
internal static class SofaInstances
{
    /// <summary>
    /// Every URL of Java's says this, whatever the version of its service, and Node's says it unless told otherwise: it is what the protocol
    /// fills in, and no version.
    /// </summary>
    internal const string DefaultVersion = "1.0";

    /// <summary>Of the SOFARPC whose behaviour the gateway's Bolt side was tested against: callers decide by it what they may send.</summary>
    private const string RpcVersion = "51403";

    /// <summary>What would end a name or value, or be decoded into something else.</summary>
    private static readonly SearchValues<char> Breaking = SearchValues.Create("&=%+#? ");

    /// <summary>Schemes that the gateway's protocols have another name for.</summary>
    private static readonly (string Scheme, string Protocol)[] Schemes = [("tri", "triple")];

    /// <summary>What has a place in the model, or says nothing of the instance.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "version", "uniqueId", "appName", "weight", "serialization", "startTime", "warmupTime", "warmupWeight", "interface", "protocol", "group",
        "pid", "id", "delay", "dynamic",
    };

    /// <summary>Null where the node's name is no provider's URL.</summary>
    /// <param name="service">Name of the interface's node.</param>
    /// <param name="data">Of the node: 01 from Java for one that takes calls, 00 for one that waits for its operators; nothing from Node.</param>
    internal static ServiceInstance? Of(string service, string nodeName, ReadOnlySpan<byte> data)
    {
        if (RegistryUrl.ParseName(nodeName) is not { Port: > 0, Host.Length: > 0 } url)
        {
            return null;
        }

        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in url.Parameters)
        {
            if (!Own.Contains(name))
            {
                metadata[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
            }
        }

        var version = Value(url, "version");
        return CarriedWords.Take(new ServiceInstance
        {
            Service = new ServiceKey(service, version == DefaultVersion ? string.Empty : version, UniqueId: Value(url, "uniqueId")),
            Protocol = Translate(url.Protocol, fromScheme: true),
            Host = url.Host,
            Port = url.Port,
            Application = Value(url, "appName"),
            Weight = CarriedWords.Number(url["weight"], int.MaxValue) is { } weight ? Math.Min(weight, CarriedWords.MaxWeight) : 100,
            WarmUpMs = CarriedWords.Number(url["warmupTime"], int.MaxValue) ?? 0,
            StartedAt = CarriedWords.Time(url["startTime"]),
            Health = data is [0] ? InstanceHealth.OutOfService : InstanceHealth.Up,
            Serializations = CarriedWords.Words(Value(url, "serialization")),
            Metadata = metadata.ToImmutable(),
        });
    }

    /// <summary>
    /// What Java's callers match is the scheme and uniqueId, what Node's match is interface and version; both are as their own providers
    /// write them. Left out is what would be new with each start: pid, id, and a start that the facade does not name.
    /// </summary>
    internal static string ToNodeName(ServiceInstance facade)
    {
        var said = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        const OwnPlaces Places = OwnPlaces.Interface | OwnPlaces.UniqueId | OwnPlaces.Application | OwnPlaces.Weight | OwnPlaces.WarmUp
            | OwnPlaces.StartedAt | OwnPlaces.Protocol;
        foreach (var (name, value) in CarriedWords.Of(facade, facade.Serializations.Length > 1 ? Places : Places | OwnPlaces.Serializations))
        {
            said[Quote(name)] = Quote(value);
        }

        var scheme = Translate(facade.Protocol, fromScheme: false);
        said["version"] = DefaultVersion;
        said["accepts"] = "100000";
        said["appName"] = Quote(facade.Application);
        said["weight"] = facade.Weight.ToString(CultureInfo.InvariantCulture);
        said["language"] = "csharp";
        said["interface"] = Quote(facade.Service.Interface);
        said["timeout"] = "3000";
        said["serialization"] = facade.Serializations.IsEmpty ? "hessian2" : Quote(facade.Serializations[0]);
        said["protocol"] = scheme;
        said["delay"] = "-1";
        said["dynamic"] = "true";
        said["uniqueId"] = Quote(facade.Service.UniqueId);
        said["rpcVer"] = RpcVersion;
        if (facade.StartedAt is { } started)
        {
            said["startTime"] = started.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        }

        if (facade.WarmUpMs > 0)
        {
            // Java's callers warm up only where both are given; the weight is what it has until then.
            said["warmupTime"] = facade.WarmUpMs.ToString(CultureInfo.InvariantCulture);
            said["warmupWeight"] = Math.Min(facade.Weight, 1).ToString(CultureInfo.InvariantCulture);
        }

        return JavaUrlText.Encode(new RegistryUrl(scheme, facade.Host, facade.Port, string.Empty, said.ToImmutable()).ToString());
    }

    private static string Value(RegistryUrl url, string name) => Uri.UnescapeDataString(url[name]);

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(Breaking) || text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Uri.EscapeDataString(text) : text;

    private static string Translate(string name, bool fromScheme)
    {
        foreach (var (scheme, protocol) in Schemes)
        {
            if (name == (fromScheme ? scheme : protocol))
            {
                return fromScheme ? protocol : scheme;
            }
        }

        return name;
    }
}
