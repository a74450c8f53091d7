using BridgeMesh.Codecs.Grpc.Calling;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc;

/// <summary>gRPC over HTTP/2 in clear text: listeners on Kestrel, channels on SocketsHttpHandler. Protocol name <c>grpc</c>.</summary>
public sealed class GrpcPlugin : IBridgePlugin
{
    internal const string ProtocolName = "grpc";

    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddListener(new GrpcListenerFactory()).AddChannel(new GrpcChannelFactory());
    }
}
