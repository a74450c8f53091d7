using System.Buffers;
using System.IO.Compression;
using BridgeMesh.Codecs.Web.Compression;

namespace BridgeMesh.Codecs.Web.Tests.Compression;

/// <summary>What a decompressor asks of its source tells whether its input was whole.</summary>
public sealed class PackedStreamTests
{
    public static TheoryData<string, int> Whole()
    {
        var cases = new TheoryData<string, int>();
        foreach (var coding in (string[])["gzip", "zlib", "deflate", "br"])
        {
            // Random bytes do not pack: the longer ones fill the decompressors' own buffers of 8 KiB and 64 KiB, to the byte and past it.
            int[] lengths = [1, 100, 8_160, 8_165, 8_168, 8_169, 8_173, 8_174, 8_175, 8_181, 8_186, 8_187, 8_191, 8_192, 65_536, 70_000];
            Array.ForEach(lengths, length => cases.Add(coding, length));
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void PackedStream_WholeBody_IsNeitherCutOffNorFollowed(string coding, int length) =>
        Assert.Equal((false, false), Unpack(coding, Pack(coding, length)));

    [Theory]
    [MemberData(nameof(Whole))]
    public void PackedStream_OneByteMissing_IsCutOff(string coding, int length) => Assert.True(Unpack(coding, Pack(coding, length)[..^1]).IsCutOff);

    [Theory]
    [MemberData(nameof(Whole))]
    public void PackedStream_OneByteMore_IsNoWholeBody(string coding, int length) =>
        Assert.Equal((coding == "gzip", coding != "gzip"), Unpack(coding, [.. Pack(coding, length), (byte)'x']));

    [Fact]
    public void PackedStream_SeveralMembersOfGzip_AreOneBody() =>
        Assert.Equal((false, false), Unpack("gzip", [.. Pack("gzip", 9_000), .. Pack("gzip", 70)]));

    [Fact]
    public void PackedStream_SecondMemberCutOff_IsNoWholeBody()
    {
        var first = Pack("gzip", 90);
        byte[] both = [.. first, .. Pack("gzip", 70)];
        for (var length = first.Length + 1; length < both.Length; length++)
        {
            Assert.NotEqual((false, false), Unpack("gzip", both[..length]));
        }
    }

    private static byte[] Pack(string coding, int length)
    {
        var plain = new byte[length];
        new Random(length).NextBytes(plain);
        using var target = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "zlib" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            encoder.Write(plain);
        }

        return target.ToArray();
    }

    /// <summary>Broken bytes count as cut off: both are refused.</summary>
    private static (bool IsCutOff, bool IsFollowed) Unpack(string coding, byte[] packed)
    {
        using var source = new PackedStream(new ReadOnlySequence<byte>(packed), isGzip: coding == "gzip");
        using Stream decoder = coding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "zlib" => new ZLibStream(source, CompressionMode.Decompress),
            "deflate" => new DeflateStream(source, CompressionMode.Decompress),
            _ => new BrotliStream(source, CompressionMode.Decompress),
        };
        try
        {
            var room = new byte[1_000];
            while (source.Unpack(decoder, room) > 0)
            {
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            return (true, false);
        }

        return (source.IsCutOff, source.IsFollowed);
    }
}
