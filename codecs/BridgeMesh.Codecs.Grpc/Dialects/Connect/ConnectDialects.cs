using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Messages;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>
/// Connect's forms: a unary call is plain HTTP with its message as the body, a stream has gRPC's prefix and its end as a frame of its own.
/// Source: connectrpc.com, "Connect Protocol Reference".
/// </summary>
internal static class ConnectDialects
{
    internal const string Proto = "application/proto";
    internal const string Json = "application/json";

    internal static readonly MessageFraming UnaryFraming = new("content-encoding", "accept-encoding") { IsPrefixed = false };

    internal static readonly MessageFraming StreamFraming =
        new("connect-content-encoding", "connect-accept-encoding") { EndFlag = ConnectEnd.Flag };

    internal static readonly ImmutableArray<CallerDialect> Callers =
    [
        new ConnectUnaryDialect(Proto, ProtobufForm.Instance),
        new ConnectUnaryDialect(Json, ProtoJsonForm.Instance),
        new ConnectStreamDialect("application/connect+proto", ProtobufForm.Instance),
        new ConnectStreamDialect("application/connect+json", ProtoJsonForm.Instance),
        new ConnectGetDialect("proto", Proto, ProtobufForm.Instance),
        new ConnectGetDialect("json", Json, ProtoJsonForm.Instance),
    ];
}
