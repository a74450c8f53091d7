using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <summary>
/// From neutral to what a Dubbo caller gets. Dubbo's default failover tries again after every status other than 20, so a call that may
/// have been executed and is not idempotent is answered with 20 and a Throwable instead: see <see cref="FormOf"/>.
/// </summary>
internal static class OutboundStatuses
{
    /// <summary>No reply is written at all.</summary>
    internal const byte None = 0;

    internal static byte CodeOf(ExchangeStatus status) => status switch
    {
        ExchangeStatus.Ok or ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException => DubboStatus.Ok,
        ExchangeStatus.InvalidArgument => DubboStatus.BadRequest,
        ExchangeStatus.Unauthenticated or ExchangeStatus.PermissionDenied => DubboStatus.ServiceError,
        ExchangeStatus.Unimplemented => DubboStatus.ServiceNotFound,
        ExchangeStatus.RequestTooLarge => DubboStatus.BadRequest,
        ExchangeStatus.ReplyTooLarge => DubboStatus.BadResponse,
        ExchangeStatus.Exhausted => DubboStatus.ThreadpoolExhausted,
        ExchangeStatus.Unavailable => DubboStatus.ServerError,
        ExchangeStatus.BadGateway => DubboStatus.BadResponse,
        ExchangeStatus.DeadlineExceeded => DubboStatus.ServerTimeout,
        ExchangeStatus.Cancelled => None,
        _ => DubboStatus.ServerError,
    };

    /// <summary>The status for this exchange, with the rule that nobody may execute a call twice unasked.</summary>
    internal static byte FormOf(Exchange exchange)
    {
        var code = CodeOf(exchange.Status);
        var mustNotRetry = exchange.MayHaveExecuted && exchange.Shape?.Idempotent != true;
        return mustNotRetry && code is not (None or DubboStatus.Ok) ? DubboStatus.Ok : code;
    }
}
