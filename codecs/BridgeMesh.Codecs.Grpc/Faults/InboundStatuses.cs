using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <param name="Code">What <c>grpc-status</c> says.</param>
/// <param name="MayHaveExecuted">Whether a handler may have run before the status was made.</param>
internal readonly record struct InboundStatus(int Code, ExchangeStatus Status, bool MayHaveExecuted);

/// <summary>
/// What a gRPC callee's status means where its details name neither an exception class nor a status of BridgeMesh's own. NOT_FOUND,
/// ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE and DATA_LOSS are the application's own words: gRPC's libraries never make
/// them, so a handler ran. Source: gRPC "Status codes", table of codes that libraries generate.
/// </summary>
internal static class InboundStatuses
{
    internal static readonly ImmutableArray<InboundStatus> Rows =
    [
        new(GrpcStatus.Ok, ExchangeStatus.Ok, true),

        // The callee's own doing: our caller is still there, or nobody would read this.
        new(GrpcStatus.Cancelled, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.Unknown, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.InvalidArgument, ExchangeStatus.InvalidArgument, true),
        new(GrpcStatus.DeadlineExceeded, ExchangeStatus.DeadlineExceeded, true),
        new(GrpcStatus.NotFound, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.AlreadyExists, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.PermissionDenied, ExchangeStatus.PermissionDenied, false),
        new(GrpcStatus.ResourceExhausted, ExchangeStatus.Exhausted, true),
        new(GrpcStatus.FailedPrecondition, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.Aborted, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.OutOfRange, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.Unimplemented, ExchangeStatus.Unimplemented, false),
        new(GrpcStatus.Internal, ExchangeStatus.BadGateway, true),

        // Servers that shut down say so of calls that they had begun as well.
        new(GrpcStatus.Unavailable, ExchangeStatus.Unavailable, true),
        new(GrpcStatus.DataLoss, ExchangeStatus.RuntimeException, true),
        new(GrpcStatus.Unauthenticated, ExchangeStatus.Unauthenticated, false),
    ];

    /// <summary>The code's row; a code that gRPC does not have counts as UNKNOWN, as its specification asks.</summary>
    internal static InboundStatus Of(int code) => (uint)code < (uint)Rows.Length ? Rows[code] : Rows[GrpcStatus.Unknown] with { Code = code };

    /// <summary>Whether services alone say the code, never gRPC's libraries.</summary>
    internal static bool IsOfServices(int code) => code is GrpcStatus.NotFound or GrpcStatus.AlreadyExists or GrpcStatus.FailedPrecondition
        or GrpcStatus.Aborted or GrpcStatus.OutOfRange or GrpcStatus.DataLoss;

    /// <summary>
    /// The gRPC code of an answer that carries no <c>grpc-status</c> because something before the service answered. Source: gRPC "HTTP to gRPC
    /// Status Code Mapping".
    /// </summary>
    internal static int CodeOfHttp(int http) => http switch
    {
        400 => GrpcStatus.Internal,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.Unimplemented,
        429 or 502 or 503 or 504 => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };
}
