using System.Globalization;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
        var resets = context.Features.Get<IHttpResetFeature>();
        var held = new HeldReset();
        context.Features.Set<IHttpResetFeature>(held);
        var error = await WebForwarder.Instance.SendAsync(
            context,
            attempt.Channel.BaseUrl,
            attempt.Channel.Invoker,
            Config,
            new Transformer(exchange, attempt.Channel.Dialect, contentType),
            attempt.Token).ConfigureAwait(false);
        context.Features.Set(resets);
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
            call.Forwarded = true;
            exchange.Connection = ConnectionOutcome.Kept;
            EndHalfAnswer(call, exchange, resets, held);
            return;
        }

        exchange.IsWhole = !call.BodyStreamed;
        context.Response.Clear();
    }

    // Trailers say whose fault it was and whether to call again. A reset would be the caller's own CANCELLED to most libraries; it stays for a
    // body of a known length, which cannot end early otherwise, and for dialects whose end is no trailer.
    private static void EndHalfAnswer(RpcCall call, Exchange exchange, IHttpResetFeature? resets, HeldReset held)
    {
        var response = call.Context.Response;
        if (call.Dialect.EndsInTrailers && response.ContentLength is null && exchange.Status != ExchangeStatus.Cancelled)
        {
            using var body = new FrameWriter();
            call.Dialect.WriteEnd(response, exchange, SentMetadata.Of(exchange.ReplyMetadata), body);
        }
        else if (held.Code is { } code)
        {
            resets?.Reset(code);
        }
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

    /// <summary>Keeps the reset with which the forwarder gives a stream up, so that a status can take its place.</summary>
    private sealed class HeldReset : IHttpResetFeature
    {
        internal int? Code { get; private set; }

        public void Reset(int errorCode) => Code = errorCode;
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
                var path = string.Create(CultureInfo.InvariantCulture, $"{destinationPrefix}/{service}/{dialect.MethodOf(exchange)}");
                proxyRequest.RequestUri = new Uri(path);
            }

            dialect.WriteForwardedHead(exchange, proxyRequest);
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
            if (proxyResponse is not null)
            {
                (exchange.CalleeItem as RpcAttempt)?.Channel.Reachability.OnAnswered();
            }

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
