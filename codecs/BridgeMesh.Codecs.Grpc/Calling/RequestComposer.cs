using System.Net;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>Makes requests out of an exchange.</summary>
internal static class RequestComposer
{
    /// <summary>Writes the arguments of the exchange as one message behind its prefix; false after a fault.</summary>
    internal static bool TryCompose(RpcAttempt attempt, FrameWriter body)
    {
        var status = Compose(attempt, attempt.Exchange.Request, body);
        if (!status.IsOk)
        {
            attempt.Exchange.SetFault(BodyFaults.OfRequest(status), status);
        }

        return status.IsOk;
    }

    internal static CodecStatus Compose(RpcAttempt attempt, ValueTape arguments, FrameWriter body)
    {
        var (exchange, dialect) = (attempt.Exchange, attempt.Channel.Dialect);
        var framing = dialect.FramingOf(exchange);
        var start = framing.BeginMessage(body);
        var status = dialect.FormOf(exchange).WriteRequest(exchange, arguments, body);
        framing.EndMessage(body, start, attempt.Packer);
        return status;
    }

    internal static HttpRequestMessage RequestOf(RpcAttempt attempt, HttpContent content)
    {
        var exchange = attempt.Exchange;
        var dialect = attempt.Channel.Dialect;
        var request = new HttpRequestMessage(HttpMethod.Post, $"{attempt.Channel.BaseUrl}/{dialect.ServiceOf(exchange)}/{dialect.MethodOf(exchange)}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        attempt.Channel.Dialect.WriteHead(exchange, request, attempt.TimeoutMs);
        var framing = attempt.Channel.Dialect.FramingOf(exchange);
        if (framing.Announces(attempt.Packer) && !request.Headers.TryAddWithoutValidation(framing.EncodingHeader, MessageEncoding.Gzip))
        {
            // HttpClient files it with the content.
            content.Headers.TryAddWithoutValidation(framing.EncodingHeader, MessageEncoding.Gzip);
        }

        return request;
    }
}
