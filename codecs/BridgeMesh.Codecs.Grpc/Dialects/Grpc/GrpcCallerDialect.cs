using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>A gRPC caller: content type <c>application/grpc</c>, status in trailers, a fault without messages in the head alone (Trailers-Only).</summary>
internal sealed class GrpcCallerDialect : CallerDialect
{
    private const string ContentType = "application/grpc";

    internal override MessageFraming Framing => GrpcDialects.Framing;

    internal override MessageForm Form => ProtobufForm.Instance;

    internal override bool EndsInTrailers => true;

    internal override StreamSupport Streams => StreamSupport.All;

    internal override bool Recognises(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) =>
        CallTarget.TryRead(request, exchange) && GrpcTimeout.TryRead(request.Headers, exchange);

    internal override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = ContentType;
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
        response.DeclareTrailer(GrpcTrailers.StatusName);
    }

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body)
    {
        var trailers = response.Trailers();
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (!head.Contains(pair) && MetadataRules.OnWire(pair.Key, pair.Value) is { } sent)
            {
                trailers.AddField(sent.Name, sent.Value);
            }
        }

        var end = GrpcTrailers.Of(exchange);
        trailers[GrpcTrailers.StatusName] = end.Status;
        if (end.Message is { } message)
        {
            trailers[GrpcTrailers.MessageName] = message;
        }

        if (end.Details is { } details)
        {
            trailers[GrpcTrailers.DetailsName] = details;
        }
    }

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.ContentType = ContentType;
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
        var end = GrpcTrailers.Of(exchange);
        response.Headers[GrpcTrailers.StatusName] = end.Status;
        if (end.Message is { } message)
        {
            response.Headers[GrpcTrailers.MessageName] = message;
        }

        if (end.Details is { } details)
        {
            response.Headers[GrpcTrailers.DetailsName] = details;
        }
    }
}
