using BridgeMesh.Codecs.Grpc.Calling;
using BridgeMesh.Codecs.Grpc.Changes;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Dialects.Connect;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Codecs.Grpc.Linting;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Grpc.Services;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc;

/// <summary>
/// gRPC's family over HTTP: listeners on Kestrel, channels on SocketsHttpHandler. Protocol names <c>grpc</c> and <c>triple</c>.
/// </summary>
public sealed class GrpcPlugin : IBridgePlugin
{
    private static readonly RpcProtocol Grpc = new("grpc", [GrpcDialects.Caller, .. GrpcWebDialects.Callers, .. ConnectDialects.Callers], static _ => GrpcDialects.Callee);
    private static readonly RpcProtocol Triple = new("triple", TripleDialects.Callers, TripleDialects.CalleeOf);

    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var protocol in new[] { Grpc, Triple })
        {
            builder.AddListener(new RpcListenerFactory(protocol)).AddChannel(new RpcChannelFactory(protocol));
        }

        builder.AddMethodLint(RpcLint.Grpc).AddMethodLint(RpcLint.Triple);
        builder.AddContractSource(new ReflectionSource(new RpcChannelFactory(Grpc)))
            .AddChangeRules(new GrpcChangeRules())
            .AddChangeRules(new TripleChangeRules());
    }
}
