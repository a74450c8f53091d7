using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>
/// A unary Connect call by GET, which caches may answer: for methods that the contract calls idempotent, with the message in the URL.
/// <code>
/// ?connect=v1&amp;encoding=json|proto&amp;message=…[&amp;base64=1][&amp;compression=gzip]
/// </code>
/// </summary>
internal sealed class ConnectGetDialect(string encoding, string contentType, MessageForm form) : ConnectUnaryDialect(contentType, form)
{
    /// <summary>Remembered with the exchange: the method is there, and GET may not call it.</summary>
    private const int WrongVerb = 1;

    internal override bool Recognises(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Query["encoding"] == encoding && request.Query.ContainsKey("message");

    internal override bool TryReadHead(HttpRequest request, Exchange exchange)
    {
        if (!ConnectHead.TryRead(request, exchange))
        {
            return false;
        }

        if (request.Query.TryGetValue("connect", out var version) && version != "v1")
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, "connect must be v1");
            return false;
        }

        if (MessageOf(request) is null)
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, "message is no base64 of the URL's alphabet");
            return false;
        }

        return true;
    }

    internal override bool TryBind(Exchange exchange)
    {
        if (!base.TryBind(exchange))
        {
            return false;
        }

        if (exchange.Shape?.Idempotent == true)
        {
            return true;
        }

        exchange.CallerFlags = WrongVerb;
        exchange.SetFault(ExchangeStatus.Unimplemented, $"{exchange.Method} is not idempotent by its contract, so that it is called by POST alone");
        return false;
    }

    internal override string? EncodingOf(HttpRequest request) => request.Query["compression"];

    // Looked at with the head.
    internal override PipeReader BodyOf(HttpRequest request) => PipeReader.Create(new(MessageOf(request) ?? []));

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        base.WriteFault(response, exchange, body);
        if (exchange.CallerFlags == WrongVerb)
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "POST";
        }
    }

    private static byte[]? MessageOf(HttpRequest request)
    {
        var message = request.Query["message"].ToString();
        if (request.Query["base64"] != "1")
        {
            return Encoding.UTF8.GetBytes(message);
        }

        // Padding may be there or not; senders that know one alphabet use the other one.
        var text = message.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}
