using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>
/// Copies a frame under another id. The bytes are the sender's until they are copied, and the copy is patched, never the original.
/// The fixed header has no place for a timeout: only a splice tells the callee how much time is left.
/// </summary>
internal static class FrameCopier
{
    internal static CodecStatus Copy(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        if (patch.Splice is not { } splice)
        {
            var start = output.Length;
            output.Write(frame);
            BinaryPrimitives.WriteUInt64BigEndian(output.From(start)[DubboFrame.IdOffset..], patch.CorrelationId);
            return CodecStatus.Ok;
        }

        return header.Kind == FrameKind.Request
            ? RequestSplicer.Splice(header, frame, patch.CorrelationId, patch.TimeoutMs, splice, output)
            : CodecStatus.Fail(CodecError.Unsupported, "only requests can be spliced");
    }
}
