using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <param name="Code">What <c>grpc-status</c> says.</param>
/// <param name="CodeAfterExecution">
/// What it says instead where the callee may have executed the call and its contract does not call it idempotent: gRPC's own retry policies
/// name codes to retry, and the usual one, UNAVAILABLE, must not stand for a call that was perhaps done.
/// </param>
/// <param name="Reason">The reason of the ErrorInfo beside it, in upper snake case as google.rpc asks; null where none is sent.</param>
internal readonly record struct OutboundStatus(ExchangeStatus Status, int Code, int CodeAfterExecution, string? Reason);

/// <summary>How an exchange's end is told to a gRPC caller; one row per neutral status, in its order.</summary>
internal static class OutboundStatuses
{
    internal static readonly ImmutableArray<OutboundStatus> Rows =
    [
        new(ExchangeStatus.Ok, GrpcStatus.Ok, GrpcStatus.Ok, null),
        new(ExchangeStatus.BusinessException, GrpcStatus.Unknown, GrpcStatus.Unknown, "BUSINESS_EXCEPTION"),
        new(ExchangeStatus.RuntimeException, GrpcStatus.Unknown, GrpcStatus.Unknown, "RUNTIME_EXCEPTION"),
        new(ExchangeStatus.InvalidArgument, GrpcStatus.InvalidArgument, GrpcStatus.InvalidArgument, "INVALID_ARGUMENT"),
        new(ExchangeStatus.Unauthenticated, GrpcStatus.Unauthenticated, GrpcStatus.Unauthenticated, "UNAUTHENTICATED"),
        new(ExchangeStatus.PermissionDenied, GrpcStatus.PermissionDenied, GrpcStatus.PermissionDenied, "PERMISSION_DENIED"),
        new(ExchangeStatus.Unimplemented, GrpcStatus.Unimplemented, GrpcStatus.Unimplemented, "UNIMPLEMENTED"),
        new(ExchangeStatus.RequestTooLarge, GrpcStatus.ResourceExhausted, GrpcStatus.ResourceExhausted, "REQUEST_TOO_LARGE"),
        new(ExchangeStatus.ReplyTooLarge, GrpcStatus.ResourceExhausted, GrpcStatus.ResourceExhausted, "REPLY_TOO_LARGE"),
        new(ExchangeStatus.Exhausted, GrpcStatus.ResourceExhausted, GrpcStatus.ResourceExhausted, "EXHAUSTED"),
        new(ExchangeStatus.Unavailable, GrpcStatus.Unavailable, GrpcStatus.Unknown, "UNAVAILABLE"),
        new(ExchangeStatus.BadGateway, GrpcStatus.Internal, GrpcStatus.Internal, "BAD_GATEWAY"),
        new(ExchangeStatus.DeadlineExceeded, GrpcStatus.DeadlineExceeded, GrpcStatus.DeadlineExceeded, "DEADLINE_EXCEEDED"),
        new(ExchangeStatus.Cancelled, GrpcStatus.Cancelled, GrpcStatus.Cancelled, "CANCELLED"),
        new(ExchangeStatus.Internal, GrpcStatus.Internal, GrpcStatus.Internal, "INTERNAL"),
    ];

    internal static OutboundStatus Of(ExchangeStatus status) => Rows[(int)status];

    internal static int CodeOf(Exchange exchange)
    {
        if (exchange.CalleeItem is Services.AnsweredCode answered)
        {
            return answered.Code;
        }

        if (exchange.Status == ExchangeStatus.RuntimeException && CodeOfService(exchange) is { } own)
        {
            return own;
        }

        var row = Of(exchange.Status);
        return exchange.MustNotBeRetried ? row.CodeAfterExecution : row.Code;
    }

    /// <summary>The code of a callee of gRPC's family, where it is one that services alone say. No neutral status has it, and no class stands for it.</summary>
    private static int? CodeOfService(Exchange exchange)
    {
        var code = exchange.ReplyHeader.Status;
        return exchange.CalleeItem is Calling.RpcAttempt && exchange.ExceptionType is null && InboundStatuses.IsOfServices(code) ? code : null;
    }
}
