using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Grpc.Calling;

internal sealed class RpcChannelFactory(RpcProtocol protocol) : IChannelFactory
{
    public string Protocol => protocol.Name;

    public IReadOnlyList<SettingProblem> Check(ChannelSettings settings) => WebUpstream.Check(settings);

    public string VariantOf(ServiceInstance instance) =>
        $"{protocol.CalleeDialectOf(instance).GetType().Name} {PackingRule.Of(instance)?.MinBytes} {WebUpstream.VariantOf(instance)}";

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new RpcChannel(protocol, instance, settings);
}
