using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Replies;

/// <summary>Every recorded answer, read and, where the gateway could have sent it, written again.</summary>
public sealed class RecordedRepliesTests
{
    private static readonly string[] JavaFiles = ["sofarpc-java-values", "sofarpc-java-calls", "java-client-node-server"];

    [Fact]
    public void ReadReply_EveryRecordedResult_GivesItsValue()
    {
        var results = 0;
        foreach (var golden in GoldenCase.OfAll(JavaFiles).Where(IsResult))
        {
            var exchange = Frames.ReadReply(golden.Answer);
            Assert.True(exchange.Status == ExchangeStatus.Ok, golden.Id);
            Assert.Equal(1, exchange.Reply.RootCount());
            JavaView.AssertSame(golden.Expected.GetProperty("result"), exchange.Reply, 0, golden.Id);
            results++;
        }

        Assert.True(results > 130, $"only {results} results compared");
    }

    [Fact]
    public void ReadReply_EveryRecordedAnswerToNode_IsReadable()
    {
        foreach (var golden in GoldenCase.OfAll(["node-client-java-server", "node-hessian4"]).Where(c => c.Response is not null))
        {
            var exchange = Frames.ReadReply(golden.Answer);
            Assert.True(golden.Expected.TryGetProperty("exception", out _) != (exchange.Status == ExchangeStatus.Ok), golden.Id);
        }
    }

    [Theory]
    [InlineData("business-exception", "com.example.bridge.BizException", "余额不足")]
    [InlineData("runtime-exception", "java.lang.IllegalStateException", "bad state")]
    [InlineData("custom-runtime-exception", "com.example.bridge.CustomRuntimeException", "custom")]
    [InlineData("error", "java.lang.NoClassDefFoundError", "no/such/Class")]
    [InlineData("exception-with-cause", "com.example.bridge.BizException", "wrapped")]
    [InlineData("runtime-exception-null-message", "java.lang.IllegalStateException", null)]
    public void ReadReply_Exception_KeepsClassAndMessage(string name, string type, string? message)
    {
        var exchange = Frames.ReadReply(GoldenCase.Of("sofarpc-java-calls", name).Answer);
        Assert.Equal(ExchangeStatus.RuntimeException, exchange.Status);
        Assert.Equal((type, message), (exchange.ExceptionType?.Text, exchange.Message));
        Assert.Equal(ValueKind.Object, exchange.Reply[0].Kind);
        Assert.Equal(type, exchange.Reply[0].Type?.Text);
        Assert.True(exchange.MayHaveExecuted);
        Assert.Equal(0, exchange.ReplyMetadata.Count);
    }

    [Fact]
    public void ReadReply_ExceptionThatTheContractDeclares_IsABusinessException()
    {
        var shape = Shapes.Method("failBusiness", "com.example.bridge.BizException");
        var exchange = Frames.ReadReply(GoldenCase.Of("sofarpc-java-calls", "business-exception").Answer, shape);
        Assert.Equal(ExchangeStatus.BusinessException, exchange.Status);
        var code = exchange.Reply.FindField(0, FieldName.Of("code"));
        Assert.Equal(42, exchange.Reply[code].AsInt32);
    }

    [Theory]
    [InlineData("node-client-java-server", "no-method", ExchangeStatus.Unimplemented, false, "RPC-020100011: Cannot find invoke method")]
    [InlineData("sofarpc-envelope", "v2-ver2-crc-no-service", ExchangeStatus.Unimplemented, false, "RPC-020100010: RPC cannot find")]
    [InlineData("sofarpc-envelope", "unknown-request-class", ExchangeStatus.Unimplemented, false, "No user processor found for")]
    [InlineData("node-hessian4", "no-method", ExchangeStatus.Unimplemented, false, "Error: Can not find method: com.example.bridge")]
    [InlineData("node-hessian4", "business-exception", ExchangeStatus.RuntimeException, true, "Error: 错误")]
    [InlineData("sofarpc-envelope", "garbled-content", ExchangeStatus.InvalidArgument, false, "cannot be cast to class")]
    [InlineData("sofarpc-java-calls", "unserializable-result", ExchangeStatus.BadGateway, true, "is in blacklist")]
    public void ReadReply_FrameworkError_ReadsAs(string file, string name, ExchangeStatus status, bool mayHaveExecuted, string says)
    {
        var exchange = Frames.ReadReply(GoldenCase.Of(file, name).Answer);
        Assert.Equal((status, mayHaveExecuted), (exchange.Status, exchange.MayHaveExecuted));
        Assert.Contains(says, exchange.Message, StringComparison.Ordinal);
        Assert.Equal(0, exchange.Reply.Count);
    }

