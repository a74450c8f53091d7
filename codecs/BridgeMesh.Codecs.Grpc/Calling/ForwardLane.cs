using System.Globalization;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// A dialect to itself without opening a message: YARP's forwarder streams both directions, with trailers, flow control and resets. A call that
/// was carried is Ok for the pipeline whatever its status said: the caller has it already.
/// </summary>
internal static class ForwardLane
{
    // The attempt's own deadline ends a call; silent streams are no fault.
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = TimeSpan.FromDays(1),
        Version = System.Net.HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    internal static async ValueTask RunAsync(RpcAttempt attempt, RpcCall call)
    {
        var exchange = attempt.Exchange;
        var context = call.Context;
        if (call.BodyStreamed)
        {
            const string Detail = "the messages were streamed to an instance that failed and cannot be sent again";
            exchange.SetFault(ExchangeStatus.Unavailable, Detail, mayHaveExecuted: true);
            return;
        }

        // The forwarder sends each message on at once only where the type is this very one; application/grpc+proto would wait for a full buffer.
        // The callee gets what the caller wrote.
        var contentType = context.Request.ContentType;
        context.Request.ContentType = "application/grpc";
        var error = await WebForwarder.Instance.SendAsync(
            context,
            attempt.Channel.BaseUrl,
            attempt.Channel.Invoker,
            Config,
            new Transformer(exchange, attempt.Channel.Dialect, contentType),
            attempt.Token).ConfigureAwait(false);
        context.Request.ContentType = contentType;
        if (error == ForwarderError.None)
        {
            call.Forwarded = true;
            exchange.Status = ExchangeStatus.Ok;
            exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = context.Response.StatusCode };
            return;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        call.BodyStreamed = exception is not HttpRequestException refused || !CalleeFaults.IsNotConnected(refused);
        SetFault(attempt, error, exception);
        if (context.Response.HasStarted)
        {
            // Half an answer is out. The forwarder has reset the stream, which is the only way left to say so.
            call.Forwarded = true;
            return;
        }

        context.Response.Clear();
    }

    private static void SetFault(RpcAttempt attempt, ForwarderError error, Exception? exception)
    {
        switch (error)
        {
            case ForwarderError.RequestBodyClient:
            case ForwarderError.ResponseBodyClient:
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
                when !attempt.Token.IsCancellationRequested:
                attempt.Exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled:
            case ForwarderError.RequestTimedOut:
                attempt.SetFault(new OperationCanceledException());
                break;
            default:
                attempt.SetFault(exception ?? new IOException());
                break;
        }
    }

    private sealed class Transformer(Exchange exchange, CalleeDialect dialect, string? contentType) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
            var headers = proxyRequest.Headers;
            headers.Host = null;
            if (proxyRequest.Content is { } content)
            {
                content.Headers.Remove("content-type");
                content.Headers.TryAddWithoutValidation("content-type", contentType);
            }

            if (exchange.CalleeHops is { } hops)
            {
                headers.Remove(HopList.Key);
                headers.TryAddWithoutValidation(HopList.Key, hops);
            }

            if (dialect.ServiceOf(exchange) is var service && service != exchange.Service.Interface)
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"{destinationPrefix}/{service}/{exchange.Method}");
                proxyRequest.RequestUri = new Uri(path);
            }

            dialect.WriteForwardedHead(exchange, proxyRequest);
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
            if (copyBody && proxyResponse is not null && proxyResponse.Content.Headers.ContentLength is null
                && !dialect.IsEndedInHead(proxyResponse))
            {
                // The forwarder flushes with the first byte of the body: a client that waits for headers before it sends more would wait for ever.
                await httpContext.Response.StartAsync(cancellationToken).ConfigureAwait(false);
                await httpContext.Response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            return copyBody;
        }
    }
}
