using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>A unary Connect call by POST: curl can make one. A fault is a JSON object under the HTTP status of its code.</summary>
internal class ConnectUnaryDialect(string contentType, MessageForm form) : CallerDialect
{
    internal sealed override MessageFraming Framing => ConnectDialects.UnaryFraming;

    internal sealed override MessageForm Form => form;

    internal sealed override StreamSupport Streams => StreamSupport.None;

    internal override bool Recognises(HttpRequest request) => HttpMethods.IsPost(request.Method) && ContentTypes.Is(request, contentType);

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) => ConnectHead.TryRead(request, exchange);

    internal override bool TryBind(Exchange exchange)
    {
        if (!base.TryBind(exchange))
        {
            return false;
        }

        if (exchange.Shape is { } shape && StreamRules.NeededBy(shape) != StreamSupport.None)
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, $"{exchange.Method} streams, and is called as application/connect+json or +proto");
            return false;
        }

        return true;
    }

    internal sealed override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = contentType;
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
    }

    internal sealed override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body) =>
        response.ContentLength = body.Length;

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.StatusCode = ConnectCodes.Of(OutboundStatuses.CodeOf(exchange)).HttpStatus;
        response.ContentType = ConnectDialects.Json;
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
        using (var json = new Utf8JsonWriter(body))
        {
            ConnectError.Write(exchange, json);
        }

        response.ContentLength = body.Length;
    }
}
