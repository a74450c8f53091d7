using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Messages of streams are fitted to the contract one by one, and a call that streams is counted when its replies are over.</summary>
public sealed class FittedStreamsTests
{
    private const string Contract = """
        services:
          orders:
            methods:
              watch: { parameters: { value: decimal }, returns: localdate, streams: replies }
              gather: { parameters: { value: decimal }, returns: localdate, streams: requests }
              talk: { parameters: { value: decimal }, returns: localdate, streams: both }
        """;

    private const string Unfit =
        "the callee's answer does not fit the contract: the text is no java.time.LocalDate, such as 2024-05-06 at result";

    [Fact]
    public async Task Requests_OfAStream_AreFittedEach()
    {
        var seen = new List<string>();
        await using var pipeline = new MemoryPipeline(Contract, StreamSupport.All, exchange =>
        {
            while (ReadRequest(exchange).HasMessage)
            {
                seen.Add(exchange.Request.Text(0));
            }

            exchange.Reply.AddString("2024-05-06");
        });
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.All) { Requests = new TextStream(["1.5e3", "2", "3.50"]) }, "gather");
        Assert.Equal(["1500", "2", "3.50"], seen);
        Assert.Equal((ExchangeStatus.Ok, 1L), (exchange.Status, pipeline.Counters.Of(ExchangeStatus.Ok)));
        Return(pipeline, exchange);
    }

    [Fact]
    public async Task Requests_OneDoesNotFit_IsTheStreamsFaultWithItsPath()
    {
        var reads = new List<MessageRead>();
        var requests = new TextStream(["1", "five", "3"]);
        await using var pipeline = new MemoryPipeline(Contract, StreamSupport.All, exchange =>
        {
            reads.Add(ReadRequest(exchange));
            reads.Add(ReadRequest(exchange));
            exchange.SetFault(ExchangeStatus.InvalidArgument, reads[^1].Fault);
        });
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.All) { Requests = requests }, "gather");
        Assert.Equal((true, false, 1), (reads[0].HasMessage, reads[1].HasMessage, requests.Left));
        Assert.Equal((CodecError.TypeMismatch, "args[0]"), (reads[1].Fault.Error, reads[1].Fault.Path));
        Assert.Equal("expected java.math.BigDecimal, found a string at args[0]", exchange.Message);
        Assert.Equal(1, pipeline.Counters.Of(ExchangeStatus.InvalidArgument));
        Return(pipeline, exchange);
    }

    [Fact]
    public async Task Requests_SenderBreaksOne_IsPassedOnAsItIs()
    {
        var broken = CodecStatus.Fail(CodecError.Truncated, "the stream ends inside a message", 3);
        CodecStatus told = default;
        await using var pipeline = new MemoryPipeline(Contract, StreamSupport.All, exchange =>
        {
            told = ReadRequest(exchange).Fault;
            exchange.SetFault(ExchangeStatus.InvalidArgument, told);
        });
        var requests = new TextStream([], () => MessageRead.Failed(broken));
        Return(pipeline, pipeline.Call(new MemoryCaller(StreamSupport.All) { Requests = requests }, "gather"));
        Assert.Equal(broken, told);
    }

    [Fact]
    public async Task Replies_ThatFit_AreCountedOnceWhenTheStreamIsDisposed()
    {
        var replies = new TextStream(["2024-05-06", "2024-05-07"]);
        await using var pipeline = Answering(replies);
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.All), "watch");
        Assert.Equal(["2024-05-06", "2024-05-07"], await MemoryPipeline.ReadAsync(exchange));
        Assert.Equal((0, 0), (pipeline.Counters.Completed, replies.Disposals));
        await exchange.ReplyStream!.DisposeAsync();
        await exchange.ReplyStream.DisposeAsync();
        Assert.Equal((1, 1), (pipeline.Counters.Completed, replies.Disposals));
        Assert.Equal(1, pipeline.Counters.Of(ExchangeStatus.Ok));
        Return(pipeline, exchange);
    }

    [Fact]
    public async Task Replies_OneInTheMiddleDoesNotFit_EndsTheCallAndGivesTheCalleesStreamUp()
    {
        var replies = new TextStream(["2024-05-06", "yesterday", "2024-05-08"]);
        await using var pipeline = Answering(replies);
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.All), "watch");
        Assert.Equal(["2024-05-06"], await MemoryPipeline.ReadAsync(exchange));
        Assert.Equal((ExchangeStatus.BadGateway, Unfit, true), (exchange.Status, exchange.Message, exchange.MayHaveExecuted));
        Assert.Equal(1, replies.Left);

        // However often it is asked, it has ended.
        Assert.Empty(await MemoryPipeline.ReadAsync(exchange));
        Assert.Equal(1, replies.Disposals);
        await exchange.ReplyStream!.DisposeAsync();
        Assert.Equal((1, 1), (pipeline.Counters.Completed, pipeline.Counters.Of(ExchangeStatus.BadGateway)));
        Assert.Equal(1, replies.Disposals);
        Return(pipeline, exchange);
    }

    [Fact]
    public async Task Replies_CalleeEndsThemWithAFault_IsCountedAsThat()
    {
        Exchange? call = null;
        var replies = new TextStream(["2024-05-06"], () =>
        {
            call!.SetFault(ExchangeStatus.Exhausted, "enough", mayHaveExecuted: true); // set before the first read
            return MessageRead.Ended;
        });
        await using var pipeline = Answering(replies);
        call = pipeline.Call(new MemoryCaller(StreamSupport.All), "watch");
        Assert.Single(await MemoryPipeline.ReadAsync(call));
        await call.ReplyStream!.DisposeAsync();
        Assert.Equal((1, 1), (pipeline.Counters.Completed, pipeline.Counters.Of(ExchangeStatus.Exhausted)));
        Return(pipeline, call);
    }

    [Fact]
    public async Task Replies_CallerLeavesBeforeTheEnd_IsCountedOnceAsCancelled()
    {
        var replies = new TextStream(["2024-05-06", "2024-05-07"]);
        await using var pipeline = Answering(replies);
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.All), "watch");
        Assert.True((await exchange.ReplyStream!.ReadAsync(exchange.Reply, CancellationToken.None)).HasMessage);
        await exchange.ReplyStream.DisposeAsync();
        await exchange.ReplyStream.DisposeAsync();
        Assert.Equal((1, 1, 1), (pipeline.Counters.Completed, pipeline.Counters.Of(ExchangeStatus.Cancelled), replies.Disposals));
        Return(pipeline, exchange);
    }

    [Theory]
    [InlineData("watch", StreamSupport.None, StreamSupport.All, "watch answers with a stream, and asking carries one reply a call")]
    [InlineData("watch", StreamSupport.Client, StreamSupport.All, "watch answers with a stream, and asking carries one reply a call")]
    [InlineData("watch", StreamSupport.Server, StreamSupport.None, "watch answers with a stream, and answering carries one reply a call")]
    [InlineData("gather", StreamSupport.Server, StreamSupport.All, "gather takes a stream of requests, and asking carries one request a call")]
    [InlineData("gather", StreamSupport.All, StreamSupport.Server, "gather takes a stream of requests, and answering carries one request a call")]
    [InlineData("talk", StreamSupport.None, StreamSupport.All, "talk streams both ways, and asking carries one message each way")]
    [InlineData("talk", StreamSupport.All, StreamSupport.None, "talk streams both ways, and answering carries one message each way")]
    [InlineData("talk", StreamSupport.All, StreamSupport.Server, "talk takes a stream of requests, and answering carries one request a call")]
    public async Task Call_ASideCannotStream_IsUnimplementedAndNotSent(string method, StreamSupport caller, StreamSupport callee, string told)
    {
        await using var pipeline = new MemoryPipeline(Contract, callee, static _ => { });
        var side = new MemoryCaller(caller);
        var exchange = pipeline.Call(side, method);
        Assert.Equal((ExchangeStatus.Unimplemented, told, false), (exchange.Status, exchange.Message, exchange.MayHaveExecuted));
        Assert.Equal((0, 1), (pipeline.Callee.Sent, side.Answers));
        Assert.Equal((1, 1), (pipeline.Counters.Completed, pipeline.Counters.Of(ExchangeStatus.Unimplemented)));
        Return(pipeline, exchange);
    }

    private static MemoryPipeline Answering(TextStream replies) =>
        new(Contract, StreamSupport.All, exchange => exchange.ReplyStream = replies);

    /// <summary>A stream of texts never waits.</summary>
    private static MessageRead ReadRequest(Exchange exchange)
    {
        var read = exchange.RequestStream!.ReadAsync(exchange.Request, CancellationToken.None).AsTask();
        Assert.True(read.IsCompleted);
        return read.GetAwaiter().GetResult();
    }

    private static void Return(MemoryPipeline pipeline, Exchange exchange)
    {
        pipeline.Dispatcher.Return(exchange);
        Assert.Equal(0, pipeline.Counters.InFlight);
    }
}
