using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Tests;

/// <summary>
/// The smallest protocol that exercises the pipeline: one service name and one string.
/// <code>
/// 0      1      2            6            14           18            20
/// | 'T'  | kind | length i32 | id u64     | timeout i32| name length | name | text |
/// </code>
/// Kinds: q request, o one-way, r reply with a result, e reply with a fault, h heartbeat, a its answer, g go-away.
/// </summary>
internal sealed class TextCodec(string protocol = "text", int correlationBits = 64, int heartbeatIntervalMs = 0) : IFrameCodec
{
    internal const int HeadBytes = 20;

    public string Protocol => protocol;

    public int CorrelationBits => correlationBits;

    public int HeartbeatIntervalMs => heartbeatIntervalMs;

    internal static byte[] Frame(char kind, ulong id, string name, string text, int timeoutMs = 0)
    {
        using var writer = new FrameWriter();
        Write(writer, kind, id, timeoutMs, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(text));
        return writer.Written.ToArray();
    }

    public FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        if (buffer.Length < HeadBytes)
        {
            return FrameScan.Need(HeadBytes - buffer.Length);
        }

        Span<byte> head = stackalloc byte[HeadBytes];
        buffer.Slice(0, HeadBytes).CopyTo(head);
        var length = BinaryPrimitives.ReadInt32BigEndian(head[2..]);
        if (head[0] != 'T' || length < HeadBytes)
        {
            return FrameScan.Broken(CodecStatus.Fail(CodecError.Malformed, "not a text frame", 0));
        }

        var isOversized = length > limits.MaxFrameBytes;
        if (buffer.Length < length && !isOversized)
        {
            return FrameScan.Need(length - buffer.Length);
        }

        header = new FrameHeader
        {
            Kind = head[1] switch
            {
                (byte)'q' or (byte)'o' => FrameKind.Request,
                (byte)'r' or (byte)'e' => FrameKind.Reply,
                (byte)'h' => FrameKind.Heartbeat,
                (byte)'a' => FrameKind.HeartbeatReply,
                (byte)'g' => FrameKind.GoAway,
                _ => FrameKind.Ignored,
            },
            OneWay = head[1] == 'o',
            Flags = head[1],
            Length = length,
            CorrelationId = BinaryPrimitives.ReadUInt64BigEndian(head[6..]),
            TimeoutMs = BinaryPrimitives.ReadInt32BigEndian(head[14..]),
            Layout = new FrameLayout(BinaryPrimitives.ReadUInt16BigEndian(head[18..]), 0, 0, 0),
        };
        return isOversized
            ? FrameScan.Broken(CodecStatus.Fail(CodecError.OverBudget, $"a frame of {length} bytes, {limits.MaxFrameBytes} are allowed", 2))
            : FrameScan.Whole;
    }

    public CodecStatus OpenRequest(Exchange exchange)
    {
        var nameLength = exchange.CallerHeader.Layout.A;
        Span<byte> name = stackalloc byte[nameLength];
        exchange.RequestFrame.Slice(HeadBytes, nameLength).CopyTo(name);
        exchange.Service = new ServiceKey(SharedText.Of(name));
        exchange.Method = "say";
        return nameLength == 0 ? CodecStatus.Fail(CodecError.Malformed, "no service named", HeadBytes) : CodecStatus.Ok;
    }

    public CodecStatus ReadRequest(Exchange exchange)
    {
        exchange.Shape = exchange.Contract?.Find(exchange.Method, null);
        exchange.Request.AddString(Text(exchange.CallerHeader, exchange.RequestFrame));
        return exchange.Request.Status;
    }

    public CodecStatus WriteReply(Exchange exchange, FrameWriter output)
    {
        var ok = exchange.Status == ExchangeStatus.Ok;
        var text = ok ? exchange.Reply.Utf8(0) : Encoding.UTF8.GetBytes($"{exchange.Status}: {exchange.Message}");
        Write(output, ok ? 'r' : 'e', exchange.CallerHeader.CorrelationId, 0, [], text);
        return CodecStatus.Ok;
    }

    public CodecStatus WriteRequest(Exchange exchange, ulong correlationId, FrameWriter output)
    {
        if (exchange.Request.Utf8(0).SequenceEqual("unwritable"u8))
        {
            return CodecStatus.Fail(CodecError.Unrepresentable, "cannot say that", path: "args[0]");
        }

        var service = Encoding.UTF8.GetBytes(exchange.CalleeService.Interface);
        Write(output, exchange.OneWay ? 'o' : 'q', correlationId, exchange.RemainingMs, service, exchange.Request.Utf8(0));
        return CodecStatus.Ok;
    }

    public CodecStatus ReadReply(Exchange exchange)
    {
        var text = Text(exchange.ReplyHeader, exchange.ReplyFrame);
        if (exchange.ReplyHeader.Flags == 'e')
        {
            exchange.SetFault(ExchangeStatus.RuntimeException, Encoding.UTF8.GetString(text));
        }
        else
        {
            exchange.Reply.AddString(text);
        }

        return CodecStatus.Ok;
    }

    public bool CanForward(Exchange exchange) => true;

    public CodecStatus CopyPatched(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        if (patch.Splice?.Service is { } service)
        {
            Write(output, (char)header.Flags, patch.CorrelationId, patch.TimeoutMs, Encoding.UTF8.GetBytes(service.Interface), Text(header, frame));
            return CodecStatus.Ok;
        }

        var at = output.Length;
        output.Write(frame);
        BinaryPrimitives.WriteUInt64BigEndian(output.From(at + 6), patch.CorrelationId);
        output.PatchInt32(at + 14, patch.TimeoutMs);
        return CodecStatus.Ok;
    }

    public void WriteControlReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output) =>
        Write(output, header.Kind == FrameKind.Request ? 'e' : 'a', header.CorrelationId, 0, [], []);

    /// <summary>An instance that says <c>speaks</c> must speak text.</summary>
    public string? WhyNotCallable(ServiceInstance instance) =>
        instance.Metadata.TryGetValue("speaks", out var what) && what != "text" ? $"it speaks {what}" : null;

    public void WriteHeartbeat(ulong correlationId, FrameWriter output) => Write(output, 'h', correlationId, 0, [], []);

    public bool WriteGoAway(FrameWriter output)
    {
        Write(output, 'g', 0, 0, [], []);
        return true;
    }

    internal static byte[] Text(in FrameHeader header, in ReadOnlySequence<byte> frame) => frame.Slice(HeadBytes + header.Layout.A).ToArray();

    private static void Write(FrameWriter output, char kind, ulong id, int timeoutMs, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        output.WriteByte((byte)'T');
        output.WriteByte((byte)kind);
        output.WriteInt32(HeadBytes + name.Length + text.Length);
        output.WriteInt64((long)id);
        output.WriteInt32(timeoutMs);
        output.WriteUInt16((ushort)name.Length);
        output.Write(name);
        output.Write(text);
    }
}
