using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>
/// The conformance kit of frame codecs: derive once, give the codec, frames of real peers and the protocol's own facts, and inherit the
/// tests of this class and of those below it.
/// </summary>
public abstract class FrameCodecConformance : FrameGarbageConformance
{
    /// <summary>Whether a heartbeat of this codec wants an answer.</summary>
    protected virtual bool HeartbeatsAreAnswered => true;

    [Fact]
    public void Heartbeat_Written_IsReadAndAnsweredWithItsId()
    {
        using var output = new FrameWriter();
        Codec.WriteHeartbeat(Mask(0x1122_3344_5566_7788), output);
        if (Codec.HeartbeatIntervalMs == 0)
        {
            return;
        }

        var frame = SegmentedBytes.Whole(output.Written);
        var header = ScanWhole(frame, "heartbeat");
        Assert.Equal((FrameKind.Heartbeat, Mask(0x1122_3344_5566_7788), output.Length), (header.Kind, header.CorrelationId, header.Length));

        using var answer = new FrameWriter();
        Codec.WriteControlReply(header, frame, answer);
        Assert.Equal(HeartbeatsAreAnswered, answer.Length > 0);
        if (HeartbeatsAreAnswered)
        {
            var reply = ScanWhole(SegmentedBytes.Whole(answer.Written), "answer");
            Assert.Equal((FrameKind.HeartbeatReply, header.CorrelationId), (reply.Kind, reply.CorrelationId));
        }
    }

    [Fact]
    public void GoAway_Written_IsReadAsGoAway()
    {
        using var output = new FrameWriter();
        var has = Codec.WriteGoAway(output);
        Assert.Equal(has, output.Length > 0);
        if (has)
        {
            Assert.Equal(FrameKind.GoAway, ScanWhole(SegmentedBytes.Whole(output.Written), "go away").Kind);
        }
    }

    [Fact]
    public void ControlFrames_WithoutNeedOfAnswer_AreNotAnswered()
    {
        foreach (var sample in Samples.Where(s => s.Kind is FrameKind.HeartbeatReply or FrameKind.GoAway or FrameKind.Ignored))
        {
            using var output = new FrameWriter();
            var frame = SegmentedBytes.Whole(sample.Bytes);
            Codec.WriteControlReply(ScanWhole(frame, sample.Name), frame, output);
            Assert.True(output.Length == 0, $"{sample} was answered");
        }
    }

    [Fact]
    public void Reading_EverySample_GivesAllPooledMemoryBack()
    {
        foreach (var sample in Samples)
        {
            PoolBalance.AssertKeepsNothing(() => Describe(SegmentedBytes.Chunked(sample.Bytes, 13), sample.Name), sample.Name);
        }
    }

    [Fact]
    public void Writing_EveryCall_GivesAllPooledMemoryBack()
    {
        foreach (var call in Calls)
        {
            PoolBalance.AssertKeepsNothing(
                () =>
                {
                    var exchange = NewCall(call);
                    using var output = new FrameWriter();
                    Codec.WriteRequest(exchange, 1, output);
                    Release(exchange);
                },
                call.Name);
        }
    }

    [Fact]
    public async Task Codec_UsedFromManyThreads_StaysStateless()
    {
        var expected = Samples.Select(s => Describe(SegmentedBytes.Whole(s.Bytes), s.Name)).ToArray();
        using var start = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var round = 0; round < 20; round++)
                {
                    for (var i = worker; i < Samples.Count; i++)
                    {
                        Assert.Equal(expected[i], Describe(SegmentedBytes.Whole(Samples[i].Bytes), Samples[i].Name));
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    [Fact]
    public void CanForward_ARecordedRequest_DoesNotThrow()
    {
        foreach (var sample in OfKind(FrameKind.Request))
        {
            var exchange = new Exchange();
            var frame = SegmentedBytes.Whole(sample.Bytes);
            exchange.CallerHeader = ScanWhole(frame, sample.Name);
            exchange.RequestFrame = frame;
            Codec.OpenRequest(exchange);
            exchange.CalleeService = exchange.Service;
            var first = Codec.CanForward(exchange);
            Assert.Equal(first, Codec.CanForward(exchange));
            Release(exchange);
        }
    }
}
