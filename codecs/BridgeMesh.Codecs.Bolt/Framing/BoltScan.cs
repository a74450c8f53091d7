using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>
/// Finds the frame at the start of a buffer. Decides as early as the bytes allow: a wrong protocol, type, command or length is found before
/// the rest of the frame is asked for. Where a request's fixed part could be read, the header is filled even when the fault ends the
/// connection, so that its caller can be told why.
/// </summary>
internal static class BoltScan
{
    internal static FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header)
    {
        var first = buffer.FirstSpan;
        if (first.Length >= BoltFrame.LongestFixedPart || buffer.IsSingleSegment)
        {
            return Scan(buffer, first, limits, out header);
        }

        Span<byte> copy = stackalloc byte[BoltFrame.LongestFixedPart];
        var length = (int)Math.Min(buffer.Length, copy.Length);
        buffer.Slice(0, length).CopyTo(copy);
        return Scan(buffer, copy[..length], limits, out header);
    }

    private static FrameScan Scan(in ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> head, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        if (head.IsEmpty)
        {
            return FrameScan.Need(1);
        }

        if (head[0] is not (BoltFrame.ProtocolV1 or BoltFrame.ProtocolV2))
        {
            return Broken($"not Bolt: protocol byte {head[0]}", 0);
        }

        // The v2 envelope has one byte more before the type and one more, the switch, before timeout or status.
        var shift = head[0] - BoltFrame.ProtocolV1;
        if (shift == 1 && head.Length > 1 && head[1] is not (1 or 2))
        {
            return Broken($"unknown version {head[1]} of the Bolt v2 envelope", 1);
        }

        if (head.Length > shift + 1 && head[shift + 1] > BoltFrame.TypeOneWay)
        {
            return Broken($"unknown Bolt frame type {head[shift + 1]}", shift + 1);
        }

        if (head.Length < shift + 4)
        {
            return FrameScan.Need(shift + 4 - head.Length);
        }

        var type = head[shift + 1];
        var command = BinaryPrimitives.ReadUInt16BigEndian(head[(shift + 2)..]);
        var isReply = type == BoltFrame.TypeResponse;
        if (command != BoltFrame.CommandHeartbeat && command != (isReply ? BoltFrame.CommandResponse : BoltFrame.CommandRequest))
        {
            return Broken($"unknown Bolt command {command} in a frame of type {type}", shift + 2);
        }

        var fixedLength = (isReply ? 20 : 22) + (shift * 2);
        if (head.Length < fixedLength)
        {
            return FrameScan.Need(fixedLength - head.Length);
        }

        return ScanFixedPart(buffer, head[..fixedLength], shift, limits, ref header);
    }

    private static FrameScan ScanFixedPart(
        in ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> head, int shift, FrameLimits limits, ref FrameHeader header)
    {
        var type = head[shift + 1];
        var isReply = type == BoltFrame.TypeResponse;
        var isCall = BinaryPrimitives.ReadUInt16BigEndian(head[(shift + 2)..]) != BoltFrame.CommandHeartbeat;
        var lengths = head[^8..];
        int classLength = BinaryPrimitives.ReadInt16BigEndian(lengths);
        int headerLength = BinaryPrimitives.ReadInt16BigEndian(lengths[2..]);
        var contentLength = BinaryPrimitives.ReadInt32BigEndian(lengths[4..]);

        ushort flags = 0;
        if (shift == 1)
        {
            flags = (ushort)(BoltFrame.FlagV2 | (head[1] << 8));
            flags |= head[1] == 2 && (head[11] & 1) != 0 ? BoltFrame.FlagChecksum : (ushort)0;
        }

        if (contentLength < 0)
        {
            return Broken($"a content length of {contentLength}", head.Length - 4);
        }

        // SOFABolt takes a negative 16-bit length as zero and answers the request with an error: so does the gateway.
        if (classLength < 0 || headerLength < 0)
        {
            flags |= BoltFrame.FlagNegativeLength;
            classLength = Math.Max(0, classLength);
            headerLength = Math.Max(0, headerLength);
        }

        var status = head.Slice(head.Length - (isReply ? 10 : 12), isReply ? 2 : 4);
        var trailer = (flags & BoltFrame.FlagChecksum) != 0 ? BoltFrame.ChecksumBytes : 0;
        var length = (long)head.Length + classLength + headerLength + contentLength + trailer;
        header = new FrameHeader
        {
            Kind = KindOf(type, isCall),
            OneWay = type == BoltFrame.TypeOneWay,
            Serializer = head[shift + 9],
            Flags = flags,
            Status = isReply ? BinaryPrimitives.ReadUInt16BigEndian(status) : 0,
            TimeoutMs = isReply ? 0 : Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(status)),
            Length = (int)Math.Min(length, int.MaxValue),
            CorrelationId = BinaryPrimitives.ReadUInt32BigEndian(head[(shift + 5)..]),
            Layout = new FrameLayout(head.Length, classLength, headerLength, contentLength),
        };

        if (length > limits.MaxFrameBytes)
        {
            return TooLong($"a Bolt frame of {length} bytes is longer than the {limits.MaxFrameBytes} allowed", head.Length - 4);
        }

        if (headerLength > limits.MaxMetadataBytes)
        {
            return TooLong(
                $"a Bolt header map of {headerLength} bytes is longer than the {limits.MaxMetadataBytes} allowed", head.Length - 6);
        }

        if (buffer.Length < length)
        {
            return FrameScan.Need(length - buffer.Length);
        }

        return trailer != 0 && !HasRightChecksum(buffer.Slice(0, length))
            ? Broken("the checksum of a Bolt frame is wrong", length - trailer)
            : FrameScan.Whole;
    }

    // A heartbeat that nobody waits for has no answer.
    private static FrameKind KindOf(byte type, bool isCall) => type switch
    {
        BoltFrame.TypeResponse => isCall ? FrameKind.Reply : FrameKind.HeartbeatReply,
        BoltFrame.TypeRequest => isCall ? FrameKind.Request : FrameKind.Heartbeat,
        _ => isCall ? FrameKind.Request : FrameKind.Ignored,
    };

    private static bool HasRightChecksum(in ReadOnlySequence<byte> frame)
    {
        var covered = frame.Length - BoltFrame.ChecksumBytes;
        Span<byte> declared = stackalloc byte[BoltFrame.ChecksumBytes];
        frame.Slice(covered).CopyTo(declared);
        return Crc32.Of(frame.Slice(0, covered)) == BinaryPrimitives.ReadUInt32BigEndian(declared);
    }

    private static FrameScan TooLong(string detail, long offset) =>
        FrameScan.Broken(CodecStatus.Fail(CodecError.OverBudget, detail, offset));

    private static FrameScan Broken(string detail, long offset) => FrameScan.Broken(CodecStatus.Fail(CodecError.Malformed, detail, offset));
}
