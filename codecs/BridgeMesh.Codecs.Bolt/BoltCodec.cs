using System.Buffers;
using BridgeMesh.Codecs.Bolt.Description;
using BridgeMesh.Codecs.Bolt.Forwarding;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt;

/// <summary>
/// Bolt as SOFARPC speaks it, for the caller's and the callee's side. Callers are understood in both envelopes, v1 and v2 with or without
/// checksum, and answered in their own; callees are called in v1, as SOFARPC does, unless they are registered for v2. Bodies are Hessian,
/// in the draft dialect of sofa-hessian 3 or in the final one of sofa-hessian 4, JSON or protobuf.
/// </summary>
/// <param name="appName">Name under which callees see the gateway.</param>
internal sealed class BoltCodec(string appName = "bridgemesh") : IFrameCodec, IFrameDescriber
{
    public string Protocol => "bolt";

    public int CorrelationBits => 32;

    /// <summary>15 s, as SOFABolt's client; its server closes a connection that was silent for 90 s.</summary>
    public int HeartbeatIntervalMs => 15_000;

    public IReadOnlyList<string> Serializations { get; } = ["hessian2"];

    public FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header) =>
        BoltScan.Scan(buffer, limits, out header);

    public CodecStatus OpenRequest(Exchange exchange) => RequestOpening.Open(exchange);

    public CodecStatus ReadRequest(Exchange exchange) => RequestReading.Read(exchange);

    public CodecStatus WriteReply(Exchange exchange, FrameWriter output) => ReplyWriting.Write(exchange, output);

    public CodecStatus WriteRequest(Exchange exchange, ulong correlationId, FrameWriter output) =>
        RequestWriting.Write(exchange, correlationId, appName, output);

    public CodecStatus ReadReply(Exchange exchange) => ReplyReading.Read(exchange);

    public bool CanForward(Exchange exchange) => PassingOn.IsPossible(exchange);

    public CodecStatus CopyPatched(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output) =>
        PatchedCopy.Copy(header, frame, patch, output);

    public void WriteControlReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output)
    {
        if (header.Kind == FrameKind.Heartbeat)
        {
            FrameStart.Reply(output, header, BoltEnvelope.Of(header), header.Serializer, BoltStatus.Success).Finish();
        }
    }

    public void WriteHeartbeat(ulong correlationId, FrameWriter output) => FrameStart.Heartbeat(output, (uint)correlationId).Finish();

    /// <summary>Always false: Bolt has no such frame.</summary>
    public bool WriteGoAway(FrameWriter output) => false;

    public void Describe(in ReadOnlySequence<byte> bytes, ICollection<FrameField> fields) => BoltDescription.Describe(bytes, fields);

    public FrameBody Body(in FrameHeader header, in ReadOnlySequence<byte> frame) => BoltDescription.Body(header, frame);
}