    [Fact]
    public void ReadReply_Baggage_BecomesMetadataOnce()
    {
        var exchange = Frames.ReadReply(GoldenCase.Of("node-client-java-server", "baggage").Answer);
        Assert.Equal(2, exchange.ReplyMetadata.Count);
        Assert.Equal("值😀", exchange.ReplyMetadata.Find("中文"));
        Assert.Equal("resp-n", exchange.ReplyMetadata.Find("respKey"));
    }

    [Fact]
    public void ReadReply_VoidByContract_LeavesTheTapeEmpty()
    {
        var exchange = Frames.ReadReply(GoldenCase.Of("node-client-java-server", "void").Answer, Shapes.Method("ping"));
        Assert.Equal((ExchangeStatus.Ok, 0), (exchange.Status, exchange.Reply.Count));
    }

    [Fact]
    public void ReadReply_EverySplitPoint_FindsTheSame()
    {
        GoldenCase[] cases =
        [
            GoldenCase.Of("sofarpc-java-calls", "business-exception"),
            GoldenCase.Of("node-client-java-server", "baggage"),
            GoldenCase.Of("node-hessian4", "string"),
        ];
        foreach (var bytes in cases.Select(c => c.Answer))
        {
            var whole = Frames.ReadReply(bytes);
            for (var at = 0; at <= bytes.Length; at++)
            {
                var split = new Exchange { ReplyHeader = whole.ReplyHeader, ReplyFrame = Frames.Split(bytes, at) };
                Frames.AssertOk(Frames.Codec.ReadReply(split));
                Assert.Equal((whole.Status, whole.Message, whole.Reply.Count), (split.Status, split.Message, split.Reply.Count));
                Assert.Equal(whole.ReplyMetadata.Count, split.ReplyMetadata.Count);
            }
        }
    }

    [Fact]
    public void ReadReply_CutShort_IsTheCalleesFault()
    {
        var bytes = GoldenCase.Of("sofarpc-java-calls", "future").Answer;
        var header = Frames.Scan(bytes);
        for (var kept = 0; kept < header.ContentLength(); kept++)
        {
            var cut = bytes[..(header.ContentOffset() + kept)];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(header.FixedLength() - 4), kept);
            var exchange = new Exchange { ReplyHeader = Frames.Scan(cut), ReplyFrame = Frames.Sequence(cut) };
            Assert.False(Frames.Codec.ReadReply(exchange).IsOk);
        }
    }

    /// <summary>What real providers answered, read and written to the same caller: the same bytes.</summary>
    [Fact]
    public void WriteReply_EveryRecordedResult_GivesTheSameBytes()
    {
        var same = 0;
        var different = new List<string>();
        string[] files =
        [
            "sofarpc-java-values", "sofarpc-java-calls", "node-client-java-server", "sofarpc-envelope", "sofarpc-java-generic",
        ];
        foreach (var golden in GoldenCase.OfAll(files).Where(IsPlainAnswer))
        {
            var exchange = Frames.Opened(golden.Request);
            var read = Frames.ReadReply(golden.Answer);
            if (read.Status is ExchangeStatus.RuntimeException)
            {
                continue; // A stack trace of its own.
            }

            exchange.ReplyHeader = read.ReplyHeader;
            exchange.ReplyFrame = read.ReplyFrame;
            Frames.AssertOk(Frames.Codec.ReadReply(exchange));
            exchange.ReplyFrame = default;
            if (Frames.WriteReply(exchange).AsSpan().SequenceEqual(golden.Answer))
            {
                same++;
            }
            else
            {
                different.Add(golden.Id);
            }
        }

        Assert.Empty(different);
        Assert.True(same > 150, $"only {same} answers compared");
    }

    // The gateway writes metadata in more than one way, so an answer with baggage is longer.
    private static bool IsPlainAnswer(GoldenCase golden) => golden.Response is { } response
        && Frames.Scan(response).Status == 0
        && !HeaderPairs.Of(response).Any(p => p.Key.Contains("baggage", StringComparison.Ordinal));

    // The caller of callback-exception had its result, null, before the exception came.
    private static bool IsResult(GoldenCase golden) =>
        golden.Response is not null && golden.Expected.TryGetProperty("result", out _) && golden.Name != "callback-exception";
}
