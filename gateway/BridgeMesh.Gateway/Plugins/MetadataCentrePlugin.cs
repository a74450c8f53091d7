using BridgeMesh.Contracts.Java.ServiceDefinitions;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Plugins;

/// <summary>Joins Dubbo's metadata centre with the stores that it may lie in: who knows its form knows no store, and the other way round.</summary>
/// <param name="stores">By the scheme of their addresses; may grow while plugins are loaded.</param>
internal sealed class MetadataCentrePlugin(IReadOnlyDictionary<string, INodeStoreFactory> stores) : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddContractSource(new MetadataCentre(stores));
}
