using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Grpc.Calling;

internal sealed class GrpcChannelFactory : IChannelFactory
{
    public string Protocol => GrpcPlugin.ProtocolName;

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new GrpcChannel(instance, settings);
}
