using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace Acme.Ledger;

/// <summary>
/// The fixed head of a ledger frame; numbers are big-endian.
/// <code>
///  0       2     3      4                12          16           20
///  +-------+-----+------+-----------------+-----------+-----------+-----------
///  | 4C 47 | 01  | kind | id, u64         | time left | body      | body, JSON
///  | magic | ver |      |                 | ms, i32   | length i32| in UTF-8
///  +-------+-----+------+-----------------+-----------+-----------+-----------
/// </code>
/// Kinds: 1 request, 2 one-way request, 3 reply, 4 ping, 5 pong, 6 goodbye. Time left is 0 where the caller did not say; only requests have it.
/// </summary>
internal static class LedgerFrame
{
    internal const int HeadBytes = 20;
    internal const ushort Magic = 0x4C47;
    internal const byte Version = 1;
    internal const int IdOffset = 4;
    internal const int TimeoutOffset = 12;
    internal const int BodyLengthOffset = 16;

    internal const byte Request = 1;
    internal const byte OneWay = 2;
    internal const byte Reply = 3;
    internal const byte Ping = 4;
    internal const byte Pong = 5;
    internal const byte Goodbye = 6;

    internal static FrameScan Scan(in ReadOnlySequence<byte> buffer, int maxFrameBytes, out FrameHeader header)
    {
        header = default;
        Span<byte> copy = stackalloc byte[HeadBytes];
        var head = Head(buffer, copy);
        if ((head.Length > 0 && head[0] != Magic >> 8) || (head.Length > 1 && head[1] != (Magic & 0xFF)))
        {
            return Broken(CodecError.Malformed, "the bytes do not start a ledger frame", 0);
        }

        if (head.Length > 2 && head[2] != Version)
        {
            return Broken(CodecError.Unsupported, $"ledger version {head[2]} is not known", 2);
        }

        if (head.Length > 3 && head[3] is < Request or > Goodbye)
        {
            return Broken(CodecError.Malformed, $"frame kind {head[3]} is not known", 3);
        }

        if (head.Length < HeadBytes)
        {
            return FrameScan.Need(HeadBytes - head.Length);
        }

        var body = BinaryPrimitives.ReadInt32BigEndian(head[BodyLengthOffset..]);
        if (body < 0)
        {
            return Broken(CodecError.Malformed, "the body's length is negative", BodyLengthOffset);
        }

        if (body > maxFrameBytes - HeadBytes)
        {
            return Broken(CodecError.OverBudget, $"a body of {body} bytes is more than the limit of {maxFrameBytes} for a frame allows", BodyLengthOffset);
        }

        var length = HeadBytes + body;
        if (buffer.Length < length)
        {
            return FrameScan.Need(length - buffer.Length);
        }

        var kind = head[3];
        header = new FrameHeader
        {
            Kind = KindOf(kind),
            OneWay = kind == OneWay,
            TimeoutMs = kind <= OneWay ? Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(head[TimeoutOffset..])) : 0,
            CorrelationId = BinaryPrimitives.ReadUInt64BigEndian(head[IdOffset..]),
            Length = length,
        };
        return FrameScan.Whole;
    }

    /// <summary>Writes a head whose body length is patched by <see cref="End"/>. Returns where the frame starts.</summary>
    internal static int Begin(FrameWriter output, byte kind, ulong id, int timeoutMs)
    {
        var start = output.Length;
        output.WriteUInt16(Magic);
        output.WriteByte(Version);
        output.WriteByte(kind);
        output.WriteInt64((long)id);
        output.WriteInt32(timeoutMs);
        output.WriteInt32(0);
        return start;
    }

    internal static void End(FrameWriter output, int start) => output.PatchInt32(start + BodyLengthOffset, output.Length - start - HeadBytes);

    private static ReadOnlySpan<byte> Head(in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        var first = buffer.FirstSpan;
        if (first.Length >= HeadBytes)
        {
            return first[..HeadBytes];
        }

        var length = (int)Math.Min(HeadBytes, buffer.Length);
        buffer.Slice(0, length).CopyTo(copy);
        return copy[..length];
    }

    private static FrameKind KindOf(byte kind) => kind switch
    {
        Request or OneWay => FrameKind.Request,
        Reply => FrameKind.Reply,
        Ping => FrameKind.Heartbeat,
        Pong => FrameKind.HeartbeatReply,
        _ => FrameKind.GoAway,
    };

    private static FrameScan Broken(CodecError error, string detail, long offset) => FrameScan.Broken(CodecStatus.Fail(error, detail, offset));
}
