using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Etcd;

/// <summary>Brings the registry kind <c>etcd</c>.</summary>
public sealed class EtcdPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddRegistry(new EtcdRegistryFactory());
}
