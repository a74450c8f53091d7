using System.Collections.Immutable;

namespace BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;

/// <summary>gRPC-Web's two forms.</summary>
internal static class GrpcWebDialects
{
    internal static readonly ImmutableArray<CallerDialect> Callers =
    [
        new GrpcWebCallerDialect("application/grpc-web", isText: false),
        new GrpcWebCallerDialect("application/grpc-web-text", isText: true),
    ];
}
