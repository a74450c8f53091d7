using System.Buffers;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests;

/// <summary>Frames as the pipeline hands them to the codec.</summary>
internal static class Frames
{
    internal static readonly IFrameCodec Codec = new DubboFrameCodec();

    internal static FrameHeader Scan(byte[] frame)
    {
        var scan = Codec.Scan(new ReadOnlySequence<byte>(frame), FrameLimits.Default, out var header);
        Assert.True(scan.IsWhole, $"need {scan.NeedBytes}, {scan.Fault}");
        return header;
    }

    internal static Exchange Request(byte[] frame)
    {
        var header = Scan(frame);
        var bytes = new ReadOnlySequence<byte>(frame, 0, header.Length);
        return new Exchange { CallerHeader = header, OneWay = header.OneWay, RequestFrame = bytes };
    }

    internal static Exchange Opened(byte[] frame)
    {
        var exchange = Request(frame);
        var status = Codec.OpenRequest(exchange);
        Assert.True(status.IsOk, status.ToString());
        exchange.CalleeService = exchange.Service;
        return exchange;
    }

    internal static Exchange Read(byte[] frame)
    {
        var exchange = Opened(frame);
        var status = Codec.ReadRequest(exchange);
        Assert.True(status.IsOk, status.ToString());
        return exchange;
    }

    /// <summary>A call to be answered by these bytes.</summary>
    internal static Exchange Answered(Exchange exchange, byte[] frame)
    {
        exchange.ReplyHeader = Scan(frame);
        exchange.ReplyFrame = new ReadOnlySequence<byte>(frame, 0, exchange.ReplyHeader.Length);
        var status = Codec.ReadReply(exchange);
        Assert.True(status.IsOk, status.ToString());
        return exchange;
    }

    internal static byte[] Reply(Exchange exchange)
    {
        using var output = new FrameWriter();
        var status = Codec.WriteReply(exchange, output);
        Assert.True(status.IsOk, status.ToString());
        return output.Written.ToArray();
    }

    internal static byte[] Request(Exchange exchange, ulong id)
    {
        using var output = new FrameWriter();
        var status = Codec.WriteRequest(exchange, id, output);
        Assert.True(status.IsOk, status.ToString());
        return output.Written.ToArray();
    }
}
