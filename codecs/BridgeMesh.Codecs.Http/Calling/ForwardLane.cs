using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// HTTP to HTTP without opening the body: YARP's forwarder streams the request that Kestrel received to the instance and its response back.
/// A call that was carried is Ok for the pipeline whatever code the callee answered: the caller has it already, and nothing may be tried
/// again. The code stands in the exchange's ReplyHeader.
/// </summary>
internal static class ForwardLane
{
    internal static async ValueTask RunAsync(HttpAttempt attempt, HttpCall call)
    {
        var exchange = attempt.Exchange;
        var context = call.Context;
        if (call.BodyStreamed)
        {
            const string Detail = "the body was streamed to an instance that failed and cannot be sent again";
            exchange.SetFault(ExchangeStatus.Unavailable, Detail, mayHaveExecuted: true);
            return;
        }

        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
        if (hasBody)
        {
            // The callee's time counts from the last byte that the caller sent: an upload may take longer than any answer.
            context.Request.Body = WatchedBody.Over(context.Request.Body, attempt);
        }

        var error = await WebForwarder.Instance.SendAsync(
            context,
            attempt.Channel.BaseUrl,
            attempt.Channel.Upstream.Invoker,
            attempt.Channel.ForwardingWith(call.Settings.StreamIdle),
            new ForwardTransformer(attempt, call),
            attempt.Token).ConfigureAwait(false);
        if (error == ForwarderError.None)
        {
            call.Forwarded = true;
            exchange.Status = ExchangeStatus.Ok;
            exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = context.Response.StatusCode };
            return;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var isNotConnected = exception is HttpRequestException refused && CalleeFaults.IsNotConnected(refused);
        call.BodyStreamed = hasBody && !isNotConnected;
        SetFault(attempt, error, exception);
        if (context.Response.HasStarted)
        {
            // Half an answer is out. The forwarder has broken the connection, which is the only way left to say so.
            call.Forwarded = true;
            exchange.Connection = ConnectionOutcome.Kept;
            return;
        }

        exchange.IsWhole = !call.BodyStreamed;
        context.Response.Clear();
    }

    private static void SetFault(HttpAttempt attempt, ForwarderError error, Exception? exception)
    {
        var exchange = attempt.Exchange;
        switch (error)
        {
            case ForwarderError.RequestBodyClient when HasStatus(exception, StatusCodes.Status413PayloadTooLarge):
                exchange.SetFault(ExchangeStatus.RequestTooLarge, "the body is longer than the listener takes", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestBodyClient when HasStatus(exception, StatusCodes.Status408RequestTimeout):
                exchange.SetFault(ExchangeStatus.InvalidArgument, "the body comes too slowly", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestBodyClient:
                exchange.SetFault(ExchangeStatus.InvalidArgument, "the body ends early or its framing is broken", mayHaveExecuted: true);
                break;
            case ForwarderError.UpgradeActivityTimeout:
            case ForwarderError.ResponseBodyDestination when exception is OperationCanceledException:
                exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the stream stood still for too long", mayHaveExecuted: true);
                break;
            case ForwarderError.ResponseBodyClient:
            case ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient:
            case ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled:
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
                when !attempt.Clock.IsOver:
                exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled:
            case ForwarderError.RequestTimedOut:
                // The attempt's own token, or else the time to connect: the forwarder itself waits for longer than any deadline.
                attempt.SetFault(new OperationCanceledException());
                break;
            default:
                attempt.SetFault(exception ?? new IOException());
                break;
        }
    }

    // The forwarder wraps it together with what the callee's connection said.
    private static bool HasStatus(Exception? exception, int status) => exception switch
    {
        null => false,
        BadHttpRequestException refused when refused.StatusCode == status => true,
        AggregateException several => several.InnerExceptions.Any(inner => HasStatus(inner, status)),
        _ => HasStatus(exception.InnerException, status),
    };
}
