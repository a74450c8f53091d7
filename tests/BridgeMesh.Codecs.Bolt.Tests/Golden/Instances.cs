using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>Callees as a registry describes them.</summary>
internal static class Instances
{
    /// <param name="hessianVersion">As sofa-rpc-node names it; null when the registry does not say.</param>
    internal static ServiceInstance Of(string? hessianVersion, string? appName = null)
    {
        var metadata = ImmutableDictionary<string, string>.Empty;
        metadata = hessianVersion is null ? metadata : metadata.Add("hessianVersion", hessianVersion);
        return Of(appName is null ? metadata : metadata.Add("appName", appName));
    }

    /// <summary>One that is registered with these pairs.</summary>
    internal static ServiceInstance Saying(params (string Key, string Value)[] pairs) =>
        Of(pairs.ToImmutableDictionary(p => p.Key, p => p.Value));

    private static ServiceInstance Of(ImmutableDictionary<string, string> metadata) => new()
    {
        Service = new ServiceKey("com.example.bridge.DemoService", "1.0"),
        Protocol = "bolt",
        Host = "127.0.0.1",
        Port = 12_200,
        Metadata = metadata,
    };
}
