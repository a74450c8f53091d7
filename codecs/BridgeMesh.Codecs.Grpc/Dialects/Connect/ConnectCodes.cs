using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Faults;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <param name="Code">gRPC's number.</param>
/// <param name="Name">What an error's code says.</param>
/// <param name="HttpStatus">Status of the HTTP response whose body is the error.</param>
internal readonly record struct ConnectCode(int Code, string Name, int HttpStatus);

/// <summary>gRPC's codes as Connect names them. Source: Connect protocol, "Error Codes".</summary>
internal static class ConnectCodes
{
    /// <summary>By code; a success has no error.</summary>
    internal static readonly ImmutableArray<ConnectCode> Rows =
    [
        new(GrpcStatus.Ok, "ok", 200),
        new(GrpcStatus.Cancelled, "canceled", 499),
        new(GrpcStatus.Unknown, "unknown", 500),
        new(GrpcStatus.InvalidArgument, "invalid_argument", 400),
        new(GrpcStatus.DeadlineExceeded, "deadline_exceeded", 504),
        new(GrpcStatus.NotFound, "not_found", 404),
        new(GrpcStatus.AlreadyExists, "already_exists", 409),
        new(GrpcStatus.PermissionDenied, "permission_denied", 403),
        new(GrpcStatus.ResourceExhausted, "resource_exhausted", 429),
        new(GrpcStatus.FailedPrecondition, "failed_precondition", 400),
        new(GrpcStatus.Aborted, "aborted", 409),
        new(GrpcStatus.OutOfRange, "out_of_range", 400),
        new(GrpcStatus.Unimplemented, "unimplemented", 501),
        new(GrpcStatus.Internal, "internal", 500),
        new(GrpcStatus.Unavailable, "unavailable", 503),
        new(GrpcStatus.DataLoss, "data_loss", 500),
        new(GrpcStatus.Unauthenticated, "unauthenticated", 401),
    ];

    internal static ConnectCode Of(int code) => (uint)code < (uint)Rows.Length ? Rows[code] : Rows[GrpcStatus.Unknown];
}
