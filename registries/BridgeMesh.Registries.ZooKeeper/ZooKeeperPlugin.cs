using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Nodes;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>Brings ZooKeeper's tree to those who read what is kept in it.</summary>
public sealed class ZooKeeperPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddNodeStore(new NodeStoreFactory());
}
