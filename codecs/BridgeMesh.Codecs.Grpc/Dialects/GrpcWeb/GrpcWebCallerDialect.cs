using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;

/// <summary>
/// A gRPC-Web caller, as browsers are: gRPC's messages, with the trailers as a last frame of the body, over any version of HTTP. The text form
/// has the whole body in base64.
/// <code>
/// message*, then flag 0x80 | length u32 | grpc-status:0 CR LF grpc-message:… CR LF name:value CR LF …
/// </code>
/// Source: grpc/doc/PROTOCOL-WEB.md.
/// </summary>
internal sealed class GrpcWebCallerDialect(string contentType, bool isText) : CallerDialect
{
    private const byte TrailersFlag = 0x80;

    internal override MessageFraming Framing => GrpcDialects.Framing;

    internal override MessageForm Form => ProtobufForm.Instance;

    internal override StreamSupport Streams => StreamSupport.All;

    internal override bool Recognises(HttpRequest request) => HttpMethods.IsPost(request.Method) && ContentTypes.Is(request, contentType, orSuffix: "+proto");

    internal override bool TryReadHead(HttpRequest request, Exchange exchange) =>
        CallTarget.TryRead(request, exchange) && GrpcTimeout.TryRead(request.Headers, exchange);

    internal override PipeReader BodyOf(HttpRequest request) => isText ? PipeReader.Create(new Base64Body(request.BodyReader)) : request.BodyReader;

    internal override void WriteHead(HttpResponse response, Exchange exchange)
    {
        response.ContentType = contentType + "+proto";
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
    }

    internal override void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body)
    {
        var start = Framing.BeginMessage(body);
        var end = GrpcTrailers.Of(exchange);
        Write(body, GrpcTrailers.StatusName, end.Status);
        if (end.Message is { } message)
        {
            Write(body, GrpcTrailers.MessageName, message);
        }

        if (end.Details is { } details)
        {
            Write(body, GrpcTrailers.DetailsName, details);
        }

        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (!head.Contains(pair) && MetadataRules.OnWire(pair.Key, pair.Value) is { } sent)
            {
                Write(body, sent.Name, sent.Value);
            }
        }

        Framing.EndMessage(body, start, TrailersFlag);
    }

    // In the body as well: a page may read headers of another origin only where CORS exposes them.
    internal override void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body)
    {
        response.ContentType = contentType + "+proto";
        WriteEnd(response, exchange, default, body);
    }

    internal override void Wrap(FrameWriter body)
    {
        if (!isText)
        {
            return;
        }

        // Each piece is padded by itself, which readers take between pieces as well as at the end.
        var length = body.Length;
        body.Advance(body.GetSpan(Base64.GetMaxEncodedToUtf8Length(length) - length)[..(Base64.GetMaxEncodedToUtf8Length(length) - length)].Length);
        Base64.EncodeToUtf8InPlace(body.From(0), length, out _);
    }

    // Every value was made, or checked, to be printable ASCII.
    private static void Write(FrameWriter body, string name, string value)
    {
        Span<byte> text = stackalloc byte[256];
        foreach (var part in (ReadOnlySpan<string>)[name, ":", value, "\r\n"])
        {
            for (var rest = part.AsSpan(); !rest.IsEmpty; rest = rest[Math.Min(rest.Length, text.Length)..])
            {
                var count = Encoding.ASCII.GetBytes(rest[..Math.Min(rest.Length, text.Length)], text);
                body.Write(text[..count]);
            }
        }
    }
}
