using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Bodies;

/// <summary>Bolt codec 11: passed on to every Bolt callee as it is, translated to others where a contract says what the message is.</summary>
public sealed class ProtobufBodiesTests
{
    private static readonly GoldenCase Echo = GoldenCase.Of("sofarpc-java-protobuf", "echo");
    private static readonly ServiceInstance TakesProtobuf = Instances.Saying(("serialization", "protobuf"));
    private static readonly ServiceContract Contract = DemoTypes.ProtoService;

    [Fact]
    public void CanForward_Protobuf_WhateverTheCalleeIsRegisteredWith()
    {
        var exchange = Frames.Opened(Echo.Request);
        exchange.Contract = Contract;
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
    public void ReadRequest_RecordedCall_GivesItsTypedArgument()
    {
        var tape = Frames.Read(Echo.Request, Contract).Request;
        Assert.Equal((1, "com.example.bridge.proto.EchoRequest"), (tape.RootCount(), tape[0].Type?.Text));
        Assert.Equal("世界", tape.Text(Field(tape, "name")));
        Assert.Equal(41, tape[Field(tape, "count")].AsInt32);
        Assert.Equal(2, tape[Field(tape, "tags")].Count);
        Assert.Equal([1, 2, 3], tape.Utf8(Field(tape, "blob")).ToArray());
    }

    [Fact]
    public void WriteRequest_RecordedCallToAProtobufCallee_GivesTheSameBytes()
    {
        var exchange = Addressed(TakesProtobuf);
        Assert.Equal(Shown(Echo.Request), Shown(Frames.WriteRequest(exchange, exchange.CallerHeader.CorrelationId)));
    }

    [Fact]
    public void WriteReply_RecordedResult_GivesTheSameBytes()
    {
        var exchange = Frames.Read(Echo.Request, Contract);
        exchange.ReplyHeader = Frames.Scan(Echo.Answer);
        exchange.ReplyFrame = Frames.Sequence(Echo.Answer);
        Frames.AssertOk(Frames.Codec.ReadReply(exchange));
        Assert.Equal("Hello 世界", exchange.Reply.Text(Field(exchange.Reply, "message")));
        exchange.ReplyFrame = default;
        Assert.Equal(Shown(Echo.Answer), Shown(Frames.WriteReply(exchange)));
    }

    [Fact]
    public void WriteRequest_ProtobufCallerToOtherCallees_NamesClassesAndMembers()
    {
        var hessian = Frames.Read(Frames.WriteRequest(Addressed(Instances.Of(null)), 7));
        Assert.Equal(["com.example.bridge.proto.EchoRequest"], hessian.Signature?.TypeNames);
        Assert.Equal("世界", hessian.Request.Text(Field(hessian.Request, "name")));

        var json = Frames.WriteRequest(Addressed(Instances.Saying(("serialization", "json"))), 7);
        Assert.Equal(
            """{"name":"世界","count":41,"tags":["a","b"],"blob":"AQID"}""",
            Encoding.UTF8.GetString(json.AsSpan(Frames.Scan(json).ContentOffset())));
    }

    [Theory]
    [InlineData(ExchangeStatus.RuntimeException, "kaputt – 失敗", "kaputt – 失敗")]
    [InlineData(ExchangeStatus.BusinessException, null, "com.acme.Failure")]
    [InlineData(ExchangeStatus.Unimplemented, "RPC-020100011: nothing", "RPC-020100011: nothing")]
    public void WriteReply_Error_IsItsTextUnderTheErrorHeader(ExchangeStatus status, string? message, string text)
    {
        var exchange = Frames.Opened(Echo.Request);
        exchange.Status = status;
        exchange.Message = message;
        exchange.ExceptionType = TypeName.Of("com.acme.Failure");
        var frame = Frames.WriteReply(exchange);
        var header = Frames.Scan(frame);
        Assert.Equal((0, BoltFrame.CodecProtobuf), (header.Status, header.Serializer));
        Assert.Equal([("sofa_head_response_error", "true")], HeaderPairs.Of(frame));
        Assert.Equal(text, Encoding.UTF8.GetString(frame.AsSpan(header.ContentOffset())));
        var read = Frames.ReadReply(frame);
        Assert.Equal(
            (status == ExchangeStatus.Unimplemented ? status : ExchangeStatus.RuntimeException, text), (read.Status, read.Message));
    }

    [Fact]
    public void WriteReply_Fault_IsHessianAsARealServersIs()
    {
        var recorded = GoldenCase.Of("sofarpc-java-protobuf", "echo-empty");
        Assert.Equal((18, BoltFrame.CodecHessian), (Frames.Scan(recorded.Answer).Status, Frames.Scan(recorded.Answer).Serializer));
        var exchange = Frames.Opened(recorded.Request);
        exchange.SetFault(ExchangeStatus.InvalidArgument, "why");
        var written = Frames.Scan(Frames.WriteReply(exchange));
        Assert.Equal((18, BoltFrame.CodecHessian), (written.Status, written.Serializer));
    }

    /// <summary>sofa-bolt-node answers so: status 2, codec 11, the bare text.</summary>
    [Fact]
    public void ReadReply_StatusWithABareText_SaysIt()
    {
        var frame = Echo.Answer.ToArray();
        frame[11] = 2;
        var header = Frames.Scan(frame);
        byte[] text = [.. frame.AsSpan(0, header.ContentOffset()), .. "Error: boom"u8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(header.FixedLength() - 4), "Error: boom".Length);
        var read = Frames.ReadReply(text);
        Assert.Equal((ExchangeStatus.RuntimeException, "Error: boom"), (read.Status, read.Message));
    }

    [Fact]
    public void ReadRequest_NoBytes_AreAMessageWithoutFields()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-protobuf", "echo-empty").Request, Contract);
        Assert.Equal((1, ValueKind.Object), (exchange.Request.RootCount(), exchange.Request[0].Kind));
        Assert.Equal("com.example.bridge.proto.EchoRequest", exchange.Request[0].Type?.Text);
    }

