using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Framing;

public class DubboFrameTests
{
    private static readonly byte[] Call = GoldenCase.Get("3.2.16", "strings", "sayHello").Request!; // Recorded.

    [Fact]
    public void Scan_ByteAfterByte_AsksForMoreUntilTheFrameIsWhole()
    {
        for (var length = 0; length < Call.Length; length++)
        {
            var scan = Scan(Call[..length], out _);
            Assert.Equal(length < 16 ? 16 - length : Call.Length - length, scan.NeedBytes);
            Assert.True(scan.Fault.IsOk);
        }

        Assert.True(Scan(Call, out var header).IsWhole);
        Assert.Equal((FrameKind.Request, (byte)2, Call.Length, false), (header.Kind, header.Serializer, header.Length, header.OneWay));
    }

    [Fact]
    public void Scan_TwoFramesInOneBuffer_FindsTheFirst()
    {
        Assert.True(Scan([.. Call, .. Call[..20]], out var header).IsWhole);
        Assert.Equal(Call.Length, header.Length);
    }

    [Theory]
    [InlineData("47")]
    [InlineData("da00")]
    [InlineData("6c730d0a")]
    [InlineData("474554202f20485454502f312e310d0a486f73743a20780d0a0d0a")]
    public void Scan_AnotherProtocol_IsRefusedByItsFirstBytes(string hex)
    {
        // Real providers answer telnet lines on this port ("Unsupported command: GET"); a gateway is no shell.
        var scan = Scan(Convert.FromHexString(hex), out _);
        Assert.Equal(CodecError.Malformed, scan.Fault.Error);
        Assert.Contains("expected magic da bb", scan.Fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, CodecError.Malformed)]
    [InlineData(int.MinValue, CodecError.Malformed)]
    [InlineData(int.MaxValue, CodecError.OverBudget)]
    [InlineData(8_388_609, CodecError.OverBudget)]
    public void Scan_LyingLength_IsRefusedBeforeAnythingIsBuffered(int length, CodecError error)
    {
        var frame = Call.AsSpan(0, 16).ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), length);
        var limits = FrameLimits.Default with { MaxFrameBytes = 8_388_608 + 16 };
        var scan = Frames.Codec.Scan(new ReadOnlySequence<byte>(frame), limits, out var header);
        Assert.Equal((error, 12L, 0L), (scan.Fault.Error, scan.Fault.Offset, scan.NeedBytes));
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(4)), header.CorrelationId);
    }

    [Fact]
    public void Scan_LongestFrameAllowed_IsWaitedFor()
    {
        var frame = Call.AsSpan(0, 16).ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), 8_388_608);
        var scan = Frames.Codec.Scan(new ReadOnlySequence<byte>(frame), FrameLimits.Default with { MaxFrameBytes = 8_388_608 + 16 }, out _);
        Assert.Equal(8_388_608, scan.NeedBytes);
    }

    [Fact]
    public void Scan_IdOfAllOnes_IsAnOrdinaryId()
    {
        var golden = GoldenCase.Get("2.7.23", "errors", "raw-request-id-max");
        Assert.Equal(ulong.MaxValue, Frames.Scan(golden.Request!).CorrelationId); // Recorded.
        Assert.Equal(ulong.MaxValue, Frames.Scan(golden.Response!).CorrelationId);
    }

    private static FrameScan Scan(byte[] bytes, out FrameHeader header) =>
        Frames.Codec.Scan(new ReadOnlySequence<byte>(bytes), FrameLimits.Default, out header);
}
