using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Framing;

public class DubboEventsTests
{
    [Theory]
    [InlineData("2.7.23")]
    [InlineData("3.2.16")]
    public void RecordedHeartbeats_AreRecognisedAndAnsweredAsJavaDoes(string version)
    {
        var frames = GoldenCase.LoadEvents(version).EnumerateArray().ToDictionary(
            c => c.GetProperty("name").ToString(), c => Convert.FromHexString(c.GetProperty("frameHex").ToString()));
        var request = Frames.Scan(frames["codec-heartbeat-request"]);
        Assert.Equal((FrameKind.Heartbeat, false, 77ul), (request.Kind, request.OneWay, request.CorrelationId));
        Assert.Equal(FrameKind.HeartbeatReply, Frames.Scan(frames["codec-heartbeat-response"]).Kind);
        Assert.Equal(frames["codec-heartbeat-response"], Answer(frames["codec-heartbeat-request"]));

        var oneWay = Frames.Scan(frames["codec-heartbeat-request-oneway"]);
        Assert.Equal((FrameKind.Heartbeat, true), (oneWay.Kind, oneWay.OneWay));
        Assert.Empty(Answer(frames["codec-heartbeat-request-oneway"]));

        using var output = new FrameWriter();
        Frames.Codec.WriteHeartbeat(77, output);
        Assert.Equal(frames["codec-heartbeat-request"], output.Written.ToArray());
    }

    [Theory]
    [InlineData("a2", "0152", FrameKind.GoAway)]
    [InlineData("a2", "0157", FrameKind.Ignored)]
    [InlineData("a6", "2252220a", FrameKind.GoAway)]
    [InlineData("e6", "6e756c6c0a", FrameKind.Heartbeat)]
    [InlineData("f7", "00000001af", FrameKind.Heartbeat)]
    [InlineData("b7", "000000024a52", FrameKind.GoAway)]
    [InlineData("e2", "", FrameKind.Heartbeat)]
    [InlineData("e2", "20202020202020202020202020202052", FrameKind.Ignored)]
    [InlineData("22", "4e", FrameKind.HeartbeatReply)]
    public void Event_InAnySerialization_IsToldByItsData(string flags, string body, FrameKind kind) =>
        Assert.Equal(kind, Frames.Scan(Event(flags, body)).Kind);

    [Fact]
    public void HeartbeatOfAnotherSerialization_IsAnsweredInThatOne()
    {
        var answer = Answer(Event("f7", "00000001af"));
        Assert.Equal("dabb3714", Convert.ToHexStringLower(answer.AsSpan(0, 4)));
        Assert.Equal("00000001af", Convert.ToHexStringLower(answer.AsSpan(16)));
    }

    [Fact]
    public void GoAway_Written_IsJavasReadOnlyEvent()
    {
        using var output = new FrameWriter();
        Assert.True(Frames.Codec.WriteGoAway(output));
        Assert.Equal("dabba2000000000000000000000000020152", Convert.ToHexStringLower(output.Written));
        Assert.Equal(FrameKind.GoAway, Frames.Scan(output.Written.ToArray()).Kind);
    }

    private static byte[] Event(string flags, string body) =>
        Convert.FromHexString($"dabb{flags}000000000000000007{body.Length / 2:x8}{body}");

    private static byte[] Answer(byte[] frame)
    {
        using var output = new FrameWriter();
        Frames.Codec.WriteControlReply(Frames.Scan(frame), new ReadOnlySequence<byte>(frame), output);
        return output.Written.ToArray();
    }
}
