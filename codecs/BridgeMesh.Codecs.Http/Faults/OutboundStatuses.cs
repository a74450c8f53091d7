using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Faults;

/// <param name="Http">Status code; 0 where nobody reads the answer.</param>
/// <param name="Type">The problem's type where it is not an exception's class.</param>
/// <param name="Title">The problem's title where it is not an exception's.</param>
/// <param name="Retried">
/// Whether clients and proxies that were told to try again at all do so upon the code: 429 and 503 say "later". Source: RFC 9110, 15.6.4;
/// RFC 6585, 4.
/// </param>
internal readonly record struct OutboundStatus(ExchangeStatus Status, int Http, string Type, string Title, bool Retried = false);

/// <summary>
/// How an exchange's end is told to an HTTP caller; one row per neutral status. The types are urns of the gateway's own, so that another
/// gateway reads the neutral status back exactly.
/// </summary>
internal static class OutboundStatuses
{
    internal const string UrnPrefix = "urn:bridgemesh:";

    internal static readonly ImmutableArray<OutboundStatus> Rows =
    [
        new(ExchangeStatus.Ok, 200, "about:blank", "OK"),
        new(ExchangeStatus.BusinessException, 422, UrnPrefix + "business-exception", "Business exception"),
        new(ExchangeStatus.RuntimeException, 500, UrnPrefix + "runtime-exception", "Runtime exception"),
        new(ExchangeStatus.InvalidArgument, 400, UrnPrefix + "invalid-argument", "Invalid argument"),
        new(ExchangeStatus.Unauthenticated, 401, UrnPrefix + "unauthenticated", "Unauthenticated"),
        new(ExchangeStatus.PermissionDenied, 403, UrnPrefix + "permission-denied", "Permission denied"),
        new(ExchangeStatus.Unimplemented, 404, UrnPrefix + "unimplemented", "Unknown service or method"),
        new(ExchangeStatus.RequestTooLarge, 413, UrnPrefix + "request-too-large", "Request too large"),
        new(ExchangeStatus.ReplyTooLarge, 413, UrnPrefix + "reply-too-large", "Reply too large"),
        new(ExchangeStatus.Exhausted, 429, UrnPrefix + "exhausted", "Limit reached", Retried: true),
        new(ExchangeStatus.Unavailable, 503, UrnPrefix + "unavailable", "No instance available", Retried: true),
        new(ExchangeStatus.BadGateway, 502, UrnPrefix + "bad-gateway", "The callee broke its protocol"),
        new(ExchangeStatus.DeadlineExceeded, 504, UrnPrefix + "deadline-exceeded", "Deadline exceeded"),
        new(ExchangeStatus.Cancelled, 499, UrnPrefix + "cancelled", "The caller went away"),
        new(ExchangeStatus.Internal, 500, UrnPrefix + "internal", "Fault of the gateway"),
    ];

    /// <summary>Stands for a code that would be retried, where the call may have been executed; the type still says what happened.</summary>
    private const int NotRetried = 502;

    internal static OutboundStatus Of(ExchangeStatus status) => Rows[(int)status];

    /// <summary>
    /// The code for this exchange, with the rule that nobody may execute a call twice unasked. For an exception, that of its class in the
    /// contract, or the 4xx that an HTTP callee gave it.
    /// </summary>
    internal static int CodeOf(Exchange exchange)
    {
        var row = Of(exchange.Status);
        if (exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException && CodeOfException(exchange) is { } own)
        {
            row = row with { Http = own, Retried = own is 429 or 503 };
        }

        return CodeOf(row, exchange.MustNotBeRetried);
    }

    internal static int CodeOf(in OutboundStatus row, bool mustNotBeRetried) => row.Retried && mustNotBeRetried ? NotRetried : row.Http;

    private static int? CodeOfException(Exchange exchange)
    {
        if (KnownExceptions.Find(exchange, ProblemDocument.ExceptionOf(exchange))?.CodeInHttp is { } declared)
        {
            return declared;
        }

        // The forward lane's answers do not come by here: this is an HTTP callee whose answer was read.
        var code = exchange.ReplyHeader.Status;
        return exchange.Instance?.Protocol == HttpPlugin.ProtocolName && code is >= 400 and <= 499 ? code : null;
    }
}
