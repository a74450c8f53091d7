using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

public sealed class MessageEncodingTests
{
    [Theory]
    [InlineData(MessageEncoding.Gzip, 0)]
    [InlineData(MessageEncoding.Gzip, 100_000)]
    [InlineData(MessageEncoding.Deflate, 1)]
    [InlineData(MessageEncoding.Deflate, 100_000)]
    public void Pack_AnyMessage_UnpacksTheSame(string encoding, int length)
    {
        var message = Encoding.ASCII.GetBytes(new string('x', length));
        using var packed = new FrameWriter();
        using var unpacked = new FrameWriter();
        MessageEncoding.Pack(encoding, message, packed);
        Assert.True(MessageEncoding.Unpack(encoding, new ReadOnlySequence<byte>(packed.WrittenMemory), 100_000, unpacked).IsOk);
        Assert.True(unpacked.Written.SequenceEqual(message));
    }

    [Fact]
    public void Unpack_Bomb_IsRefusedAtTheLimit()
    {
        using var packed = new FrameWriter();
        using var unpacked = new FrameWriter();
        MessageEncoding.Pack(MessageEncoding.Gzip, new byte[64 << 20], packed);
        var status = MessageEncoding.Unpack(MessageEncoding.Gzip, new ReadOnlySequence<byte>(packed.WrittenMemory), 1 << 20, unpacked);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(unpacked.Length, 1 << 20, (1 << 20) + (64 << 10));
    }

    [Theory]
    [InlineData(MessageEncoding.Gzip)]
    [InlineData(MessageEncoding.Deflate)]
    public void Unpack_OtherBytes_IsMalformed(string encoding)
    {
        using var unpacked = new FrameWriter();
        var status = MessageEncoding.Unpack(encoding, new ReadOnlySequence<byte>("this is not compressed"u8.ToArray()), 1_024, unpacked);
        Assert.Equal(CodecError.Malformed, status.Error);
    }

    [Fact]
    public void Unpack_UnknownEncoding_IsNamed()
    {
        using var unpacked = new FrameWriter();
        var status = MessageEncoding.Unpack("snappy", ReadOnlySequence<byte>.Empty, 1_024, unpacked);
        Assert.Equal(CodecError.Unsupported, status.Error);
        Assert.Contains("'snappy'", status.Detail, StringComparison.Ordinal);
        Assert.False(MessageEncoding.IsKnown("snappy"));
        Assert.True(MessageEncoding.IsKnown(null) && MessageEncoding.IsKnown("identity"));
    }
}
