using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Forwarding;

public sealed class SplicedCopyTests
{
    private static readonly ServiceKey Renamed = new("com.example.other.RenamedService", "2.0", UniqueId: "blue");

    /// <summary>All callers, both dialects, references in the arguments: only the names change.</summary>
    [Fact]
    public void Splice_OfEveryRecordedCall_KeepsEverythingButTheNames()
    {
        var calls = 0;
        foreach (var golden in GoldenCase.OfAll(GoldenCase.HessianCallFiles))
        {
            var before = Frames.Read(golden.Request);
            var after = Frames.Read(Splice(golden.Request, Rename()));
            Assert.Equal(Renamed, after.Service);
            Assert.Equal((before.Method, before.Signature, before.OneWay), (after.Method, after.Signature, after.OneWay));
            TapeAssert.Equal(before.Request, after.Request, TapeComparison.Exact, golden.Id);
            AssertMetadata(before.RequestMetadata, after.RequestMetadata);
            calls++;
        }

        Assert.True(calls > 200, $"only {calls} calls");
    }

    [Theory]
    [InlineData("sofarpc-java-calls", "future")]
    [InlineData("node-client-java-server", "string")]
    [InlineData("node-hessian4", "baggage")]
    public void Splice_OfTheService_ReplacesItWhereverAServerLooks(string file, string name)
    {
        var spliced = Splice(GoldenCase.Of(file, name).Request, Rename());
        Assert.DoesNotContain("DemoService", System.Text.Encoding.UTF8.GetString(spliced), StringComparison.Ordinal);
        Assert.Contains(("service", "com.example.other.RenamedService:2.0:blue"), HeaderPairs.Of(spliced));
    }

    [Fact]
    public void Splice_OfMetadata_ReplacesOrAddsInHeaderAndContent()
    {
        var golden = GoldenCase.Of("sofarpc-java-calls", "custom-header");
        var patch = new SplicePatch();
        patch.Set.Set("X-Tenant", "new");
        patch.Set.Set("x-bridgemesh-hops", "gw-1");
        var spliced = Splice(golden.Request, patch);
        Assert.DoesNotContain("t-9", System.Text.Encoding.UTF8.GetString(spliced), StringComparison.Ordinal);
        var pairs = HeaderPairs.Of(spliced);
        Assert.Equal(["new"], pairs.Where(p => p.Key.Equals("x-tenant", StringComparison.OrdinalIgnoreCase)).Select(p => p.Value));
        Assert.Contains(("x-bridgemesh-hops", "gw-1"), pairs);
        var exchange = Frames.Read(spliced);
        Assert.Equal("new", exchange.RequestMetadata.Find("x-tenant"));
        Assert.Equal("gw-1", exchange.RequestMetadata.Find("x-bridgemesh-hops"));

        // Node's server sees the content alone.
        var header = exchange.CallerHeader;
        var content = System.Text.Encoding.UTF8.GetString(spliced.AsSpan(header.ContentOffset()));
        Assert.Contains("X-Tenant\u0003new", content, StringComparison.Ordinal);
        Assert.Contains("x-bridgemesh-hops\u0004gw-1", content, StringComparison.Ordinal);
    }

    [Fact]
    public void Splice_OfNothing_CopiesTheFrame()
    {
        foreach (var golden in GoldenCase.OfAll(["sofarpc-java-calls", "node-hessian4"]))
        {
            Assert.Equal(Frames.Scan(golden.Request).Length, Splice(golden.Request, new SplicePatch()).Length);
        }
    }

    [Fact]
    public void Splice_OfAV2FrameWithChecksum_MakesTheChecksumAnew()
    {
        var spliced = Splice(GoldenCase.Of("sofarpc-envelope", "v2-ver2-crc-echoString").Request, Rename());
        Assert.True(Frames.Scan(spliced).HasChecksum());
        Assert.Equal(Renamed, Frames.Read(spliced).Service);
    }

    [Fact]
    public void Splice_OfAnotherCodecsBody_ChangesTheHeaderAlone()
    {
        var golden = GoldenCase.Of("sofarpc-java-protobuf", "echo");
        var spliced = Splice(golden.Request, Rename());
        var before = Frames.Scan(golden.Request);
        var after = Frames.Scan(spliced);
        Assert.True(golden.Request.AsSpan(before.ContentOffset()).SequenceEqual(spliced.AsSpan(after.ContentOffset())));
        Assert.Equal(Renamed, Frames.Opened(spliced).Service);
    }

    [Fact]
    public void Splice_EverySplitPoint_GivesTheSame()
    {
        var golden = GoldenCase.Of("sofarpc-java-calls", "custom-header");
        var whole = Splice(golden.Request, Rename());
        var header = Frames.Scan(golden.Request);
        for (var at = 0; at <= golden.Request.Length; at++)
        {
            using var output = new FrameWriter();
            Frames.AssertOk(Frames.Codec.CopyPatched(header, Frames.Split(golden.Request, at), new FramePatch(7, 5, Rename()), output));
            Assert.True(output.Written.SequenceEqual(whole), $"split at {at}");
        }
    }

    [Fact]
    public void Splice_ThatOverflowsTheHeaderMap_LeavesNothing()
    {
        var patch = new SplicePatch();
        patch.Set.Set("x-long", new string('x', 40_000));
        AssertNothingLeft(GoldenCase.Of("sofarpc-java-calls", "future").Request, patch);
    }

    [Fact]
    public void Splice_OfAContentThatIsNoCall_LeavesNothing() =>
        AssertNothingLeft(GoldenCase.Of("sofarpc-envelope", "garbled-content").Request, Rename());

    [Fact]
    public void Splice_OfDamagedFrames_NeverThrowsNorLeavesAPart() => Seeded.Run(3_000, random =>
    {
        var golden = random.Next(2) == 0 ? GoldenCase.Of("sofarpc-java-calls", "custom-header") : GoldenCase.Of("node-hessian4", "baggage");
        var bytes = golden.Request.ToArray();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            bytes[random.Next(22, bytes.Length)] = (byte)random.Next(256);
        }

        if (Frames.Codec.Scan(Frames.Sequence(bytes), FrameLimits.Default, out var header).IsWhole)
        {
            using var output = new FrameWriter();
            var status = Frames.Codec.CopyPatched(header, Frames.Sequence(bytes[..header.Length]), new FramePatch(7, 5, Rename()), output);
            Assert.Equal(status.IsOk, output.Length > 0);
            Assert.True(!status.IsOk || Frames.Scan(output.Written.ToArray()).CorrelationId == 7);
        }
    });

    private static SplicePatch Rename() => new() { Service = Renamed };

    private static byte[] Splice(byte[] frame, SplicePatch patch)
    {
        using var output = new FrameWriter();
        Frames.AssertOk(Frames.Codec.CopyPatched(Frames.Scan(frame), Frames.Sequence(frame), new FramePatch(7, 5, patch), output));
        return output.Written.ToArray();
    }

    private static void AssertMetadata(Metadata expected, Metadata actual) =>
        Assert.Equal(expected.Entries.ToArray(), actual.Entries.ToArray());

    private static void AssertNothingLeft(byte[] frame, SplicePatch patch)
    {
        using var output = new FrameWriter();
        output.WriteByte(9);
        var status = Frames.Codec.CopyPatched(Frames.Scan(frame), Frames.Sequence(frame), new FramePatch(7, 5, patch), output);
        Assert.False(status.IsOk);
        Assert.Equal(1, output.Length);
    }
}
