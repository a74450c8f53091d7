using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Nodes;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>Brings the registry kind <c>zookeeper</c>, and ZooKeeper's tree to those who read what else is kept in it.</summary>
public sealed class ZooKeeperPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) =>
        builder.AddRegistry(new ZooKeeperRegistryFactory()).AddNodeStore(new NodeStoreFactory());
}
