using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Bodies;

/// <summary>Bolt codec 12, translated: what SOFARPC's Jackson codec wrote, read and written again, and what only the gateway meets.</summary>
public sealed class JsonBodiesTests
{
    private static readonly ServiceInstance TakesJson = Instances.Saying(("serialization", "json"));
    private static readonly ServiceContract Contract = DemoTypes.JsonService;

    private static IEnumerable<GoldenCase> Answered => GoldenCase.Of("sofarpc-java-json").Where(c => c.Name != "ping");

    [Fact]
    public void ReadRequest_EveryRecordedCall_GivesItsTypedArguments()
    {
        foreach (var golden in Answered)
        {
            var exchange = Frames.Read(golden.Request, Contract);
            Assert.Equal(golden.ExpectedText("method"), exchange.Shape?.Name);
            var at = 0;
            foreach (var view in golden.Expected.GetProperty("args").EnumerateArray())
            {
                JavaView.AssertSame(view, exchange.Request, at, golden.Id);
                at = exchange.Request.Next(at);
            }

            Assert.Equal(exchange.Request.Count, at);
        }
    }

    [Fact]
    public void WriteRequest_EveryRecordedCallToAJsonCallee_GivesTheSameBytes()
    {
        foreach (var golden in Answered)
        {
            var exchange = Frames.Read(golden.Request, Contract);
            Address(exchange, TakesJson);
            Assert.Equal(Shown(golden.Request), Shown(Frames.WriteRequest(exchange, exchange.CallerHeader.CorrelationId)));
        }
    }

    [Fact]
    public void WriteReply_EveryRecordedResult_GivesTheSameBytes()
    {
        foreach (var golden in Answered)
        {
            var exchange = Frames.Read(golden.Request, Contract);
            Answer(exchange, golden.Answer);
            JavaView.AssertSame(golden.Expected.GetProperty("result"), exchange.Reply, 0, golden.Id);
            Assert.Equal(Shown(golden.Answer), Shown(Frames.WriteReply(exchange)));
        }
    }

