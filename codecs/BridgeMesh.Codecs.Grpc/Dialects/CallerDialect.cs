using System.IO.Pipelines;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects;

/// <summary>
/// One way in which callers of gRPC's family put a call: a content type with its head, its frames and its end. The engine (Listening)
/// receives, plans, pulls messages and keeps time; it asks a dialect whatever differs. Stateless, one object for all calls of its content
/// type: what belongs to a call is in its exchange (<see cref="Exchange.CallerFlags"/> is a dialect's own) or in its HTTP request.
/// <para>
/// A call runs: Recognises, TryReadHead, TryBind (not on the forward lane), BodyOf and EncodingOf, then ReadMetadata and the form's
/// ReadRequest; then either WriteFault alone, or WriteHead, the form's WriteResult for each message, WriteEnd. Wrap is asked for
/// each piece of body before it goes out.
/// </para>
/// </summary>
internal abstract class CallerDialect
{
    /// <summary>Whether the request is of this dialect, by its content type and method. The first of a listener's dialects that says so has it.</summary>
    internal abstract bool Recognises(HttpRequest request);

    /// <summary>How messages lie in the body, both ways.</summary>
    internal abstract MessageFraming Framing { get; }

    /// <summary>What messages are, both ways.</summary>
    internal abstract MessageForm Form { get; }

    /// <summary>Whether answers end in trailers, which callers over HTTP/1.1 do not read.</summary>
    internal virtual bool EndsInTrailers => false;

    /// <summary>Which methods that stream such a request may call.</summary>
    internal abstract StreamSupport Streams { get; }

    /// <summary>
    /// Fills in service, version, group, method and <see cref="Exchange.CallerTimeoutMs"/>; false after <see cref="Exchange.SetFault(ExchangeStatus, string, bool)"/>.
    /// The hop list is the engine's.
    /// </summary>
    internal abstract bool TryReadHead(HttpRequest request, Exchange exchange);

    /// <summary>
    /// Finds the method in the contract and sets shape and signature; false after a fault, so that a message that nobody wants is not even
    /// read. A dialect whose message says which overload it means may leave the shape to its form's ReadRequest.
    /// </summary>
    internal virtual bool TryBind(Exchange exchange) => MethodBinding.TryBind(exchange);

    /// <summary>What the messages are compressed with, as the head says it; null or empty for nothing.</summary>
    internal virtual string? EncodingOf(HttpRequest request) =>
        request.Headers.TryGetValue(Framing.EncodingHeader, out var values) ? values[0] : null;

    /// <summary>The bytes in which the messages lie, where that is not the body as it came. Read once a call.</summary>
    internal virtual PipeReader BodyOf(HttpRequest request) => request.BodyReader;

    /// <summary>The caller's metadata.</summary>
    internal virtual void ReadMetadata(HttpRequest request, Metadata into) => MetadataHeaders.Read(request.Headers, into);

    /// <summary>Writes the head of an answer with messages; the exchange has the metadata known so far.</summary>
    internal abstract void WriteHead(HttpResponse response, Exchange exchange);

    /// <summary>
    /// Ends an answer that has a head: in trailers, or in what it adds to the body. The exchange's status is Ok or the fault that ended a
    /// stream of replies.
    /// </summary>
    /// <param name="head">The metadata that went out with the head; what else the exchange has belongs to the end.</param>
    /// <param name="body">Holds what has not gone out yet.</param>
    internal abstract void WriteEnd(HttpResponse response, Exchange exchange, SentMetadata head, FrameWriter body);

    /// <summary>Writes a whole answer that is a fault and nothing else.</summary>
    /// <param name="body">Empty.</param>
    internal abstract void WriteFault(HttpResponse response, Exchange exchange, FrameWriter body);

    /// <summary>Puts bytes of the body, whole messages and ends, into the form in which they travel; most travel as they are.</summary>
    internal virtual void Wrap(FrameWriter body)
    {
    }
}
