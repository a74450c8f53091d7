using BridgeMesh.Codecs.Bolt.Linting;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Bolt;

/// <summary>Offers Bolt to the gateway.</summary>
public sealed class BoltPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddFrameCodec(new BoltCodec()).AddChangeRules(new BoltChangeRules()).AddMethodLint(new BoltLint());
    }
}
