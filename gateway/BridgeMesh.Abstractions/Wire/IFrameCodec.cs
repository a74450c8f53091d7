using System.Buffers;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Wire;

/// <summary>
/// A framed TCP protocol, for the caller's and the callee's side. Stateless and safe for any thread; what belongs to a call lives in the
/// exchange. Nothing here blocks, and what a peer sends never makes it throw.
/// </summary>
public interface IFrameCodec
{
    /// <summary>Name of the protocol, lower case: bolt, dubbo, or a plugin's.</summary>
    string Protocol { get; }

    /// <summary>Bits of the correlation id that the protocol carries, 16 to 64.</summary>
    int CorrelationBits { get; }

    /// <summary>Idle time after which a client of this protocol sends a heartbeat, in ms; 0 when it has none.</summary>
    int HeartbeatIntervalMs { get; }

    /// <summary>
    /// Serializations that callers of a listener may use, the preferred one first, in the words of the protocol's registrations. Empty where
    /// they do not say it.
    /// </summary>
    IReadOnlyList<string> Serializations => [];

    /// <summary>Finds the frame at the start of the buffer. Checks every declared length against the limits before asking for more bytes.</summary>
    FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header);

    // ---- caller's side -------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Reads what routing needs into the exchange: service, method, one-way, timeout. The exchange has its CallerHeader and RequestFrame.
    /// A failure is answered with <see cref="WriteReply"/>; the connection goes on.
    /// </summary>
    CodecStatus OpenRequest(Exchange exchange);

    /// <summary>Decodes metadata and arguments; see <see cref="ICallerSide.ReadRequest"/>.</summary>
    CodecStatus ReadRequest(Exchange exchange);

    /// <summary>
    /// Writes the answer in the caller's dialect: the result, exception or fault that the exchange holds. Leaves no partial frame on failure.
    /// </summary>
    CodecStatus WriteReply(Exchange exchange, FrameWriter output);

    // ---- callee's side -------------------------------------------------------------------------------------------------------------

    /// <summary>Writes the request from tape and metadata for the exchange's CalleeService. Leaves no partial frame on failure.</summary>
    CodecStatus WriteRequest(Exchange exchange, ulong correlationId, FrameWriter output);

    /// <summary>Decodes the reply frame (ReplyHeader, ReplyFrame) into status, metadata and tape. A failure means that the callee broke the protocol.</summary>
    CodecStatus ReadReply(Exchange exchange);

    // ---- forward and splice --------------------------------------------------------------------------------------------------------

    /// <summary>Whether this request's serialization and form may go to a callee of the same protocol as they are.</summary>
    bool CanForward(Exchange exchange);

    /// <summary>Copies a frame, request or reply, and patches it on the way. Leaves no partial frame on failure.</summary>
    CodecStatus CopyPatched(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output);

    // ---- control -------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Why an instance that speaks this protocol cannot be called: what its registration demands is not offered. One sentence for callers,
    /// without addresses; null when it can be. Asked once for each instance of a snapshot; such an instance gets no calls.
    /// </summary>
    string? WhyNotCallable(Registries.ServiceInstance instance) => null;

    /// <summary>
    /// Writes the answer to a control frame if it wants one. From callees also requests come here, as protocols with callbacks have them: a
    /// gateway serves nothing on the connections that it opens, and where the protocol has words for that the callee is told so.
    /// </summary>
    void WriteControlReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output);

    void WriteHeartbeat(ulong correlationId, FrameWriter output);

    /// <summary>Tells the peer to send no new calls; false where the protocol has no such frame.</summary>
    bool WriteGoAway(FrameWriter output);
}
