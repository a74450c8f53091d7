using System.Globalization;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// HTTP to HTTP without opening the body: YARP's forwarder streams the request that Kestrel received to the instance and its response back.
/// A call that was carried is Ok for the pipeline whatever code the callee answered: the caller has it already, and nothing may be tried
/// again. The code stands in the exchange's ReplyHeader.
/// </summary>
internal static class ForwardLane
{
    // The forwarder comes only through its registration; it holds no state beside a logger, which is the null one here.
    private static readonly Lazy<IHttpForwarder> Forwarder = new(
        static () => new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider().GetRequiredService<IHttpForwarder>());

    // The attempt's own deadline ends a call; idle streams within it are no fault.
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = TimeSpan.FromDays(1),
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

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
        var error = await Forwarder.Value.SendAsync(
            context,
            attempt.Channel.BaseUrl,
            attempt.Channel.Invoker,
            Config,
            new Transformer(exchange, call),
            attempt.Token).ConfigureAwait(false);
        if (error == ForwarderError.None)
        {
            call.Forwarded = true;
            exchange.Status = ExchangeStatus.Ok;
            exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = context.Response.StatusCode };
            return;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var isNotConnected = exception is HttpRequestException refused && HttpAttempt.IsNotConnected(refused);
        call.BodyStreamed = hasBody && !isNotConnected;
        SetFault(attempt, error, exception);
        if (context.Response.HasStarted)
        {
            // Half an answer is out. The forwarder has broken the connection, which is the only way left to say so.
            call.Forwarded = true;
            return;
        }

        context.Response.Clear();
    }

    private static void SetFault(HttpAttempt attempt, ForwarderError error, Exception? exception)
    {
        var exchange = attempt.Exchange;
        switch (error)
        {
            case ForwarderError.RequestBodyClient when IsTooLarge(exception):
                exchange.SetFault(ExchangeStatus.RequestTooLarge, "the body is longer than the listener takes", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestBodyClient:
                exchange.SetFault(ExchangeStatus.InvalidArgument, "the body ends early or its framing is broken", mayHaveExecuted: true);
                break;
            case ForwarderError.ResponseBodyClient:
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
                when !attempt.Token.IsCancellationRequested:
                exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away", mayHaveExecuted: true);
                break;
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled:
            case ForwarderError.RequestTimedOut:
                // The attempt's own token, or else the time to connect: the forwarder itself waits for a day.
                attempt.SetFault(new OperationCanceledException());
                break;
            default:
                attempt.SetFault(exception ?? new IOException());
                break;
        }
    }

    // The forwarder wraps it together with what the callee's connection said.
    private static bool IsTooLarge(Exception? exception) => exception switch
    {
        null => false,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => true,
        AggregateException several => several.InnerExceptions.Any(IsTooLarge),
        _ => IsTooLarge(exception.InnerException),
    };

    private sealed class Transformer(Exchange exchange, HttpCall call) : HttpTransformer
    {
        private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);

            // As the caller wrote it: the decoded path no longer tells an escaped slash from a real one.
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, RequestTarget.OriginForm(call.RawTarget)), Verbatim);

            // The callee's own name: behind a facade the caller's Host is the gateway's address.
            var headers = proxyRequest.Headers;
            headers.Host = null;
            RemoveHopByHop(httpContext, proxyRequest);
            headers.Remove(BridgeHeaders.TimeoutMs);
            var leftMs = Math.Max(1, exchange.RemainingMs).ToString(CultureInfo.InvariantCulture);
            headers.TryAddWithoutValidation(BridgeHeaders.TimeoutMs, leftMs);
            AddForwarded(httpContext, proxyRequest);
            if (call.Credentials == CredentialPolicy.None)
            {
                headers.Remove("Authorization");
                headers.Remove("Cookie");
            }
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
            if (proxyResponse is null)
            {
                return copyBody;
            }

            var response = httpContext.Response;
            if (proxyResponse.Headers.NonValidated.TryGetValues("Connection", out var connection))
            {
                foreach (var (name, _) in proxyResponse.Headers.NonValidated)
                {
                    if (HeaderRules.IsNamedIn(connection.ToString(), name))
                    {
                        response.Headers.Remove(name);
                    }
                }
            }

            response.Headers[BridgeHeaders.Lane] = "forward";
            if (copyBody && proxyResponse.Content.Headers.ContentLength is null)
            {
                // The forwarder flushes with the first byte of the body; a stream that stays silent at first would keep its head back.
                await response.StartAsync(cancellationToken).ConfigureAwait(false);
                await response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            return copyBody;
        }

        // The forwarder drops the hop-by-hop headers that everybody knows; these only the Connection header tells.
        private static void RemoveHopByHop(HttpContext context, HttpRequestMessage proxyRequest)
        {
            var connection = context.Request.Headers.Connection.ToString();
            if (connection.Length == 0 || connection.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            foreach (var (name, _) in context.Request.Headers)
            {
                if (HeaderRules.IsNamedIn(connection, name))
                {
                    proxyRequest.Headers.Remove(name);
                }
            }
        }

        private static void AddForwarded(HttpContext context, HttpRequestMessage proxyRequest)
        {
            var headers = proxyRequest.Headers;
            if (context.Connection.RemoteIpAddress is { } caller)
            {
                var earlier = context.Request.Headers["X-Forwarded-For"].ToString();
                headers.Remove("X-Forwarded-For");
                headers.TryAddWithoutValidation("X-Forwarded-For", earlier.Length == 0 ? caller.ToString() : $"{earlier}, {caller}");
            }

            Set(headers, "X-Forwarded-Proto", context.Request.Scheme);
            Set(headers, "X-Forwarded-Host", context.Request.Host.Value);
        }

        private static void Set(System.Net.Http.Headers.HttpRequestHeaders headers, string name, string? value)
        {
            headers.Remove(name);
            if (!string.IsNullOrEmpty(value))
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
