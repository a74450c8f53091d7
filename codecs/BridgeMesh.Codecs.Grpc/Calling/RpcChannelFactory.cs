using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Grpc.Calling;

internal sealed class RpcChannelFactory(RpcProtocol protocol) : IChannelFactory
{
    public string Protocol => protocol.Name;

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new RpcChannel(protocol, instance, settings);
}
