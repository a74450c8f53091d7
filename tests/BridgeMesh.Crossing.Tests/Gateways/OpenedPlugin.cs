using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A listener for gRPC that the pipeline takes for another protocol, as Triple is one: no call of its own is forwarded.</summary>
internal sealed class OpenedPlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder) => builder.AddListener(new RpcListenerFactory(
        new RpcProtocol(GatewayUnderTest.Opened, [GrpcDialects.Caller], static _ => GrpcDialects.Callee)));
}
