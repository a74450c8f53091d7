using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <param name="Code">Status byte; <see cref="OutboundStatuses.None"/> where no reply is written at all.</param>
/// <param name="Retried">Whether a consumer with Dubbo's default cluster, failover, calls again upon it.</param>
internal readonly record struct OutboundStatus(ExchangeStatus Status, byte Code, bool Retried);

/// <summary>
/// From neutral to what a Dubbo caller gets, one row per neutral status in its order. Dubbo's default failover tries again after every status
/// other than 20, so a call that must not be repeated is answered with 20 and a Throwable instead: see FormOf. Source:
/// org.apache.dubbo.rpc.cluster.support.FailoverClusterInvoker, which gives up at once on biz exceptions alone.
/// </summary>
internal static class OutboundStatuses
{
    /// <summary>No reply is written at all.</summary>
    internal const byte None = 0;

    internal static readonly ImmutableArray<OutboundStatus> Rows =
    [
        new(ExchangeStatus.Ok, DubboStatus.Ok, false),
        new(ExchangeStatus.BusinessException, DubboStatus.Ok, false),
        new(ExchangeStatus.RuntimeException, DubboStatus.Ok, false),
        new(ExchangeStatus.InvalidArgument, DubboStatus.BadRequest, true),
        new(ExchangeStatus.Unauthenticated, DubboStatus.ServiceError, true),
        new(ExchangeStatus.PermissionDenied, DubboStatus.ServiceError, true),
        new(ExchangeStatus.Unimplemented, DubboStatus.ServiceNotFound, true),
        new(ExchangeStatus.RequestTooLarge, DubboStatus.BadRequest, true),
        new(ExchangeStatus.ReplyTooLarge, DubboStatus.BadResponse, true),
        new(ExchangeStatus.Exhausted, DubboStatus.ThreadpoolExhausted, true),
        new(ExchangeStatus.Unavailable, DubboStatus.ServerError, true),
        new(ExchangeStatus.BadGateway, DubboStatus.BadResponse, true),
        new(ExchangeStatus.DeadlineExceeded, DubboStatus.ServerTimeout, true),
        new(ExchangeStatus.Cancelled, None, false),
        new(ExchangeStatus.Internal, DubboStatus.ServerError, true),
    ];

    /// <summary>The status for this exchange, with the rule that nobody may execute a call twice unasked.</summary>
    internal static byte FormOf(Exchange exchange) => FormOf(Rows[(int)exchange.Status], exchange.MustNotBeRetried);

    internal static byte FormOf(OutboundStatus row, bool mustNotBeRetried) => row.Retried && mustNotBeRetried ? DubboStatus.Ok : row.Code;
}
