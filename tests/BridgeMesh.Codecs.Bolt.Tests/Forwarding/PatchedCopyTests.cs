using System.Buffers.Binary;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Forwarding;

public sealed class PatchedCopyTests
{
    private const uint NewId = 0xA1B2C3D4;

    [Fact]
    public void CopyPatched_EveryRecordedFrame_ChangesIdTimeoutAndChecksumAlone()
    {
        foreach (var golden in GoldenCase.OfAll(GoldenCase.AllFiles.Where(f => f != "bolt-odd-frames")))
        {
            AssertCopy(golden.Request, 777);
            if (golden.Response is { } response)
            {
                AssertCopy(response, 777);
            }
        }
    }

    [Fact]
    public void CopyPatched_NegativeLength_IsRefused()
    {
        var golden = GoldenCase.Of("bolt-odd-frames", "class-length-32768");
        Frames.Codec.Scan(Frames.Sequence(golden.Request), FrameLimits.Default, out var header);
        using var output = new FrameWriter();
        var frame = Frames.Sequence(golden.Request[..header.Length]);
        Assert.False(Frames.Codec.CopyPatched(header, frame, new FramePatch(1, 0, null), output).IsOk);
        Assert.Equal(0, output.Length);
    }

    /// <summary>The forward lane's whole work on a call, from Java and from Node, in one piece and split.</summary>
    [Theory]
    [InlineData("sofarpc-java-calls", "business-exception", false)]
    [InlineData("node-client-java-server", "string", false)]
    [InlineData("node-hessian4", "string", false)]
    [InlineData("sofarpc-java-calls", "business-exception", true)]
    [InlineData("node-client-java-server", "string", true)]
    public void ScanOpenAndCopy_SteadyState_AllocateNothing(string file, string name, bool split)
    {
        var golden = GoldenCase.Of(file, name);
        var request = split ? Frames.Split(golden.Request, 100) : Frames.Sequence(golden.Request);
        var response = split ? Frames.Split(golden.Answer, 30) : Frames.Sequence(golden.Answer);

        // A registration that has something to say, and says that the caller's form is right.
        var isFinal = file == "node-hessian4";
        var instance = Instances.Saying(("hessianVersion", isFinal ? "4.0" : "3.0"), ("serialization", "hessian2"), ("boltVersion", "1"));
        var exchange = new Exchange { Instance = instance };
        using var output = new FrameWriter();
        var allocated = long.MaxValue;

        // The first rounds compile and fill caches.
        for (var round = 0; round < 5 && allocated != 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
            {
                Forward(exchange, request, response, output);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static void Forward(
        Exchange exchange,
        in System.Buffers.ReadOnlySequence<byte> request,
        in System.Buffers.ReadOnlySequence<byte> response,
        FrameWriter output)
    {
        output.Truncate(0);
        Frames.Codec.Scan(request, FrameLimits.Default, out var header);
        exchange.CallerHeader = header;
        exchange.RequestFrame = request;
        Frames.Codec.OpenRequest(exchange);
        if (!Frames.Codec.CanForward(exchange))
        {
            throw new InvalidOperationException("not passed on");
        }

        Frames.Codec.CopyPatched(header, request, new FramePatch(NewId, 500, null), output);

        Frames.Codec.Scan(response, FrameLimits.Default, out var replyHeader);
        Frames.Codec.CopyPatched(replyHeader, response, new FramePatch(header.CorrelationId, 0, null), output);
    }

    [Fact]
    public void CanForward_OtherDialectThanTheInstances_IsRefused()
    {
        var draft = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        var final = Frames.Opened(GoldenCase.Of("node-hessian4", "string").Request);
        var json = Frames.Opened(GoldenCase.Of("sofarpc-java-json", "add").Request);
        foreach (var (hessian, takesDraft) in new[] { ((string?)null, true), ("4.0", false), ("3.0", true) })
        {
            var instance = Instances.Of(hessian);
            draft.Instance = final.Instance = json.Instance = instance;
            Assert.Equal(takesDraft, Frames.Codec.CanForward(draft));
            Assert.Equal(!takesDraft, Frames.Codec.CanForward(final));
            Assert.True(Frames.Codec.CanForward(json));
        }
    }

    [Fact]
    public void CanForward_Json_WhereTheCalleeTakesItOrNothingElseIsPossible()
    {
        var json = Frames.Opened(GoldenCase.Of("sofarpc-java-json", "add").Request);
        json.Contract = DemoTypes.JsonService;
        Assert.False(Frames.Codec.CanForward(json));
        json.Instance = Instances.Saying(("serialization", "json"));
        Assert.True(Frames.Codec.CanForward(json));
        json.Instance = Instances.Saying(("serialization", "hessian2"));
        Assert.False(Frames.Codec.CanForward(json));

        // Without a contract the callee itself is the only one who may know the types.
        json.Contract = null;
        Assert.True(Frames.Codec.CanForward(json));
        var hessian = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        hessian.Instance = Instances.Saying(("serialization", "json"));
        Assert.False(Frames.Codec.CanForward(hessian));
    }

    private static void AssertCopy(byte[] frame, int timeoutMs)
    {
        var header = Frames.Scan(frame);
        using var output = new FrameWriter();
        output.WriteByte(9);
        Frames.AssertOk(Frames.Codec.CopyPatched(header, Frames.Sequence(frame), new FramePatch(NewId, timeoutMs, null), output));
        var copy = output.Written[1..].ToArray();
        var copied = Frames.Scan(copy);
        Assert.Equal(NewId, copied.CorrelationId);
        Assert.Equal(header.Kind == FrameKind.Request && !header.OneWay ? timeoutMs : header.TimeoutMs, copied.TimeoutMs);

        // With id, timeout and checksum put back, nothing differs.
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(header.IdOffset()), (uint)header.CorrelationId);
        frame.AsSpan(header.TimeoutOffset(), header.Kind == FrameKind.Request ? 4 : 0).CopyTo(copy.AsSpan(header.TimeoutOffset()));
        var checksum = header.HasChecksum() ? 4 : 0;
        Assert.True(copy.AsSpan(0, copy.Length - checksum).SequenceEqual(frame.AsSpan(0, frame.Length - checksum)));
    }
}
