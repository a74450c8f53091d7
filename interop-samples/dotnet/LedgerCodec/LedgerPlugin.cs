using BridgeMesh.Plugins;

namespace Acme.Ledger;

/// <summary>The one public class of the plugin: the gateway finds it by its interface.</summary>
public sealed class LedgerPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddFrameCodec(new LedgerCodec());
    }
}
