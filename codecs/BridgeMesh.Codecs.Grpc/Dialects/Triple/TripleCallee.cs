using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A callee of Triple's own unary form, as Node, Go and Java 3.3 serve it. Its streams are gRPC's, as the specification has them and as
/// every Dubbo 3 server takes them.
/// </summary>
internal sealed class TripleCallee(bool isWrapped) : CalleeDialect
{
    private static readonly MediaTypeHeaderValue ContentType = new(TripleDialects.Proto);

    private readonly TripleGrpcCallee _streams = new(isWrapped ? WrapMode.Always : WrapMode.Never);

    internal override MessageFraming FramingOf(Exchange exchange) =>
        IsStream(exchange) ? _streams.FramingOf(exchange) : TripleDialects.UnaryFraming;

    internal override MessageForm FormOf(Exchange exchange) => isWrapped ? WrappedForm.Instance : ProtobufForm.Instance;

    internal override bool Takes(Exchange exchange, CallerDialect caller) => caller switch
    {
        TripleUnaryCaller or TripleStreamCaller => true,
        _ => _streams.Takes(exchange, caller),
    };

    internal override void WriteHead(Exchange exchange, HttpRequestMessage request, int timeoutMs)
    {
        if (IsStream(exchange))
        {
            _streams.WriteHead(exchange, request, timeoutMs);
            return;
        }

        request.Content!.Headers.ContentType = ContentType; // Every call has a content.
        request.Headers.TryAddWithoutValidation(TripleDialects.UnaryFraming.AcceptHeader, MessageEncoding.Gzip);
        TripleHead.Write(exchange, request, timeoutMs, isGrpc: false);
    }

    internal override void WriteForwardedHead(Exchange exchange, HttpRequestMessage request) => TripleHead.Forward(exchange, request);

    internal override bool IsEndedInHead(HttpResponseMessage response) => _streams.IsEndedInHead(response);

    internal override ReplyHead ReadHead(Exchange exchange, HttpResponseMessage response)
    {
        if (IsStream(exchange))
        {
            return _streams.ReadHead(exchange, response);
        }

        exchange.ReplyHeader = default;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return ReplyHead.ErrorBody;
        }

        if (response.Content.Headers.ContentType?.MediaType?.Equals(TripleDialects.Proto, StringComparison.OrdinalIgnoreCase) == true)
        {
            return ReplyHead.Messages;
        }

        exchange.SetFault(ExchangeStatus.BadGateway, $"the callee's answer is not {TripleDialects.Proto}", mayHaveExecuted: true);
        return ReplyHead.Foreign;
    }

    internal override void ReadErrorBody(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> body) =>
        TripleError.Read(exchange, (int)response.StatusCode, body);

    internal override void ReadEnd(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> frame)
    {
        if (IsStream(exchange))
        {
            _streams.ReadEnd(exchange, response, frame);
        }
        else
        {
            exchange.Status = ExchangeStatus.Ok;
        }
    }

    internal override void ReadHeadMetadata(HttpResponseMessage response, Metadata into) => _streams.ReadHeadMetadata(response, into);

    internal override void ReadMetadata(HttpResponseMessage response, in ReadOnlySequence<byte> frame, Metadata into)
    {
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            // What would be trailers stands in the head of a unary answer.
            var isTrailer = name.StartsWith(TripleHeaders.TrailerPrefix, StringComparison.OrdinalIgnoreCase);
            foreach (var value in values)
            {
                TripleMetadata.Read(isTrailer ? name[TripleHeaders.TrailerPrefix.Length..] : name, value, into);
            }
        }

        TripleGrpcCallee.Read(response.TrailingHeaders, into);
        TripleMetadata.Restore(ResponseHeaders.Find(response, TripleHeaders.Convert), into);
    }

    private static bool IsStream(Exchange exchange) =>
        exchange.Shape is { } shape && StreamRules.NeededBy(shape) != StreamSupport.None;
}
