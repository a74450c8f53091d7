using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Framing;

/// <summary>
/// The fixed header. Source: org.apache.dubbo.remoting.exchange.codec.ExchangeCodec and recordings of 2.7.23 and 3.2.16.
/// <code>
///  0  1   2     3       4 ........ 11   12 ..... 15   16 ...
/// da bb | flag | status | id, 64 bits | body length | body
///
/// flag: 0x80 request | 0x40 two-way | 0x20 event | 0x1f serialization id
/// </code>
/// The status byte means something in replies only; requests carry 0. The length does not count the header.
/// </summary>
internal static class DubboFrame
{
    internal const int HeaderBytes = 16;
    internal const ushort Magic = 0xDABB;
    internal const byte RequestFlag = 0x80;
    internal const byte TwoWayFlag = 0x40;
    internal const byte EventFlag = 0x20;
    internal const byte SerializationMask = 0x1F;
    internal const int IdOffset = 4;
    internal const int LengthOffset = 12;

    internal static FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        Span<byte> copy = stackalloc byte[HeaderBytes];
        scoped var bytes = buffer.FirstSpan;
        if (bytes.Length < HeaderBytes && !buffer.IsSingleSegment)
        {
            var length = (int)Math.Min(HeaderBytes, buffer.Length);
            buffer.Slice(0, length).CopyTo(copy);
            bytes = copy[..length];
        }

        // Bytes of another protocol are told by the first one or two, without waiting for sixteen that may never come.
        if ((bytes.Length > 0 && bytes[0] != Magic >> 8) || (bytes.Length > 1 && bytes[1] != (Magic & 0xFF)))
        {
            return WrongMagic(bytes);
        }

        if (bytes.Length < HeaderBytes)
        {
            return FrameScan.Need(HeaderBytes - bytes.Length);
        }

        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(bytes[LengthOffset..]);
        header = ReadHeader(bytes, bodyLength);
        if (bodyLength < 0)
        {
            return FrameScan.Broken(CodecStatus.Fail(CodecError.Malformed, $"declared body length {bodyLength} is negative", LengthOffset));
        }

        if (bodyLength > limits.MaxFrameBytes - HeaderBytes)
        {
            return FrameScan.Broken(CodecStatus.Fail(
                CodecError.OverBudget,
                $"declared body length {bodyLength} passes the limit of {limits.MaxFrameBytes - HeaderBytes} bytes",
                LengthOffset));
        }

        var missing = header.Length - buffer.Length;
        if (missing > 0)
        {
            return FrameScan.Need(missing);
        }

        if ((header.Flags & EventFlag) != 0 && (header.Flags & RequestFlag) != 0)
        {
            header = header with { Kind = DubboEvents.KindOf(buffer.Slice(HeaderBytes, bodyLength)) };
        }

        return FrameScan.Whole;
    }

    /// <summary>Writes a header whose length is not known yet and returns where the frame starts.</summary>
    internal static int Begin(FrameWriter output, byte flags, byte status, ulong id)
    {
        var start = output.Length;
        var header = output.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteUInt16BigEndian(header, Magic);
        header[2] = flags;
        header[3] = status;
        BinaryPrimitives.WriteUInt64BigEndian(header[IdOffset..], id);
        BinaryPrimitives.WriteInt32BigEndian(header[LengthOffset..], 0);
        output.Advance(HeaderBytes);
        return start;
    }

    /// <summary>Puts the length of everything written since <see cref="Begin"/> into the header.</summary>
    internal static void End(FrameWriter output, int start) =>
        output.PatchInt32(start + LengthOffset, output.Length - start - HeaderBytes);

    private static FrameHeader ReadHeader(ReadOnlySpan<byte> bytes, int bodyLength)
    {
        var flags = bytes[2];
        var isRequest = (flags & RequestFlag) != 0;
        var isEvent = (flags & EventFlag) != 0;
        return new FrameHeader
        {
            // What kind of event a request is stands in its body; see Scan.
            Kind = isRequest ? FrameKind.Request : isEvent ? FrameKind.HeartbeatReply : FrameKind.Reply,
            OneWay = isRequest && (flags & TwoWayFlag) == 0,
            Serializer = (byte)(flags & SerializationMask),
            Flags = flags,
            Status = isRequest ? 0 : bytes[3],
            CorrelationId = BinaryPrimitives.ReadUInt64BigEndian(bytes[IdOffset..]),
            Length = bodyLength < 0 ? HeaderBytes : (int)Math.Min(int.MaxValue, (long)bodyLength + HeaderBytes),
        };
    }

    private static FrameScan WrongMagic(ReadOnlySpan<byte> bytes) => FrameScan.Broken(CodecStatus.Fail(
        CodecError.Malformed,
        $"not a Dubbo frame: expected magic da bb, found {Convert.ToHexStringLower(bytes[..Math.Min(2, bytes.Length)])}",
        0));
}
