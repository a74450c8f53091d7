using System.Globalization;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// What changes on a request and a response of the forward lane: the target stays as it was written, hop-by-hop headers go, the hop's own
/// are added. Everything else is the two sides' affair.
/// </summary>
internal sealed class ForwardTransformer(HttpAttempt attempt, HttpCall call) : HttpTransformer
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
        var leftMs = Math.Max(1, attempt.Exchange.RemainingMs).ToString(CultureInfo.InvariantCulture);
        headers.TryAddWithoutValidation(BridgeHeaders.TimeoutMs, leftMs);
        if (attempt.Exchange.CalleeHops is { } hops)
        {
            headers.Remove(HopList.Key);
            headers.TryAddWithoutValidation(HopList.Key, hops);
        }

        AddForwarded(httpContext, proxyRequest);
        if (httpContext.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            // The client then holds the body back until the callee wants it, and Kestrel tells the caller only when it is read.
            headers.ExpectContinue = true;
        }

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

        attempt.Clock.Stop();
        attempt.Channel.Reachability.OnAnswered();
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
        if (call.MustSayClose && (int)proxyResponse.StatusCode >= StatusCodes.Status200OK)
        {
            response.Headers.Connection = "close";
        }

        if (copyBody && (int)proxyResponse.StatusCode >= StatusCodes.Status200OK && proxyResponse.Content.Headers.ContentLength is null)
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
