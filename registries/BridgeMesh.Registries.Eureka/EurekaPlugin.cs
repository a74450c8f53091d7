using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Server;

namespace BridgeMesh.Registries.Eureka;

/// <summary>Brings the registry kinds <c>eureka</c>, a client, and <c>eureka-server</c>, a server in the gateway.</summary>
public sealed class EurekaPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddRegistry(new EurekaRegistryFactory()).AddRegistry(new EurekaServerFactory());
}