    [Fact]
    public void WithoutAContract_NothingIsGuessed()
    {
        var exchange = Frames.Opened(Echo.Request);
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.Equal((CodecError.Unsupported, 9L), (status.Error, status.Offset));
        Assert.Contains("Bolt codec 11 (protobuf) names no parameter types: declare echo", status.Detail, StringComparison.Ordinal);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        Assert.Equal(18, Frames.Scan(Frames.WriteReply(exchange)).Status);

        var reply = new Exchange { ReplyHeader = Frames.Scan(Echo.Answer), ReplyFrame = Frames.Sequence(Echo.Answer) };
        Assert.Contains("Bolt codec 11 (protobuf)", Frames.Codec.ReadReply(reply).Detail, StringComparison.Ordinal);

        var call = Frames.Read(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        call.CalleeService = call.Service;
        call.Instance = TakesProtobuf;
        Assert.False(Frames.Codec.CanForward(call));
        using var output = new FrameWriter();
        status = Frames.Codec.WriteRequest(call, 1, output);
        Assert.Equal((CodecError.Unsupported, 0), (status.Error, output.Length));
        Assert.Contains("Bolt codec 11 (protobuf) is what the callee is registered with", status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadAndReply_SpoiledContent_EndInAStatusWithAPlaceInTheFrame(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var request = Spoiled(Echo.Request, random);
            var call = Frames.Opened(request);
            call.Contract = Contract;
            refused += AssertPlaced(Frames.Codec.ReadRequest(call), request);
            var answer = Spoiled(Echo.Answer, random);
            var reply = new Exchange { ReplyHeader = Frames.Scan(answer), ReplyFrame = Frames.Sequence(answer), Shape = call.Shape };
            refused += AssertPlaced(Frames.Codec.ReadReply(reply), answer);
        }

        Assert.InRange(refused, 500, 9_500);
    }

    private static Exchange Addressed(ServiceInstance instance)
    {
        var exchange = Frames.Read(Echo.Request, Contract);
        exchange.CalleeService = exchange.Service;
        exchange.RemainingMs = exchange.CallerTimeoutMs;
        exchange.Instance = instance;
        exchange.RequestMetadata.Remove("traceparent");
        return exchange;
    }

    private static int AssertPlaced(CodecStatus status, byte[] frame)
    {
        Assert.InRange(status.Offset, -1, frame.Length);
        return status.IsOk ? 0 : 1;
    }

    private static byte[] Spoiled(byte[] frame, Random random)
    {
        var spoiled = frame.ToArray();
        var content = spoiled.AsSpan(Frames.Scan(frame).ContentOffset());
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            content[random.Next(content.Length)] = (byte)random.Next(256);
        }

        return spoiled;
    }

    private static int Field(ValueTape tape, string name) => tape.FindField(0, FieldName.Of(name));

    private static string Shown(byte[] frame) => Convert.ToHexString(frame);
}
