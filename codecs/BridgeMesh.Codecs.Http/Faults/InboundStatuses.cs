using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Faults;

/// <param name="From">First status code of the row.</param>
/// <param name="To">Last one.</param>
/// <param name="Bare">Meaning when the body says nothing of an application's.</param>
/// <param name="Application">
/// Meaning when the body is an application's own error, <c>{code, message}</c>: some handler ran and refused, so a 404 is a missing order
/// and not a missing method.
/// </param>
/// <param name="MayHaveExecuted">Whether a handler may have run before the answer was made.</param>
internal readonly record struct InboundStatus(int From, int To, ExchangeStatus Bare, ExchangeStatus Application, bool MayHaveExecuted);

/// <summary>
/// What an HTTP callee's status code means where its body names neither an exception class nor a status of BridgeMesh's own. Never
/// Cancelled: the caller is still there, even if the callee's own caller was not (499).
/// </summary>
internal static class InboundStatuses
{
    internal static readonly ImmutableArray<InboundStatus> Rows =
    [
        new(100, 199, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true),
        new(200, 299, ExchangeStatus.Ok, ExchangeStatus.Ok, true),
        new(300, 399, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true),
        new(400, 400, ExchangeStatus.InvalidArgument, ExchangeStatus.InvalidArgument, false),
        new(401, 401, ExchangeStatus.Unauthenticated, ExchangeStatus.Unauthenticated, false),
        new(403, 403, ExchangeStatus.PermissionDenied, ExchangeStatus.PermissionDenied, false),
        new(404, 404, ExchangeStatus.Unimplemented, ExchangeStatus.RuntimeException, false),
        new(405, 405, ExchangeStatus.Unimplemented, ExchangeStatus.Unimplemented, false),
        new(408, 408, ExchangeStatus.DeadlineExceeded, ExchangeStatus.DeadlineExceeded, true),
        new(413, 414, ExchangeStatus.RequestTooLarge, ExchangeStatus.RequestTooLarge, false),
        new(422, 422, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true),
        new(429, 429, ExchangeStatus.Exhausted, ExchangeStatus.Exhausted, false),
        new(431, 431, ExchangeStatus.RequestTooLarge, ExchangeStatus.RequestTooLarge, false),
        new(499, 499, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true),
        new(400, 499, ExchangeStatus.InvalidArgument, ExchangeStatus.RuntimeException, true),
        new(501, 501, ExchangeStatus.Unimplemented, ExchangeStatus.Unimplemented, false),
        new(502, 502, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true),
        new(503, 503, ExchangeStatus.Unavailable, ExchangeStatus.Unavailable, false),
        new(504, 504, ExchangeStatus.DeadlineExceeded, ExchangeStatus.DeadlineExceeded, true),
        new(500, 599, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true),
    ];

    /// <summary>The first row that holds the code; what no row holds is not HTTP.</summary>
    internal static InboundStatus Of(int code)
    {
        foreach (var row in Rows)
        {
            if (code >= row.From && code <= row.To)
            {
                return row;
            }
        }

        return new InboundStatus(code, code, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true);
    }
}
