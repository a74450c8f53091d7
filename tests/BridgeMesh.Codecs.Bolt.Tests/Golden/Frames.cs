using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>Steps that the gateway takes with frames, for tests.</summary>
internal static class Frames
{
    internal static readonly BoltCodec Codec = new("bridge-consumer");

    internal static ReadOnlySequence<byte> Sequence(byte[] bytes) => new(bytes);

    internal static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at));
        var last = first.Append(bytes.AsMemory(at));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    internal static ReadOnlySequence<byte> OneByOne(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(1, bytes.Length)));
        var last = first;
        for (var i = 1; i < bytes.Length; i++)
        {
            last = last.Append(bytes.AsMemory(i, 1));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    internal static FrameHeader Scan(byte[] frame)
    {
        var scan = Codec.Scan(Sequence(frame), FrameLimits.Default, out var header);
        Assert.True(scan.IsWhole, scan.ToString());
        Assert.Equal(frame.Length, header.Length);
        return header;
    }

    internal static Exchange NewExchange(byte[] frame) => new() { CallerHeader = Scan(frame), RequestFrame = Sequence(frame) };

    internal static Exchange Opened(byte[] frame)
    {
        var exchange = NewExchange(frame);
        AssertOk(Codec.OpenRequest(exchange));
        return exchange;
    }

    internal static Exchange Read(byte[] frame, ServiceContract? contract = null)
    {
        var exchange = Opened(frame);
        exchange.Contract = contract;
        AssertOk(Codec.ReadRequest(exchange));
        return exchange;
    }

    /// <summary>A reply read for a call about which no contract says anything, unless a shape is given.</summary>
    internal static Exchange ReadReply(byte[] frame, MethodShape? shape = null)
    {
        var exchange = new Exchange { ReplyHeader = Scan(frame), ReplyFrame = Sequence(frame), Shape = shape };
        AssertOk(Codec.ReadReply(exchange));
        return exchange;
    }

    internal static byte[] WriteReply(Exchange exchange)
    {
        using var output = new FrameWriter();
        AssertOk(Codec.WriteReply(exchange, output));
        return output.Written.ToArray();
    }

    internal static byte[] WriteRequest(Exchange exchange, ulong id)
    {
        using var output = new FrameWriter();
        AssertOk(Codec.WriteRequest(exchange, id, output));
        return output.Written.ToArray();
    }

    internal static void AssertOk(CodecStatus status) => Assert.True(status.IsOk, status.ToString());

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory)
        {
            Memory = memory;
        }

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
