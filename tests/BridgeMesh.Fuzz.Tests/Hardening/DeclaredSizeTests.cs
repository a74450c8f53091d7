using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>What is declared costs nothing until its bytes are there: no buffer is made for a number that a peer wrote.</summary>
public sealed class DeclaredSizeTests
{
    private const int Gigabyte = 1 << 30;
    private const long FewBytes = 64 << 10;

    [Theory]
    [InlineData("dubbo", Gigabyte)]
    [InlineData("dubbo", int.MaxValue)]
    [InlineData("dubbo", -1)]
    [InlineData("dubbo", int.MinValue)]
    [InlineData("bolt", Gigabyte)]
    [InlineData("bolt", int.MaxValue)]
    [InlineData("bolt", -1)]
    [InlineData("bolt", int.MinValue)]
    public void Frame_DeclaredGigabyteOrNegative_IsRefusedAtItsHead(string protocol, int length)
    {
        var (codec, head) = Head(protocol, length);
        var scan = FrameScan.Whole;
        var allocated = Peer.Allocated(() => scan = codec.Scan(new ReadOnlySequence<byte>(head), FrameLimits.Default, out _));
        Assert.False(scan.Fault.IsOk, $"needs {scan.NeedBytes}");
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [InlineData("dubbo")]
    [InlineData("bolt")]
    public void Frame_OfTheLargestSizeAllowed_IsWaitedForWithoutMemory(string protocol)
    {
        var (codec, head) = Head(protocol, FrameLimits.Default.MaxFrameBytes - 1_000);
        var scan = FrameScan.Whole;
        var allocated = Peer.Allocated(() => scan = codec.Scan(new ReadOnlySequence<byte>(head), FrameLimits.Default, out _));
        Assert.True(scan.Fault.IsOk, scan.Fault.ToString());
        Assert.InRange(scan.NeedBytes, FrameLimits.Default.MaxFrameBytes - 1_200, FrameLimits.Default.MaxFrameBytes);
        Assert.InRange(allocated, 0, FewBytes);
    }

    public static TheoryData<bool, string, string> Declared => new()
    {
        { false, "list", "58 49 40000000 90" },
        { false, "typed list", "56 0161 49 40000000 90" },
        { false, "list of a small count", "7f 90" },
        { false, "fields of a class", "43 0161 49 40000000 0162" },
        { false, "string chunk", "53 ffff 6161" },
        { false, "string chunks", "52 ffff 61 52 ffff 61" },
        { false, "bytes chunk", "42 ffff 6161" },
        { false, "type number", "56 49 40000000 90" },
        { false, "class number", "4f 49 40000000" },
        { false, "reference", "51 49 40000000" },
        { true, "list", "56 6c 40000000 90" },
        { true, "typed list", "56 74 0001 61 6c 40000000 90" },
        { true, "list of a small count", "56 6e ff 90" },
        { true, "fixed list", "56 74 0001 61 6e 00 7a 76 90 49 40000000" },
        { true, "class name", "4f 49 40000000 61" },
        { true, "fields of a class", "4f 91 61 49 40000000 0162" },
        { true, "string chunk", "53 ffff 6161" },
        { true, "type name", "56 74 ffff 61" },
        { true, "type number", "56 75 49 40000000" },
        { true, "class number", "6f 49 40000000" },
        { true, "reference", "52 40000000" },
    };

    [Theory]
    [MemberData(nameof(Declared))]
    public void Hessian_DeclaresMoreThanItsBytesHold_FailsWithoutMemory(bool draft, string what, string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
        using var tape = new ValueTape();
        CodecStatus read = default;
        CodecStatus skipped = default;
        var allocated = Peer.Allocated(() =>
        {
            read = Peer.ReadHessian(draft, bytes, tape);
            skipped = Peer.SkipHessian(draft, bytes);
        });
        if (what == "fixed list")
        {
            // Its second value is what lies: the first defines the type.
            var state = Codecs.Hessian.HessianReadState.Rent();
            var reader = new Codecs.Hessian.HessianReader(new ReadOnlySequence<byte>(bytes), Codecs.Hessian.HessianDialect.Draft, state);
            Assert.True(reader.ReadValue(tape).IsOk);
            read = reader.ReadValue(tape);
            skipped = read;
            state.Return();
        }

        Assert.True(read.Error is CodecError.Malformed or CodecError.Truncated, $"{what}: {read}");
        Assert.True(skipped.Error is CodecError.Malformed or CodecError.Truncated, $"{what}: {skipped}");
        Assert.InRange(read.Offset, 0, bytes.Length);
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [InlineData(Gigabyte)]
    [InlineData(int.MaxValue)]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(30_000)]
    public void Bolt_HeaderTextDeclaresMoreThanTheMapHolds_IsRefused(int length)
    {
        byte[] map = [0, 0, 0, 7, .. "service"u8, 0, 0, 0, 0, .. "com.fuzz.A"u8];
        BinaryPrimitives.WriteInt32BigEndian(map.AsSpan(11), length);
        var cls = "com.alipay.sofa.rpc.core.request.SofaRequest"u8;
        byte[] frame = [1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 10, 0, 0, (byte)cls.Length, 0, (byte)map.Length, 0, 0, 0, 1, .. cls, .. map, (byte)'N'];
        var exchange = new Exchange();
        var status = CodecStatus.Ok;
        var allocated = Peer.Allocated(() => status = Peer.ReadRequest(Peer.Bolt, frame, exchange));
        Assert.Equal(CodecError.Malformed, status.Error);
        Assert.InRange(allocated, 0, FewBytes);
    }

    private static (IFrameCodec Codec, byte[] Head) Head(string protocol, int length)
    {
        byte[] head = protocol == "dubbo"
            ? [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
            : [1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(head.Length - 4), length);
        return (protocol == "dubbo" ? Peer.Dubbo : Peer.Bolt, head);
    }
}