    [Fact]
    public void WriteRequest_JsonCallerToAHessianCallee_NamesTheDeclaredClasses()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-json", "person").Request, Contract);
        Address(exchange, Instances.Of(null));
        var written = Frames.WriteRequest(exchange, 7);
        Assert.Equal(BoltFrame.CodecHessian, Frames.Scan(written).Serializer);
        var read = Frames.Read(written);
        Assert.Equal(["com.example.bridge.Person"], read.Signature?.TypeNames);
        Assert.Equal("com.example.bridge.Person", read.Request[0].Type?.Text);
        var favorite = read.Request.FindField(0, FieldName.Of("favorite"));
        Assert.Equal((ValueKind.Enum, "RED"), (read.Request[favorite].Kind, read.Request.Text(favorite)));
        Assert.Equal(1_700_000_000_123, read.Request[read.Request.FindField(0, FieldName.Of("birthday"))].EpochMs);
    }

    [Fact]
    public void WriteRequest_HessianCallerToAJsonCallee_NeedsNoContract()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-generic", "generic-primitive").Request);
        Address(exchange, TakesJson);
        var frame = Frames.WriteRequest(exchange, 7);
        Assert.Equal("[1,2]", Body(frame));
        Assert.Contains(("sofa_head_method_name", "addInt"), HeaderPairs.Of(frame));
        Assert.DoesNotContain(HeaderPairs.Of(frame), p => p.Key.Contains("generic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("null", "a", "null")]
    [InlineData("[]", "", "[]")]
    [InlineData("[null,1]", "ab", "[null,1]")]
    public void Arguments_OfAnyNumber_AreBareOrInAnArray(string body, string parameters, string written)
    {
        (string, TypeShape)[] declared = [.. parameters.Select(p => (p.ToString(), p == 'a' ? Shapes.Text : DemoTypes.Int))];
        var contract = new ServiceContract(Contract.Service, [Shapes.Method("m", Shapes.Text, declared)]);
        var exchange = Frames.Read(Call("m", body), contract);
        Assert.Equal(declared.Length, exchange.Request.RootCount());
        Address(exchange, TakesJson);
        Assert.Equal(written, Body(Frames.WriteRequest(exchange, 1)));
    }

    [Theory]
    [InlineData("add", "[1]", "1 arguments for the 2 of add")]
    [InlineData("add", "[1,2,3]", "more arguments than the 2 of add")]
    [InlineData("add", "{\"a\":1,\"b\":2}", "must be an array")]
    [InlineData("add", "[1,\"x\"]", "args[1]")]
    [InlineData("add", "[1,2", "")]
    [InlineData("add", "", "no content")]
    [InlineData("echoPerson", "[]", "")]
    [InlineData("echoPerson", "{}x", "")]
    public void ReadRequest_WhatDoesNotFitTheMethod_IsAnsweredWithStatus18(string method, string body, string says)
    {
        var exchange = Frames.Opened(Call(method, body));
        exchange.Contract = Contract;
        AssertRefused(exchange, says);
    }

    [Fact]
    public void ReadRequest_Void_IsRefusedBeforeAnythingRunsAsARealServerDoes()
    {
        var golden = GoldenCase.Of("sofarpc-java-json", "ping");
        Assert.Equal(18, Frames.Scan(golden.Answer).Status);
        var exchange = Frames.Opened(golden.Request);
        exchange.Contract = Contract;
        AssertRefused(exchange, "methods without a result, such as ping");
    }

    [Fact]
    public void ReadRequest_NoContract_NamesCodecAndCure()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-json", "add").Request);
        AssertRefused(exchange, "Bolt codec 12 (JSON) names no parameter types: declare add in a contract");
    }

    [Fact]
    public void ReadRequest_Overloads_AreRefusedWithTheirNumber()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-json", "add").Request);
        exchange.Contract = new ServiceContract(
            Contract.Service, [Shapes.Method("add", Shapes.Text), Shapes.Method("add", Shapes.Text, ("a", DemoTypes.Int))]);
        AssertRefused(exchange, "add has 2 overloads");
    }

    [Fact]
    public void WriteRequest_VoidMethodOfAJsonCallee_IsRefused()
    {
        var exchange = new Exchange { Method = "ping", Shape = Shapes.Method("ping"), RemainingMs = 1_000 };
        Address(exchange, TakesJson);
        using var output = new FrameWriter();
        var status = Frames.Codec.WriteRequest(exchange, 1, output);
        Assert.Equal((CodecError.Unsupported, 0), (status.Error, output.Length));
    }

    [Theory]
    [InlineData(ExchangeStatus.RuntimeException, "it failed", "\"it failed\"")]
    [InlineData(ExchangeStatus.BusinessException, null, "\"com.acme.Failure\"")]
    [InlineData(ExchangeStatus.Unimplemented, "RPC-020100011: \"m\"", "\"RPC-020100011: \\\"m\\\"\"")]
    public void WriteReply_Error_IsItsTextUnderTheErrorHeader(ExchangeStatus status, string? message, string body)
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-json", "add").Request);
        exchange.Status = status;
        exchange.Message = message;
        exchange.ExceptionType = TypeName.Of("com.acme.Failure");
        var frame = Frames.WriteReply(exchange);
        var header = Frames.Scan(frame);
        Assert.Equal((0, BoltFrame.CodecJson), (header.Status, header.Serializer));
        Assert.Equal([("sofa_head_response_error", "true")], HeaderPairs.Of(frame));
        Assert.Equal(body, Body(frame));

        var read = Frames.ReadReply(frame);
        Assert.Equal(status == ExchangeStatus.Unimplemented ? status : ExchangeStatus.RuntimeException, read.Status);
        Assert.Equal(message ?? "com.acme.Failure", read.Message);
    }

    [Fact]
    public void WriteReply_Fault_IsHessianAsARealServersIs()
    {
        var golden = GoldenCase.Of("sofarpc-java-json", "ping");
        var exchange = Frames.Opened(golden.Request);
        exchange.SetFault(ExchangeStatus.InvalidArgument, "why");
        var frame = Frames.WriteReply(exchange);
        var real = Frames.Scan(golden.Answer);
        Assert.Equal((real.Status, real.Serializer), (Frames.Scan(frame).Status, Frames.Scan(frame).Serializer));
        Assert.Equal("why", Frames.ReadReply(frame).Message);
    }

    [Fact]
    public void WriteReply_ResultOfAHessianCallee_IsJackson()
    {
        var exchange = Frames.Opened(Call("m", "[]"));
        exchange.Reply.BeginMap();
        exchange.Reply.AddString("when");
        exchange.Reply.AddInstant(1_700_000_000_123);
        exchange.Reply.AddString("long");
        exchange.Reply.AddInt64(long.MaxValue);
        exchange.Reply.AddString("decimal");
        exchange.Reply.AddText(ValueKind.Decimal, "1.50");
        exchange.Reply.End();
        Assert.Equal("""{"when":1700000000123,"long":9223372036854775807,"decimal":1.50}""", Body(Frames.WriteReply(exchange)));
    }

    [Fact]
    public void WriteReply_NoResult_IsNull()
    {
        var exchange = Frames.Opened(Call("m", "[]"));
        Assert.Equal("null", Body(Frames.WriteReply(exchange)));
    }

    [Fact]
    public void ReadReply_Unreadable_IsTheCalleesFault()
    {
        var golden = GoldenCase.Of("sofarpc-java-json", "map");
        var header = Frames.Scan(golden.Answer);
        for (var kept = 0; kept < header.ContentLength(); kept++)
        {
            var cut = golden.Answer[..(header.ContentOffset() + kept)];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(header.FixedLength() - 4), kept);
            var exchange = new Exchange { ReplyHeader = Frames.Scan(cut), ReplyFrame = Frames.Sequence(cut) };
            var status = Frames.Codec.ReadReply(exchange);
            Assert.False(status.IsOk);
            Assert.InRange(status.Offset, header.ContentOffset(), cut.Length);
        }
    }

    [Fact]
    public void ReadAndReply_EverySplitPoint_FindTheSame()
    {
        var golden = GoldenCase.Of("sofarpc-java-json", "person");
        var whole = Frames.Read(golden.Request, Contract);
        for (var at = 0; at <= golden.Request.Length; at++)
        {
            var split = new Exchange
            {
                CallerHeader = whole.CallerHeader,
                RequestFrame = Frames.Split(golden.Request, at),
                Contract = Contract,
            };
            Frames.AssertOk(Frames.Codec.OpenRequest(split));
            Frames.AssertOk(Frames.Codec.ReadRequest(split));
            Assert.Equal(whole.Request.Count, split.Request.Count);
        }

        var answer = Frames.ReadReply(golden.Answer);
        for (var at = 0; at <= golden.Answer.Length; at++)
        {
            var split = new Exchange { ReplyHeader = answer.ReplyHeader, ReplyFrame = Frames.Split(golden.Answer, at) };
            Frames.AssertOk(Frames.Codec.ReadReply(split));
            Assert.Equal(answer.Reply.Count, split.Reply.Count);
        }
    }

    [Fact]
    public void Metadata_ThatTheHeaderMapCannotHold_IsRefusedAsTheBodyHasNoPlaceForIt()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-json", "add").Request, Contract);
        Address(exchange, TakesJson);
        exchange.RequestMetadata.TryAdd("x-long", new string('x', 33_000));
        using var output = new FrameWriter();
        Assert.Equal(CodecError.Unrepresentable, Frames.Codec.WriteRequest(exchange, 1, output).Error);
        Assert.Equal(0, output.Length);

        exchange.ReplyMetadata.TryAdd("x-long", new string('x', 33_000));
        exchange.Reply.AddInt32(1);
        Assert.Equal(CodecError.OverBudget, Frames.Codec.WriteReply(exchange, output).Error);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Metadata_CrossesInTheHeaderMapBothWays()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-json", "add").Request, Contract);
        Address(exchange, TakesJson);
        exchange.RequestMetadata.TryAdd("x-tenant", "t");
        Assert.Equal("t", Frames.Read(Frames.WriteRequest(exchange, 1), Contract).RequestMetadata.Find("x-tenant"));
        exchange.ReplyMetadata.TryAdd("x-served-by", "blue");
        exchange.Reply.AddInt32(3);
        Assert.Equal("blue", Frames.ReadReply(Frames.WriteReply(exchange)).ReplyMetadata.Find("x-served-by"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadAndReply_SpoiledContent_EndInAStatusWithAPlaceInTheFrame(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        foreach (var golden in Answered)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var request = Spoiled(golden.Request, random);
                var call = Frames.Opened(request);
                call.Contract = Contract;
                refused += AssertPlaced(Frames.Codec.ReadRequest(call), request);
                var answer = Spoiled(golden.Answer, random);
                var reply = new Exchange { ReplyHeader = Frames.Scan(answer), ReplyFrame = Frames.Sequence(answer), Shape = call.Shape };
                refused += AssertPlaced(Frames.Codec.ReadReply(reply), answer);
            }
        }

        Assert.InRange(refused, 1_000, 19_000);
    }

    private static int AssertPlaced(CodecStatus status, byte[] frame)
    {
        Assert.InRange(status.Offset, -1, frame.Length);
        return status.IsOk ? 0 : 1;
    }

    /// <summary>The frame with a few bytes of its content changed.</summary>
    private static byte[] Spoiled(byte[] frame, Random random)
    {
        var spoiled = frame.ToArray();
        var content = spoiled.AsSpan(Frames.Scan(frame).ContentOffset());
        ReadOnlySpan<byte> telling = "{}[],:\"\\0-eE.tfn\0\x7f\u00e9"u8;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            content[random.Next(content.Length)] = telling[random.Next(telling.Length)];
        }

        return spoiled;
    }

    private static void Address(Exchange exchange, ServiceInstance instance)
    {
        exchange.CalleeService = exchange.Service.Interface.Length == 0 ? Contract.Service : exchange.Service;
        exchange.RemainingMs = Math.Max(1_000, exchange.CallerTimeoutMs);
        exchange.Instance = instance;

        // The recorded caller knew no W3C header; the gateway adds it to what it passes on.
        exchange.RequestMetadata.Remove("traceparent");
    }

    private static void Answer(Exchange exchange, byte[] answer)
    {
        exchange.ReplyHeader = Frames.Scan(answer);
        exchange.ReplyFrame = Frames.Sequence(answer);
        Frames.AssertOk(Frames.Codec.ReadReply(exchange));
        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        exchange.ReplyFrame = default;
    }

    private static void AssertRefused(Exchange exchange, string says)
    {
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.False(status.IsOk);
        Assert.Contains(says, status.ToString(), StringComparison.Ordinal);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        Assert.Equal(18, Frames.Scan(Frames.WriteReply(exchange)).Status);
    }

    /// <summary>The recorded call of <c>add</c> with another method and body.</summary>
    private static byte[] Call(string method, string body)
    {
        var call = new Exchange { Method = method, RemainingMs = 1_000 };
        Address(call, TakesJson);
        var frame = Frames.WriteRequest(call, 5);
        var content = Encoding.UTF8.GetBytes(body);
        var header = Frames.Scan(frame);
        byte[] changed = [.. frame.AsSpan(0, header.ContentOffset()), .. content];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(header.FixedLength() - 4), content.Length);
        return changed;
    }

    private static string Body(byte[] frame) => Encoding.UTF8.GetString(frame.AsSpan(Frames.Scan(frame).ContentOffset()));

    private static string Shown(byte[] frame) => Encoding.Latin1.GetString(frame);
}
