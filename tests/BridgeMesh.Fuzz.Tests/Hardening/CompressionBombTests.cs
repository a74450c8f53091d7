using System.Buffers;
using System.IO.Compression;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>What is small on the wire and large behind its coding, and what a prefix declares.</summary>
public sealed class CompressionBombTests
{
    private const int BombBytes = 64 << 20;
    private const int MaxBytes = 1 << 20;

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void HttpBody_BombOf64MiB_StopsAtTheRatio(string coding)
    {
        using var output = new FrameWriter();
        var bomb = Bomb(coding);
        var status = ContentCoding.Decode(ContentCoding.Of(coding), new ReadOnlySequence<byte>(bomb), BombBytes, output);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(output.Length, 0, Math.Max(64 << 10, bomb.Length * ContentCoding.MaxRatio) + (16 << 10));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void GrpcMessage_BombOf64MiB_StopsAtTheBound(string coding)
    {
        using var output = new FrameWriter();
        var status = MessageEncoding.Unpack(coding, new ReadOnlySequence<byte>(Bomb(coding)), MaxBytes, output);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(output.Length, 0, MaxBytes + (16 << 10));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void GrpcMessage_EveryHalfOfIt_IsRefused(string coding)
    {
        using var packed = new FrameWriter();
        MessageEncoding.Pack(coding, "some text, some text, some text"u8, packed);
        for (var length = 1; length < packed.Length; length++)
        {
            using var output = new FrameWriter();
            var status = MessageEncoding.Unpack(coding, new ReadOnlySequence<byte>(packed.WrittenMemory[..length]), MaxBytes, output);
            Assert.True(status.Error == CodecError.Malformed, $"{length} of {packed.Length} bytes: {status}");
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void HttpBody_EveryHalfOfIt_IsRefused(string coding)
    {
        using var packed = new FrameWriter();
        Assert.True(ContentCoding.TryEncode(ContentCoding.Of(coding), new byte[300], packed));
        for (var length = 1; length < packed.Length; length++)
        {
            using var output = new FrameWriter();
            var part = new ReadOnlySequence<byte>(packed.WrittenMemory[..length]);
            var status = ContentCoding.Decode(ContentCoding.Of(coding), part, MaxBytes, output);
            Assert.True(status.Error == CodecError.Malformed, $"{length} of {packed.Length} bytes: {status}");
        }
    }

    [Fact]
    public void GrpcMessage_ThatAsksForADictionary_IsMalformed()
    {
        using var output = new FrameWriter();
        var status = MessageEncoding.Unpack("deflate", new ReadOnlySequence<byte>([0x78, 0xF9, 0, 0, 0, 0]), MaxBytes, output);
        Assert.Equal(CodecError.Malformed, status.Error);
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x7F)]
    [InlineData(0xFF)]
    public void GrpcPrefix_DeclaredGigabyte_IsRefusedAtItsHead(byte high)
    {
        var status = MessagePrefix.Read(new ReadOnlySequence<byte>([0, high, 0, 0, 0]), MaxBytes, out _, out var whole);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.False(whole);
    }

    private static byte[] Bomb(string coding)
    {
        using var target = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BrotliStream(target, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < BombBytes / zeros.Length; i++)
            {
                encoder.Write(zeros);
            }
        }

        return target.ToArray();
    }
}
