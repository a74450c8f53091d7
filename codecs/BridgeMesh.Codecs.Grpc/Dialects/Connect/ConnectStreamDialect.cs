using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>A Connect call that streams. The HTTP status is 200 whatever the end says. A unary method is a stream of one message each way.</summary>
internal sealed class ConnectStreamDialect(string contentType, MessageForm form) : CallerDialect
{
    internal override MessageFraming Framing => ConnectDialects.StreamFraming;

    internal override MessageForm Form => form;

    internal override StreamSupport Streams => StreamSupport.All;

    internal override bool Recognises(HttpRequest request) => HttpMethods.IsPost(request.Method) && ContentTypes.Is(request, contentType);

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) => ConnectHead.TryRead(request, exchange);

    internal override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = contentType;
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
    }

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body)
    {
        var start = Framing.BeginMessage(body);
        ConnectEnd.Write(exchange, head, body);
        Framing.EndMessage(body, start, ConnectEnd.Flag);
    }

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.ContentType = contentType;
        WriteEnd(response, exchange, default, body);
    }
}
