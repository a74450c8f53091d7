using System.Text.Json;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

/// <summary>Every recorded frame, taken apart as its recording says.</summary>
public sealed class RecordedFramesTests
{
    [Fact]
    public void Scan_EveryRecordedFrame_FindsWhatTheRecordingSays()
    {
        var frames = 0;
        foreach (var golden in GoldenCase.OfAll(GoldenCase.AllFiles.Where(f => f != "bolt-odd-frames")))
        {
            frames += AssertFrame(golden, golden.Request, "request");
            frames += golden.Response is null ? 0 : AssertFrame(golden, golden.Response, "response");
        }

        Assert.True(frames > 600, $"only {frames} frames compared");
    }

    [Fact]
    public void Scan_EveryPrefixOfARecordedFrame_AsksForNoMoreThanTheFrame()
    {
        foreach (var golden in GoldenCase.OfAll(["sofarpc-java-calls", "bolt-java-heartbeat", "bolt-java-frames"]))
        {
            for (var length = 0; length < golden.Request.Length; length++)
            {
                var scan = Frames.Codec.Scan(Frames.Sequence(golden.Request[..length]), FrameLimits.Default, out _);
                Assert.True(scan.Fault.IsOk, $"{golden.Id} {length}: {scan}");
                Assert.InRange(scan.NeedBytes, 1, golden.Request.Length - length);
            }
        }
    }

    [Fact]
    public void Scan_EverySplitPoint_FindsTheSameFrame()
    {
        foreach (var golden in GoldenCase.OfAll(["bolt-java-frames", "bolt-java-heartbeat"]))
        {
            var header = Frames.Scan(golden.Request);
            for (var at = 0; at <= golden.Request.Length; at++)
            {
                Assert.True(Frames.Codec.Scan(Frames.Split(golden.Request, at), FrameLimits.Default, out var split).IsWhole);
                Assert.Equal(header, split);
            }

            Assert.True(Frames.Codec.Scan(Frames.OneByOne(golden.Request), FrameLimits.Default, out var single).IsWhole);
            Assert.Equal(header, single);
        }
    }

    private static int AssertFrame(GoldenCase golden, byte[] frame, string member)
    {
        if (!golden.Expected.TryGetProperty(member, out var expected))
        {
            return 0;
        }

        var header = Frames.Scan(frame);
        var about = $"{golden.Id} {member}";
        Assert.True(Number(expected, "protocol") == (header.IsV2() ? 2 : 1), about);
        Assert.True(Number(expected, "requestId") == (int)header.CorrelationId, about);
        Assert.True(Number(expected, "codec") == header.Serializer, about);
        Assert.True(Number(expected, "contentOffset") == header.ContentOffset(), about);
        Assert.True(Number(expected, "contentLength") == header.ContentLength(), about);
        var isReply = Number(expected, "type") == BoltFrame.TypeResponse;
        Assert.Equal(Number(expected, "cmdCode") == BoltFrame.CommandHeartbeat
            ? isReply ? FrameKind.HeartbeatReply : FrameKind.Heartbeat
            : isReply ? FrameKind.Reply : FrameKind.Request, header.Kind);
        Assert.Equal(Number(expected, "type") == BoltFrame.TypeOneWay, header.OneWay);
        if (isReply)
        {
            Assert.True(Number(expected, "status") == header.Status, about);
        }
        else
        {
            Assert.True(Math.Max(0, Number(expected, "timeoutMs")) == header.TimeoutMs, about);
        }

        if (header.IsV2())
        {
            Assert.True(Number(expected, "protocolVersion") == header.Version1(), about);
            Assert.Equal(expected.TryGetProperty("crc32", out _), header.HasChecksum());
        }

        if (expected.TryGetProperty("header", out var pairs))
        {
            var wanted = pairs.EnumerateObject().Select(p => (p.Name, p.Value.GetString() ?? string.Empty));
            Assert.True(wanted.SequenceEqual(HeaderPairs.Of(frame)), about);
        }

        return 1;
    }

    private static int Number(JsonElement expected, string member) => expected.GetProperty(member).GetInt32();
}
