using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

/// <summary>Bolt v2 towards callees that are registered for it.</summary>
public sealed class CalleeEnvelopeTests
{
    private static readonly ServiceInstance V1 = Instances.Saying(("boltVersion", "1"));
    private static readonly ServiceInstance V2 = Instances.Saying(("boltVersion", "2"));
    private static readonly ServiceInstance V2WithChecksum = Instances.Saying(("boltCrc", "true"));

    [Theory]
    [InlineData("v2-ver2-echoString", "boltVersion", "2")]
    [InlineData("v2-ver2-echoString", "boltVersion", "v2")]
    [InlineData("v2-ver2-crc-echoString", "boltCrc", "true")]
    [InlineData("v2-ver2-crc-echoString", "boltCrc", "on")]
    public void WriteRequest_CalleeRegisteredForV2_GetsTheRecordedBytes(string name, string key, string value)
    {
        var golden = GoldenCase.Of("sofarpc-envelope", name);
        var exchange = Call(golden.Request, Instances.Saying((key, value)));
        var written = Frames.WriteRequest(exchange, exchange.CallerHeader.CorrelationId);
        Assert.Equal(Convert.ToHexString(golden.Request), Convert.ToHexString(written));
    }

    [Theory]
    [InlineData("boltVersion", "3")]
    [InlineData("boltCrc", "false")]
    [InlineData("appName", "x")]
    public void WriteRequest_CalleeRegisteredForNoKnownEnvelope_IsCalledInV1(string key, string value)
    {
        var exchange = Call(GoldenCase.Of("sofarpc-envelope", "v2-ver2-echoString").Request, Instances.Saying((key, value)));
        Assert.False(Frames.Scan(Frames.WriteRequest(exchange, 1)).IsV2());
        Assert.True(Frames.Codec.CanForward(exchange));
    }

    [Fact]
    public void CanForward_OnlyWhereTheEnvelopeIsTheCallees()
    {
        var v1 = GoldenCase.Of("sofarpc-java-calls", "future").Request;
        var v2 = GoldenCase.Of("sofarpc-envelope", "v2-ver2-echoString").Request;
        var checksum = GoldenCase.Of("sofarpc-envelope", "v2-ver2-crc-echoString").Request;
        foreach (var (frame, takes) in new[] { (v1, V1), (v2, V2), (checksum, V2WithChecksum) })
        {
            foreach (var instance in new[] { V1, V2, V2WithChecksum })
            {
                Assert.Equal(ReferenceEquals(takes, instance), Frames.Codec.CanForward(Call(frame, instance)));
            }

            Assert.True(Frames.Codec.CanForward(Call(frame, Instances.Of(null))));
        }
    }

    [Fact]
    public void WriteRequest_OneWayInV2_SaysMinusOneAndIsNotAnswered()
    {
        var exchange = Call(GoldenCase.Of("sofarpc-java-calls", "oneway").Request, V2WithChecksum);
        Assert.True(exchange.OneWay);
        var frame = Frames.WriteRequest(exchange, 3);
        var header = Frames.Scan(frame);
        Assert.Equal((true, true, (byte)2), (header.OneWay, header.HasChecksum(), header.Version1()));
        Assert.Equal("ffffffff", Convert.ToHexStringLower(frame.AsSpan(12, 4)));
        Assert.Contains(("type", "oneway"), HeaderPairs.Of(frame));
        var called = Frames.Read(frame);
        called.SetFault(ExchangeStatus.Internal, "x");
        Assert.Empty(Frames.WriteReply(called));
    }

    [Fact]
    public void Scan_ReplyWithAnyByteChanged_BreaksTheConnection()
    {
        var reply = GoldenCase.Of("sofarpc-envelope", "v2-ver2-crc-echoString").Answer;
        Assert.Equal("中文测试，你好世界", Frames.ReadReply(reply).Reply.Text(0));
        var header = Frames.Scan(reply);

        // Of the fixed part only what does not decide how long the frame is, and of its switch nothing: off means no checksum.
        for (var at = header.FixedLength(); at < reply.Length; at++)
        {
            var changed = reply.ToArray();
            changed[at] ^= 0x10;
            var scan = Frames.Codec.Scan(Frames.Sequence(changed), FrameLimits.Default, out _);
            Assert.Equal((CodecError.Malformed, (long)reply.Length - 4), (scan.Fault.Error, scan.Fault.Offset));
        }
    }

    [Fact]
    public void WriteRequest_JsonInV2_IsBothAtOnce()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-json", "add").Request, DemoTypes.JsonService);
        exchange.CalleeService = exchange.Service;
        exchange.RemainingMs = 500;
        exchange.Instance = Instances.Saying(("serialization", "json"), ("boltCrc", "true"));
        var frame = Frames.WriteRequest(exchange, 1);
        var header = Frames.Scan(frame);
        Assert.Equal((BoltFrame.CodecJson, true), (header.Serializer, header.HasChecksum()));
        Assert.Equal(2, Frames.Read(frame, DemoTypes.JsonService).Request.RootCount());
    }

    private static Exchange Call(byte[] frame, ServiceInstance instance)
    {
        var exchange = Frames.Read(frame);
        exchange.CalleeService = exchange.Service;
        exchange.RemainingMs = exchange.CallerTimeoutMs;
        exchange.Instance = instance;

        // The recorded caller knew no W3C header; the gateway adds it to what it passes on.
        exchange.RequestMetadata.Remove("traceparent");
        return exchange;
    }
}
