using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Http.Calling;

internal sealed class HttpChannelFactory : IChannelFactory
{
    public string Protocol => HttpPlugin.ProtocolName;

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new HttpChannel(instance, settings);
}
