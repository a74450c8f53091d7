using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Forwarding;

/// <summary>
/// Copies a frame and changes what must change on its way: request id and timeout on the forward lane; header map and SofaRequest too on
/// the splice lane. The sender's bytes are never touched; a checksum is made anew.
/// </summary>
internal static class PatchedCopy
{
    internal static CodecStatus Copy(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        if (header.HasNegativeLength())
        {
            return CodecStatus.Fail(CodecError.Malformed, "a length in the Bolt frame is negative", header.FixedLength() - 8);
        }

        var position = output.Length;
        if ((patch.Splice is not null || patch.Hops is not null) && header.Kind == FrameKind.Request)
        {
            var status = SplicedCopy.Copy(header, frame, patch.Splice, patch.Hops, output);
            if (!status.IsOk)
            {
                output.Truncate(position);
                if (patch.Splice is not null || status.Error != CodecError.Unrepresentable)
                {
                    return status;
                }

                output.Write(frame); // No room in the header map for the hop list: the call is worth more.
            }
        }
        else
        {
            output.Write(frame);
        }

        var copy = output.From(position);
        BinaryPrimitives.WriteUInt32BigEndian(copy[header.IdOffset()..], (uint)patch.CorrelationId);
        if (header.Kind == FrameKind.Request && !header.OneWay && patch.TimeoutMs > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(copy[header.TimeoutOffset()..], patch.TimeoutMs);
        }

        if (header.HasChecksum())
        {
            var covered = copy[..^BoltFrame.ChecksumBytes];
            BinaryPrimitives.WriteUInt32BigEndian(copy[covered.Length..], Crc32.Of(covered));
        }

        return CodecStatus.Ok;
    }
}
