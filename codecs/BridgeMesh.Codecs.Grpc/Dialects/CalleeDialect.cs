using System.Buffers;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects;

/// <summary>What the head of a callee's answer says about the rest.</summary>
internal enum ReplyHead : byte
{
    /// <summary>Messages follow, and then an end that ReadEnd reads.</summary>
    Messages,

    /// <summary>The head is the whole answer; ReadEnd reads it, and no body is looked at.</summary>
    Ended,

    /// <summary>The body, up to the bound of a message, is a fault that ReadErrorBody reads.</summary>
    ErrorBody,

    /// <summary>The exchange has its fault: this is no answer of the dialect's at all.</summary>
    Foreign,
}

/// <summary>
/// The way in which callees of gRPC's family want to be called. The engine (Calling) composes, sends, pulls messages and keeps time; it
/// asks the dialect whatever differs. Stateless; what may differ between methods or instances is told by the exchange
/// (<see cref="Exchange.Shape"/>, <see cref="Exchange.Instance"/>).
/// <para>
/// A call runs: FormOf, FramingOf, WriteHead, the form's WriteRequest for each message; ReadHead; then for messages EncodingOf, for a
/// stream of replies ReadHeadMetadata, the form's ReadResult for each message, ReadEnd, ReadMetadata.
/// </para>
/// </summary>
internal abstract class CalleeDialect
{
    /// <summary>Which methods that stream such a callee serves.</summary>
    internal virtual StreamSupport Streams => StreamSupport.All;

    /// <summary>The service's name in the path.</summary>
    internal virtual string ServiceOf(Exchange exchange) => exchange.CalleeService.Interface;

    /// <summary>The method's name in the path: a wrapped message says which overload it means, and protobuf has a name for each.</summary>
    internal string MethodOf(Exchange exchange) => FormOf(exchange) is WrappedForm ? exchange.Method : exchange.Shape?.ProtoName ?? exchange.Method;

    /// <summary>How messages of the method lie in a body, both ways.</summary>
    internal abstract MessageFraming FramingOf(Exchange exchange);

    /// <summary>What messages of the method are, both ways.</summary>
    internal abstract MessageForm FormOf(Exchange exchange);

    /// <summary>Whether a request may go on as its caller wrote it, and the answer back.</summary>
    internal abstract bool Takes(Exchange exchange, CallerDialect caller);

    /// <summary>
    /// Writes content type, deadline, what is accepted, and metadata. The request is a POST over HTTP/2 to <c>/{service}/{method}</c>
    /// with its content, and any of that may be changed.
    /// </summary>
    /// <param name="timeoutMs">Time left for the call, 1 or more; 0 for a stream without end, whose callee is told nothing.</param>
    internal abstract void WriteHead(Exchange exchange, HttpRequestMessage request, int timeoutMs);

    /// <summary>
    /// Changes the head of a request on the forward lane, which holds what its caller wrote, for the callee: the time left, where the
    /// caller named one, and the callee's service. Hop list and path are the engine's.
    /// </summary>
    internal abstract void WriteForwardedHead(Exchange exchange, HttpRequestMessage request);

    /// <summary>Whether the head of an answer is all of it, so that nothing of it need go out early.</summary>
    internal abstract bool IsEndedInHead(HttpResponseMessage response);

    internal abstract ReplyHead ReadHead(Exchange exchange, HttpResponseMessage response);

    /// <summary>What the messages are compressed with; null or empty for nothing.</summary>
    internal virtual string? EncodingOf(Exchange exchange, HttpResponseMessage response) =>
        ResponseHeaders.Find(response, FramingOf(exchange).EncodingHeader);

    /// <summary>Puts the fault of an error body into the exchange.</summary>
    /// <param name="body">Whole, as it came.</param>
    internal virtual void ReadErrorBody(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> body) =>
        exchange.SetFault(ExchangeStatus.BadGateway, "the callee's answer is not of its protocol", mayHaveExecuted: true);

    /// <summary>Reads how the answer ended: status Ok, or a fault.</summary>
    /// <param name="frame">Content of the frame that ends the body, where the framing has such; else empty.</param>
    internal abstract void ReadEnd(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> frame);

    /// <summary>The metadata of the head alone, for a stream whose end is far.</summary>
    internal abstract void ReadHeadMetadata(HttpResponseMessage response, Metadata into);

    /// <summary>All metadata of an answer that has ended.</summary>
    /// <param name="frame">As for ReadEnd.</param>
    internal abstract void ReadMetadata(HttpResponseMessage response, in ReadOnlySequence<byte> frame, Metadata into);
}
