using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Replies;

public sealed class ReplyWritingTests
{
    [Fact]
    public void WriteReply_FinalDialectCaller_IsAnsweredInIt()
    {
        var golden = GoldenCase.Of("node-hessian4", "string");
        var exchange = Frames.Opened(golden.Request);
        exchange.Reply.AddString("héllo 世界 😀");
        Assert.Equal(golden.Response, Frames.WriteReply(exchange));
    }

    [Fact]
    public void WriteReply_Exception_IsTheClassThatTheContractDeclares()
    {
        var recorded = GoldenCase.Of("sofarpc-java-calls", "business-exception");
        var exchange = Frames.Opened(recorded.Request);
        exchange.Shape = Shapes.Method("failBusiness", "com.example.bridge.BizException");
        Raise(exchange, "com.example.bridge.BizException");
        var frame = Frames.WriteReply(exchange);
        Assert.Contains(("sofa_head_response_error", "true"), HeaderPairs.Of(frame));

        // The recorded provider's own class definition, byte for byte.
        ReadOnlySpan<byte> definition = "com.example.bridge.BizException"u8;
        var start = recorded.Response.AsSpan().IndexOf(definition);
        var length = recorded.Response.AsSpan(start).IndexOf("suppressedExceptions"u8) + "suppressedExceptions".Length;
        Assert.True(frame.AsSpan().IndexOf(recorded.Response.AsSpan(start, length)) > 0, Encoding.Latin1.GetString(frame));

        var reply = Frames.ReadReply(frame, exchange.Shape);
        Assert.Equal((ExchangeStatus.BusinessException, "out"), (reply.Status, reply.Message));
        Assert.Equal(42, reply.Reply[reply.Reply.FindField(0, FieldName.Of("code"))].AsInt32);
    }

    [Fact]
    public void WriteReply_ExceptionThatTheContractDoesNotDeclare_BecomesARuntimeExceptionThatNamesIt()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "business-exception").Request);
        exchange.Shape = Shapes.Method("failBusiness");
        Raise(exchange, "com.acme.Undeclared");
        var reply = Frames.ReadReply(Frames.WriteReply(exchange));
        Assert.Equal(("java.lang.RuntimeException", "com.acme.Undeclared: out"), (reply.ExceptionType?.Text, reply.Message));
    }

    [Fact]
    public void WriteReply_JdkException_KeepsItsClass()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "business-exception").Request);
        exchange.Shape = Shapes.Method("failBusiness");
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of("java.lang.IllegalStateException");
        exchange.Message = "bad";
        Assert.Equal("java.lang.IllegalStateException", Frames.ReadReply(Frames.WriteReply(exchange)).ExceptionType?.Text);
    }

    [Theory]
    [InlineData("v2-ver2-echoString")]
    [InlineData("v2-ver2-crc-echoString")]
    public void WriteReply_V2Caller_IsAnsweredInItsEnvelope(string name)
    {
        var golden = GoldenCase.Of("sofarpc-envelope", name);
        var exchange = Frames.Opened(golden.Request);
        exchange.Reply.AddString("中文测试，你好世界");
        Assert.Equal(golden.Response, Frames.WriteReply(exchange));
    }

    /// <summary>As the recorded server: its normal answers have the caller's checksum, its busy ones have none.</summary>
    [Theory]
    [InlineData(ExchangeStatus.Exhausted, 4, false)]
    [InlineData(ExchangeStatus.Unimplemented, 0, true)]
    public void WriteReply_FaultToACallerWithChecksum_IsInTheRecordedServersForm(ExchangeStatus fault, int status, bool hasChecksum)
    {
        var recorded = GoldenCase.Of("bolt-java-status", "v2-ver2-crc-threadpool-busy");
        Assert.Equal((true, false), (Frames.Scan(recorded.Request).HasChecksum(), Frames.Scan(recorded.Answer).HasChecksum()));
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-envelope", "v2-ver2-crc-echoString").Request);
        exchange.SetFault(fault, "why");
        var reply = Frames.Scan(Frames.WriteReply(exchange));
        Assert.Equal((status, hasChecksum, (byte)2), (reply.Status, reply.HasChecksum(), reply.Version1()));
        Assert.Equal(exchange.CallerHeader.CorrelationId, reply.CorrelationId);
    }

    [Fact]
    public void WriteReply_Metadata_GoesOutInHeaderAndPropsAndAsBaggage()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        exchange.ReplyMetadata.TryAdd("x-served-by", "blue");
        var frame = Frames.WriteReply(exchange);
        Assert.Equal([("x-served-by", "blue"), ("rpc_resp_baggage.x-served-by", "blue")], HeaderPairs.Of(frame));
        var read = Frames.ReadReply(frame).ReplyMetadata;
        Assert.Equal((1, "blue"), (read.Count, read.Find("x-served-by")));
        var content = Encoding.UTF8.GetString(frame.AsSpan(Frames.Scan(frame).ContentOffset()));
        Assert.Contains("x-served-by\u0004blue\u001crpc_resp_baggage.x-served-by\u0004blue", content, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteReply_NamesOfTheProtocolInMetadata_GetThroughAsBaggageAlone()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        string[] names = ["sofa_head_response_error", "type", "rpc_resp_baggage.x", "x-bridgemesh-hops"];
        foreach (var name in names)
        {
            exchange.ReplyMetadata.TryAdd(name, "true");
        }

        var frame = Frames.WriteReply(exchange);
        Assert.Equal(
            [
                ("rpc_resp_baggage.sofa_head_response_error", "true"), ("rpc_resp_baggage.type", "true"), ("x-bridgemesh-hops", "true"),
            ],
            HeaderPairs.Of(frame));
        var read = Frames.ReadReply(frame);
        Assert.Equal(ExchangeStatus.Ok, read.Status);
        Assert.Equal(
            ["sofa_head_response_error", "type", "x-bridgemesh-hops"], read.ReplyMetadata.Entries.ToArray().Select(p => p.Key));
    }

    [Fact]
    public void WriteReply_MetadataLongerThanAHeaderMap_StaysInTheContent()
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "future").Request);
        exchange.ReplyMetadata.TryAdd("x-long", new string('x', 40_000));
        var frame = Frames.WriteReply(exchange);
        Assert.Empty(HeaderPairs.Of(frame));
        Assert.Equal(40_000, Frames.ReadReply(frame).ReplyMetadata.Find("x-long")?.Length);
    }

    private static void Raise(Exchange exchange, string type)
    {
        exchange.Status = ExchangeStatus.BusinessException;
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = "out";
        exchange.Reply.BeginObject(exchange.ExceptionType);
        exchange.Reply.Name(FieldName.Of("code"));
        exchange.Reply.AddInt32(42);
        exchange.Reply.Name(FieldName.Of("detail"));
        exchange.Reply.AddString("d");
        exchange.Reply.Name(FieldName.Of("detailMessage"));
        exchange.Reply.AddString("out");
        exchange.Reply.End();
    }
}
