using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A caller of Triple's own unary form: the body is the one message, a fault is a JSON object under the HTTP status of its code. Source:
/// the Triple specification, "Unary"; protocol-triple of dubbo-js; protocol_triple.go.
/// </summary>
internal sealed class TripleUnaryCaller(string contentType, MessageForm form) : CallerDialect
{
    internal override MessageFraming Framing => TripleDialects.UnaryFraming;

    internal override MessageForm Form => form;

    internal override StreamSupport Streams => StreamSupport.None;

    internal override bool Recognises(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && TripleDialects.IsType(request, contentType);

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) => TripleHead.TryRead(request, exchange);

    internal override bool TryBind(Exchange exchange) => TripleHead.TryBind(exchange);

    internal override void ReadMetadata(HttpRequest request, Metadata into) => TripleHead.ReadMetadata(request, into);

    internal override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = contentType;
        TripleMetadata.Write(exchange.ReplyMetadata, response.Headers);
    }

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body) =>
        response.ContentLength = body.Length;

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.StatusCode = TripleCodes.Of(OutboundStatuses.CodeOf(exchange)).HttpStatus;
        response.ContentType = TripleDialects.Json;
        TripleMetadata.Write(exchange.ReplyMetadata, response.Headers);
        using (var json = new Utf8JsonWriter(body))
        {
            TripleError.Write(exchange, json);
        }

        response.ContentLength = body.Length;
    }
}
