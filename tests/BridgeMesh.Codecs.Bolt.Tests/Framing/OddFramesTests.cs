using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

/// <summary>Broken frames, recorded against a real server where the name is a recording's.</summary>
public sealed class OddFramesTests
{
    private static readonly byte[] Call = GoldenCase.Of("sofarpc-java-calls", "future").Request;

    [Theory]
    [InlineData("unknown-type")]
    [InlineData("unknown-command")]
    [InlineData("bad-crc-content")]
    public void Scan_WhatARealServerHangsUpOn_IsBroken(string name)
    {
        var golden = GoldenCase.Of("bolt-odd-frames", name);
        Assert.True(golden.Expected.GetProperty("peerClosedConnection").GetBoolean());
        var scan = Frames.Codec.Scan(Frames.Sequence(golden.Request), FrameLimits.Default, out _);
        Assert.Equal(CodecError.Malformed, scan.Fault.Error);
    }

    [Theory]
    [InlineData("good-again")]
    [InlineData("other-ver2")]
    public void Scan_WhatARealServerTakes_IsWhole(string name) =>
        Assert.Equal(FrameKind.Request, Frames.Scan(GoldenCase.Of("bolt-odd-frames", name).Request).Kind);

    [Fact]
    public void Scan_Truncated_AsksForTheMissingBytes()
    {
        var scan = Frames.Codec.Scan(Frames.Sequence(GoldenCase.Of("bolt-odd-frames", "truncated").Request), FrameLimits.Default, out _);
        Assert.Equal((3L, true), (scan.NeedBytes, scan.Fault.IsOk));
    }

    [Fact]
    public void Scan_TwoFramesAtOnce_FindsBoth()
    {
        var both = GoldenCase.Of("bolt-odd-frames", "two-frames-at-once").Request;
        Assert.True(Frames.Codec.Scan(Frames.Sequence(both), FrameLimits.Default, out var first).IsWhole);
        var second = Frames.Scan(both[first.Length..]);
        Assert.Equal((1UL, 0UL), (first.CorrelationId, second.CorrelationId));
    }

    [Theory]
    [InlineData("unknown-codec", 18, "unknown Bolt codec 77")]
    [InlineData("class-length-32768", 18, "negative")]
    public void OpenRequest_WhatARealServerAnswersWithAnError_IsAnswered(string name, int status, string says)
    {
        // The real server answers a negative class length with status 2, as it then sees a request without a class.
        var golden = GoldenCase.Of("bolt-odd-frames", name);
        Assert.True(Frames.Codec.Scan(Frames.Sequence(golden.Request), FrameLimits.Default, out var header).IsWhole);
        var exchange = new Exchange { CallerHeader = header, RequestFrame = Frames.Sequence(golden.Request[..header.Length]) };
        AssertRefused(exchange, Frames.Codec.OpenRequest(exchange), status, says);
    }

    [Fact]
    public void OpenRequest_ClassWithoutProcessor_IsAnsweredWithStatus2()
    {
        var exchange = Frames.NewExchange(GoldenCase.Of("sofarpc-envelope", "unknown-request-class").Request);
        AssertRefused(exchange, Frames.Codec.OpenRequest(exchange), 2, "No user processor found for request: com.example.Unknown");
    }

    [Theory]
    [InlineData("no-header", "no header map")]
    public void OpenRequest_EnvelopeWithoutAService_IsAnsweredWithStatus18(string name, string says)
    {
        var golden = GoldenCase.Of("sofarpc-envelope", name);
        Assert.Equal(18, Frames.Scan(golden.Answer).Status);
        var exchange = Frames.NewExchange(golden.Request);
        AssertRefused(exchange, Frames.Codec.OpenRequest(exchange), 18, says);
    }

    [Theory]
    [InlineData("garbled-content", "expected an object")]
    [InlineData("empty-content", "no content")]
    [InlineData("truncated-content", "inside a value")] // A real server takes the string as ending there.
    public void ReadRequest_BrokenContent_IsAnsweredWithStatus18(string name, string says)
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-envelope", name).Request);
        Assert.Equal("echoString", exchange.Method);
        AssertRefused(exchange, Frames.Codec.ReadRequest(exchange), 18, says);
    }

    [Theory]
    [InlineData(0, 3, "not Bolt")]
    [InlineData(0, 0, "not Bolt")]
    [InlineData(1, 3, "type")]
    [InlineData(3, 2, "command")]
    [InlineData(18, 0x80, "content length")]
    public void Scan_SpoiledFixedPart_IsBroken(int offset, byte value, string says)
    {
        var bytes = Call.ToArray();
        bytes[offset] = value;
        var scan = Frames.Codec.Scan(Frames.Sequence(bytes), FrameLimits.Default, out _);
        Assert.Equal(CodecError.Malformed, scan.Fault.Error);
        Assert.Contains(says, scan.Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_UnknownVersionOfV2_IsBroken()
    {
        var scan = Frames.Codec.Scan(Frames.Sequence([2, 3, 1]), FrameLimits.Default, out _);
        Assert.Contains("unknown version 3", scan.Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_FrameAboveTheLimit_IsBrokenBeforeItArrivesAndSaysWhoseItIs()
    {
        var bytes = Call.ToArray();
        bytes[18] = 0x7F;
        var scan = Frames.Codec.Scan(Frames.Sequence(bytes[..22]), FrameLimits.Default, out var header);
        Assert.Equal(CodecError.OverBudget, scan.Fault.Error);
        Assert.Equal((FrameKind.Request, Frames.Scan(Call).CorrelationId), (header.Kind, header.CorrelationId));
    }

    [Fact]
    public void Scan_HeaderMapAboveTheLimit_IsBroken()
    {
        var limits = FrameLimits.Default with { MaxMetadataBytes = 100 };
        Assert.Equal(CodecError.OverBudget, Frames.Codec.Scan(Frames.Sequence(Call), limits, out _).Fault.Error);
    }

    [Fact]
    public void OpenRequest_LyingHeaderMap_NamesItsOffset()
    {
        var bytes = Call.ToArray();
        var header = Frames.Scan(bytes);
        bytes[header.HeaderOffset()] = 0x7F;
        var exchange = Frames.NewExchange(bytes);
        var status = Frames.Codec.OpenRequest(exchange);
        Assert.Equal((CodecError.Malformed, (long)header.HeaderOffset()), (status.Error, status.Offset));
    }

    private static void AssertRefused(Exchange exchange, CodecStatus status, int boltStatus, string says)
    {
        Assert.False(status.IsOk);
        Assert.Contains(says, status.Detail, StringComparison.Ordinal);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        var reply = Frames.ReadReply(Frames.WriteReply(exchange));
        Assert.Equal(boltStatus, reply.ReplyHeader.Status);
        Assert.Contains(says, reply.Message, StringComparison.Ordinal);
        Assert.Equal(exchange.CallerHeader.CorrelationId, reply.ReplyHeader.CorrelationId);
    }
}
