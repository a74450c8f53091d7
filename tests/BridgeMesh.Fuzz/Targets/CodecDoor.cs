using BridgeMesh.Plugins;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>Takes a frame codec out of its plugin, as the gateway does.</summary>
internal sealed class CodecDoor : IPluginBuilder
{
    private IFrameCodec? _codec;

    internal static IFrameCodec Open(IBridgePlugin plugin)
    {
        var door = new CodecDoor();
        plugin.Configure(door);
        return door._codec ?? throw new InvalidOperationException($"{plugin.GetType()} brings no frame codec");
    }

    public IPluginBuilder AddFrameCodec(IFrameCodec codec)
    {
        _codec = codec;
        return this;
    }

    public IPluginBuilder AddListener(IListenerFactory factory) => this;

    public IPluginBuilder AddChannel(IChannelFactory factory) => this;

    public IPluginBuilder AddRegistry(IRegistryFactory factory) => this;
}
