using BridgeMesh.Codecs.Grpc.Framing;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>gRPC over HTTP/2 as its specification has it, on both sides.</summary>
internal static class GrpcDialects
{
    internal static readonly MessageFraming Framing = new("grpc-encoding", "grpc-accept-encoding");
    internal static readonly GrpcCallerDialect Caller = new();
    internal static readonly GrpcCalleeDialect Callee = new();
}
