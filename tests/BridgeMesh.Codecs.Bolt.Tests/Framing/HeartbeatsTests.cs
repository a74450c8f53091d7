using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

public sealed class HeartbeatsTests
{
    [Fact]
    public void Heartbeats_AreWrittenAndAnsweredAsRecorded()
    {
        foreach (var golden in GoldenCase.Of("bolt-java-heartbeat"))
        {
            using var output = new FrameWriter();
            Frames.Codec.WriteControlReply(Frames.Scan(golden.Request), Frames.Sequence(golden.Request), output);
            Assert.Equal(golden.Response, output.Written.ToArray());
        }

        using var own = new FrameWriter();
        Frames.Codec.WriteHeartbeat(0x28, own);
        Assert.Equal("0101000001" + "00000028" + "01" + "ffffffff" + "0000000000000000", Convert.ToHexStringLower(own.Written));
    }
}
