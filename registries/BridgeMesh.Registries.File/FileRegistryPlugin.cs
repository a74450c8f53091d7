using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.File;

/// <summary>Brings the registry kind <c>file</c>.</summary>
public sealed class FileRegistryPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddRegistry(new FileRegistryFactory());
}
