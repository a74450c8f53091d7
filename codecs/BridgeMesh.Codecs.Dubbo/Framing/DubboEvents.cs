using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Framing;

/// <summary>
/// Control frames: requests with the event flag. The body is one value in the frame's serialization: null is a heartbeat, "R" says that
/// a provider is about to stop (READONLY), "W" takes that back. Source: org.apache.dubbo.common.constants.CommonConstants and recordings.
/// </summary>
internal static class DubboEvents
{
    /// <summary>Longest event data that Java takes, in bytes. Source: ExchangeCodec, system property <c>event.payload.size</c>.</summary>
    private const int MaxBytes = 15;

    private static ReadOnlySpan<byte> Heartbeat => [0x4E];

    private static ReadOnlySpan<byte> ReadOnly => [0x01, (byte)'R'];

    /// <summary>
    /// Other serializations frame the one-letter text in their own bytes (fastjson <c>"R"\n</c>, fastjson2 <c>4a 52</c> behind a length),
    /// and null never holds that letter, so the letter alone decides for all of them.
    /// </summary>
    internal static FrameKind KindOf(in ReadOnlySequence<byte> body)
    {
        if (body.Length > MaxBytes)
        {
            return FrameKind.Ignored;
        }

        Span<byte> copy = stackalloc byte[MaxBytes];
        var bytes = copy[..(int)body.Length];
        body.CopyTo(bytes);
        return bytes.Contains((byte)'R') ? FrameKind.GoAway : bytes.Contains((byte)'W') ? FrameKind.Ignored : FrameKind.Heartbeat;
    }

    internal static void WriteHeartbeat(ulong id, FrameWriter output)
    {
        var start = DubboFrame.Begin(
            output, DubboFrame.RequestFlag | DubboFrame.TwoWayFlag | DubboFrame.EventFlag | SerializationIds.Hessian2, 0, id);
        output.Write(Heartbeat);
        DubboFrame.End(output, start);
    }

    /// <summary>Answers in the heartbeat's own serialization, with its own null, as Java providers do.</summary>
    internal static void WriteHeartbeatReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output)
    {
        var flags = (byte)(DubboFrame.EventFlag | header.Serializer);
        var start = DubboFrame.Begin(output, flags, DubboStatus.Ok, header.CorrelationId);
        output.Write(frame.Slice(DubboFrame.HeaderBytes));
        DubboFrame.End(output, start);
    }

    /// <summary>READONLY: consumers stop choosing this provider for new calls. Nobody answers it, so its id means nothing.</summary>
    internal static void WriteReadOnly(FrameWriter output)
    {
        var start = DubboFrame.Begin(output, DubboFrame.RequestFlag | DubboFrame.EventFlag | SerializationIds.Hessian2, 0, 0);
        output.Write(ReadOnly);
        DubboFrame.End(output, start);
    }
}
