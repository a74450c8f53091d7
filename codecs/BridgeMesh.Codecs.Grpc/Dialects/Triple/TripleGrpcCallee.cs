using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A callee that takes gRPC's framing with Triple's headers, as every Dubbo 3 server does, and Java's alone before 3.3. What Java
/// interfaces without protobuf take is wrapped.
/// </summary>
internal sealed class TripleGrpcCallee(WrapMode wrap) : CalleeDialect
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc+proto");

    internal override MessageFraming FramingOf(Exchange exchange) => GrpcDialects.Framing;

    internal override MessageForm FormOf(Exchange exchange) => IsWrapped(exchange) ? WrappedForm.Instance : ProtobufForm.Instance;

    /// <remarks>A consumer of this callee's service writes what it takes; a gRPC client knows nothing of wrappers.</remarks>
    internal override bool Takes(Exchange exchange, CallerDialect caller) =>
        caller is TripleGrpcCaller grpc && (grpc.IsConsumer || !IsWrapped(exchange));

    internal override void WriteHead(Exchange exchange, HttpRequestMessage request, int timeoutMs)
    {
        request.Content!.Headers.ContentType = ContentType; // Every call has a content.
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation(GrpcDialects.Framing.AcceptHeader, MessageEncoding.Accepted);
        TripleHead.Write(exchange, request, timeoutMs, isGrpc: true);
    }

    internal override void WriteForwardedHead(Exchange exchange, HttpRequestMessage request) => TripleHead.Forward(exchange, request);

    internal override bool IsEndedInHead(HttpResponseMessage response) => GrpcDialects.Callee.IsEndedInHead(response);

    internal override ReplyHead ReadHead(Exchange exchange, HttpResponseMessage response)
    {
        exchange.ReplyHeader = default;
        return GrpcDialects.Callee.ReadHead(exchange, response);
    }

    internal override void ReadEnd(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> frame)
    {
        GrpcDialects.Callee.ReadEnd(exchange, response, frame);
        if (exchange.Status == ExchangeStatus.Ok
            && int.TryParse(
                ResponseHeaders.Find(response, TripleHeaders.ExceptionCode), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            // For the form, which reads the message next.
            exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = code };
        }
    }

    internal override void ReadHeadMetadata(HttpResponseMessage response, Metadata into) => Read(response.Headers, into);

    internal override void ReadMetadata(HttpResponseMessage response, in ReadOnlySequence<byte> frame, Metadata into)
    {
        Read(response.Headers, into);
        Read(response.TrailingHeaders, into);
        var convert = ResponseHeaders.Find(response.TrailingHeaders, TripleHeaders.Convert) ?? ResponseHeaders.Find(response, TripleHeaders.Convert);
        TripleMetadata.Restore(convert, into);
    }

    internal static void Read(HttpResponseHeaders headers, Metadata into)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                TripleMetadata.Read(name, value, into);
            }
        }
    }

    /// <summary>A contract that comes from descriptors is that of an interface with messages.</summary>
    private bool IsWrapped(Exchange exchange) => wrap switch
    {
        WrapMode.Always => true,
        WrapMode.Never => false,
        _ => exchange.Contract?.Policy.ProtoJson != true,
    };
}

/// <summary>Whether a callee's messages are wrapped.</summary>
internal enum WrapMode : byte
{
    /// <summary>Where the contract is not one of protobuf.</summary>
    ByContract,
    Always,
    Never,
}
