using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>
/// Copies a frame under another id. The bytes are the sender's until they are copied, and the copy is patched, never the original.
/// The fixed header has no place for a timeout; what is left of it goes into the attachment that names it, where there is one.
/// </summary>
internal static class FrameCopier
{
    internal static CodecStatus Copy(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        if (patch.Splice is null && (patch.Hops is null || header.Kind != FrameKind.Request))
        {
            var start = output.Length;
            output.Write(frame);
            var copy = output.From(start);
            BinaryPrimitives.WriteUInt64BigEndian(copy[DubboFrame.IdOffset..], patch.CorrelationId);
            if (TimeoutPatch.IsNeeded(header, patch.TimeoutMs))
            {
                TimeoutPatch.Apply(header, frame, patch.TimeoutMs, copy);
            }

            return CodecStatus.Ok;
        }

        return header.Kind == FrameKind.Request
            ? RequestSplicer.Splice(header, frame, patch, output)
            : CodecStatus.Fail(CodecError.Unsupported, "only requests can be spliced");
    }
}
