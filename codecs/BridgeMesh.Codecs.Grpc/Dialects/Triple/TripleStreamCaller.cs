using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A caller of Triple's own streams, as Node speaks them: gRPC's prefix, and the end as a frame of its own, so that no trailers are needed.
/// The HTTP status is 200 whatever the end says.
/// </summary>
internal sealed class TripleStreamCaller(string contentType, MessageForm form) : CallerDialect
{
    internal override MessageFraming Framing => TripleDialects.StreamFraming;

    internal override MessageForm Form => form;

    internal override StreamSupport Streams => StreamSupport.All;

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

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body)
    {
        var start = Framing.BeginMessage(body);
        TripleEnd.Write(exchange, head, body);
        Framing.EndMessage(body, start, TripleEnd.Flag);
    }

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.ContentType = contentType;
        WriteEnd(response, exchange, default, body);
    }
}
