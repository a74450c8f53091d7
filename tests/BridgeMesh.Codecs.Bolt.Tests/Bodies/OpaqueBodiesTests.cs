using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Bodies;

/// <summary>Protobuf, which is passed on and never guessed at.</summary>
public sealed class OpaqueBodiesTests
{
    private static readonly GoldenCase Echo = GoldenCase.Of("sofarpc-java-protobuf", "echo");

    [Fact]
    public void CanForward_Protobuf_WhateverTheCalleeIsRegisteredWith()
    {
        var exchange = Frames.Opened(Echo.Request);
        Assert.Equal(("com.example.bridge.ProtoService", "echo"), (exchange.Service.Interface, exchange.Method));
        foreach (var instance in new[] { null, Instances.Of("4.0"), Instances.Saying(("serialization", "protobuf"), ("boltVersion", "2")) })
        {
            exchange.Instance = instance;
            Assert.True(Frames.Codec.CanForward(exchange));
        }

        using var output = new FrameWriter();
        Frames.AssertOk(Frames.Codec.CopyPatched(
            exchange.CallerHeader, exchange.RequestFrame, new FramePatch(exchange.CallerHeader.CorrelationId, 0, null), output));
        Assert.Equal(Echo.Request, output.Written.ToArray());
    }

    [Fact]
    public void ReadRequest_Protobuf_IsRefusedByName()
    {
        var exchange = Frames.Opened(Echo.Request);
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.Equal((CodecError.Unsupported, 9L), (status.Error, status.Offset));
        Assert.Contains("Bolt codec 11 (protobuf)", status.Detail, StringComparison.Ordinal);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        Assert.Equal(18, Frames.Scan(Frames.WriteReply(exchange)).Status);
    }

    [Fact]
    public void WriteRequest_CalleeRegisteredWithProtobuf_IsRefusedByName()
    {
        var call = Frames.Read(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        call.CalleeService = call.Service;
        call.Instance = Instances.Saying(("serialization", "protobuf"));
        Assert.False(Frames.Codec.CanForward(call));
        using var output = new FrameWriter();
        var status = Frames.Codec.WriteRequest(call, 1, output);
        Assert.Equal((CodecError.Unsupported, 0), (status.Error, output.Length));
        Assert.Contains("Bolt codec 11 (protobuf)", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadReply_Protobuf_IsRefusedByName()
    {
        var exchange = new Exchange { ReplyHeader = Frames.Scan(Echo.Answer), ReplyFrame = Frames.Sequence(Echo.Answer) };
        Assert.Contains("Bolt codec 11 (protobuf)", Frames.Codec.ReadReply(exchange).Detail, StringComparison.Ordinal);
    }
}
