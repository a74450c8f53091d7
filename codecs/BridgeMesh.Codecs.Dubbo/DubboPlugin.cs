using BridgeMesh.Codecs.Dubbo.Linting;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Dubbo;

/// <summary>Brings the Dubbo 2 protocol, named <c>dubbo</c>, for listeners and for upstream channels.</summary>
public sealed class DubboPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddFrameCodec(new DubboFrameCodec()).AddChangeRules(new DubboChangeRules()).AddMethodLint(new DubboLint());
    }
}
