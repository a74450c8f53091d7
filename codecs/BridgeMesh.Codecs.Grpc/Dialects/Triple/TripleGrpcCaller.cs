using System.Globalization;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A caller that frames its messages as gRPC does: a Dubbo 3 consumer, whose messages may be wrapped and which reads attachments from
/// trailers alone, or a gRPC client at a Triple port, which every Dubbo 3 server answers. They share a content type; a consumer has a
/// header of Triple's.
/// </summary>
internal sealed class TripleGrpcCaller(bool isConsumer) : CallerDialect
{
    private const string ContentType = "application/grpc+proto";

    internal bool IsConsumer => isConsumer;

    internal override MessageFraming Framing => GrpcDialects.Framing;

    internal override MessageForm Form => WrappableForm.Instance;

    internal override bool EndsInTrailers => true;

    internal override StreamSupport Streams => StreamSupport.All;

    internal override bool Recognises(HttpRequest request) =>
        GrpcDialects.Caller.Recognises(request) && (!isConsumer || HasHeaderOfTriple(request.Headers));

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) => TripleHead.TryRead(request, exchange);

    /// <remarks>What every service has is in no contract; its message says whether it is that.</remarks>
    internal override bool TryBind(Exchange exchange) => exchange.Method == WrappedRequest.EchoMethod || TripleHead.TryBind(exchange);

    internal override void ReadMetadata(HttpRequest request, Metadata into) => TripleHead.ReadMetadata(request, into);

    internal override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = ContentType;
        if (!isConsumer)
        {
            WriteAttachments(exchange.ReplyMetadata, default, response.Headers);
        }

        response.DeclareTrailer(GrpcTrailers.StatusName);
    }

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body)
    {
        var trailers = response.Trailers();
        WriteAttachments(exchange.ReplyMetadata, isConsumer ? default : head, trailers);
        if (isConsumer && TripleMetadata.ConvertOf(exchange.ReplyMetadata) is { } convert)
        {
            trailers[TripleHeaders.Convert] = convert;
        }

        WriteStatus(exchange, trailers);
    }

    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        if (WrappedCall.IsWrapped(exchange) && IsException(exchange) && TryWriteException(response, exchange, body))
        {
            return;
        }

        response.ContentType = ContentType;
        WriteAttachments(exchange.ReplyMetadata, default, response.Headers);
        WriteStatus(exchange, response.Headers);
    }

    private static bool HasHeaderOfTriple(IHeaderDictionary headers)
    {
        foreach (var (name, _) in headers)
        {
            if (name.StartsWith("tri-", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What a consumer gets as an exception instead of a status: upon every status its failover calls again, which an exception stops.
    /// </summary>
    private static bool IsException(Exchange exchange) =>
        exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException || exchange.MustNotBeRetried;

    private bool TryWriteException(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        var start = Framing.BeginMessage(body);
        if (!WrappedReply.WriteException(exchange, WrappedCall.SerializationOf(exchange), body).IsOk)
        {
            body.Truncate(start);
            return false;
        }

        Framing.EndMessage(body, start);
        response.ContentType = ContentType;
        response.Headers[TripleHeaders.ExceptionCode] = WrappedReply.BusinessCode.ToString(CultureInfo.InvariantCulture);
        var trailers = response.Trailers();
        WriteAttachments(exchange.ReplyMetadata, default, trailers);
        trailers[GrpcTrailers.StatusName] = "0";
        return true;
    }

    private void WriteStatus(Exchange exchange, IHeaderDictionary into)
    {
        var end = GrpcTrailers.Of(exchange);
        into[GrpcTrailers.StatusName] = end.Status;
        if (end.Message is { } message)
        {
            into[GrpcTrailers.MessageName] = message;
        }

        // Java decodes the text inside the details as if it were escaped, and breaks on a percent sign that is none.
        if ((isConsumer ? StatusDetails.Write(exchange, escapesMessage: true) : end.Details) is { } details)
        {
            into[GrpcTrailers.DetailsName] = details;
        }
    }

    private static void WriteAttachments(Metadata metadata, SentMetadata sent, IHeaderDictionary into)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (!sent.Contains(pair) && TripleMetadata.OnWire(pair.Key, pair.Value) is { } onWire)
            {
                into.AddField(onWire.Name, onWire.Value);
            }
        }
    }
}
