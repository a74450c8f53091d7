using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Dns;

/// <summary>Brings the registry kind <c>dns</c>.</summary>
public sealed class DnsPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddRegistry(new DnsRegistryFactory());
}
