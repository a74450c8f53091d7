using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Faults;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <param name="Code">gRPC's number, which Triple's error body calls status.</param>
/// <param name="Name">What Go's error body calls code.</param>
/// <param name="HttpStatus">Status of the HTTP response whose body is the error.</param>
internal readonly record struct TripleCode(int Code, string Name, int HttpStatus);

/// <summary>Triple's codes in each of their forms. Source: http-status and code of dubbo-js; code.go and tripleCodeToHTTP of
/// dubbo-go.</summary>
internal static class TripleCodes
{
    /// <summary>By code; a success has no error body.</summary>
    internal static readonly ImmutableArray<TripleCode> Rows =
    [
        new(GrpcStatus.Ok, "ok", 200),
        new(GrpcStatus.Cancelled, "canceled", 408),
        new(GrpcStatus.Unknown, "unknown", 500),
        new(GrpcStatus.InvalidArgument, "invalid_argument", 400),
        new(GrpcStatus.DeadlineExceeded, "deadline_exceeded", 408),
        new(GrpcStatus.NotFound, "not_found", 404),
        new(GrpcStatus.AlreadyExists, "already_exists", 409),
        new(GrpcStatus.PermissionDenied, "permission_denied", 403),
        new(GrpcStatus.ResourceExhausted, "resource_exhausted", 429),
        new(GrpcStatus.FailedPrecondition, "failed_precondition", 412),
        new(GrpcStatus.Aborted, "aborted", 409),
        new(GrpcStatus.OutOfRange, "out_of_range", 400),
        new(GrpcStatus.Unimplemented, "unimplemented", 404),
        new(GrpcStatus.Internal, "internal", 500),
        new(GrpcStatus.Unavailable, "unavailable", 503),
        new(GrpcStatus.DataLoss, "data_loss", 500),
        new(GrpcStatus.Unauthenticated, "unauthenticated", 401),
    ];

    internal static TripleCode Of(int code) => (uint)code < (uint)Rows.Length ? Rows[code] : Rows[GrpcStatus.Unknown];

    /// <summary>The code of a name; -1 for one that Triple does not have.</summary>
    internal static int Find(string name)
    {
        foreach (var row in Rows)
        {
            if (row.Name == name)
            {
                return row.Code;
            }
        }

        return -1;
    }

    /// <summary>The code of an answer whose body says none, as something before the service may have answered.</summary>
    internal static int OfHttp(int http) => http switch
    {
        400 => GrpcStatus.InvalidArgument,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.Unimplemented,
        408 => GrpcStatus.DeadlineExceeded,
        409 => GrpcStatus.Aborted,
        412 => GrpcStatus.FailedPrecondition,
        413 or 431 => GrpcStatus.ResourceExhausted,
        415 => GrpcStatus.Internal,
        429 or 502 or 503 or 504 => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };
}
