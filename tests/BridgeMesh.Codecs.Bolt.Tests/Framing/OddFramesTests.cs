using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

/// <summary>Broken frames beside those that <see cref="RealServersTests"/> holds against a real server's answers.</summary>
public sealed class OddFramesTests
{
    private static readonly byte[] Call = GoldenCase.Of("sofarpc-java-calls", "future").Request;

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

    [Fact]
    public void OpenRequest_HeaderLengthThatIsNegative_IsAnsweredAsAMissingHeader()
    {
        var bytes = GoldenCase.Of("sofarpc-envelope", "no-header").Request.ToArray();
        bytes[16] = 0x80;
        var exchange = Frames.NewExchange(bytes);
        Assert.True(exchange.CallerHeader.HasNegativeLength());
        exchange.SetFault(ExchangeStatus.InvalidArgument, Frames.Codec.OpenRequest(exchange));
        Assert.Equal(18, Frames.Scan(Frames.WriteReply(exchange)).Status);
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
}
