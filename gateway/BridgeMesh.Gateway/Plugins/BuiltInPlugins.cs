using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Grpc;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Dns;
using BridgeMesh.Registries.Etcd;
using BridgeMesh.Registries.Eureka;
using BridgeMesh.Registries.File;
using BridgeMesh.Registries.ZooKeeper;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Plugins;

/// <summary>The composition: every codec and registry that the gateway ships with. The only place that names them.</summary>
internal static class BuiltInPlugins
{
    /// <summary>Formats of single values, which wire codecs use inside.</summary>
    public static IReadOnlyList<IPayloadCodec> Payloads { get; } =
        [HessianPayloadCodec.Final, HessianPayloadCodec.Draft, JsonPayloadCodec.Instance];

    public static IReadOnlyList<LoadedPlugin> Register(PluginCatalog catalog)
    {
        IBridgePlugin[] plugins =
        [
            new BoltPlugin(),
            new DubboPlugin(),
            new HttpPlugin(),
            new GrpcPlugin(),
            new FileRegistryPlugin(),
            new ZooKeeperPlugin(),
            new EurekaPlugin(),
            new EtcdPlugin(),
            new DnsPlugin(),
        ];
        foreach (var plugin in plugins)
        {
            catalog.Add(plugin);
        }

        // It reads through whatever stores plugins bring, those of folders too.
        catalog.Add(new MetadataCentrePlugin(catalog.NodeStores));

        return [.. plugins.Select(p => new LoadedPlugin(p.GetType().Name, PluginFolder.VersionOf(p.GetType().Assembly), Path: null))];
    }
}
