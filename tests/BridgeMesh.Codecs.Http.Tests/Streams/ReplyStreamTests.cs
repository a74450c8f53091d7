using System.Text;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Codecs.Http.Tests.Calling;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Testing.Time;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Streams;

/// <summary>Streams of replies at each side alone: silence, bounds, and their end.</summary>
public sealed class ReplyStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Events_WhileNothingComes_BeatAndGoOn()
    {
        var time = new ManualTime();
        var release = new TaskCompletionSource();
        var dispatcher = new RecordingDispatcher(time, exchange => exchange.ReplyStream = new LateText(exchange, release.Task))
        {
            Contracts = [Streaming],
        };
        await using var listener = new HttpListenerFactory().Create(
            new ListenerSettings("test", "127.0.0.1", LoopbackPorts.Free(), FrameLimits.Default, new Dictionary<string, string>()), dispatcher);
        await listener.StartAsync(default);
        using (var caller = await RawConnection.OpenAsync(listener.Port))
        {
            await caller.SendAsync("POST /com.acme.Ticker/watch HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nContent-Length: 0\r\n\r\n");
            var head = await caller.ReadUntilAsync("\r\n\r\n");
            Assert.Contains("Content-Type: text/event-stream\r\n", head, StringComparison.Ordinal);
            for (var beats = 1; beats <= 2; beats++)
            {
                while (time.Pending == 0)
                {
                    await Task.Yield();
                }

                time.Advance(TimeSpan.FromMilliseconds(ReplyStreamWriter.HeartbeatMs));
                await caller.ReadUntilAsync(string.Concat(Enumerable.Repeat("3\r\n:\n\n\r\n", beats)));
            }

            release.SetResult();
            await caller.ReadUntilAsync("data: \"late\"\n\nevent: end\ndata: {}\n\n");
        }

        await dispatcher.BalancedAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await listener.StopAsync(now.Token);
    }

    [Fact]
    public async Task Head_OfAStream_HasTypeAndNoBody()
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static exchange => exchange.ReplyStream = new LateText(exchange, new TaskCompletionSource().Task), contracts: [Streaming]);
        var answer = await listener.SendAsync("HEAD", "/ticks");
        Assert.Equal((200, "application/x-ndjson", 0), (answer.Status, answer.ContentType, answer.Body.Length));
    }

    [Theory]
    [InlineData("application/x-ndjson", "\"{0}")]
    [InlineData("text/event-stream", "data: \"{0}")]
    [InlineData("text/event-stream", "data: 1\ndata: \"{0}\n")]
    [InlineData("application/json", "[1,\"{0}")]
    public async Task Message_PastTheBound_EndsTheStreamBeforeItIsThere(string mediaType, string body)
    {
        var text = body.Replace("{0}", new string('x', 1_200), StringComparison.Ordinal);
        await using var channel = ChannelUnderTest.Scripted(
            async (_, stream, stop) =>
            {
                await HttpMessages.SendAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\n\r\n{text}", stop);
                await Task.Delay(Timeout.Infinite, stop); // the rest never comes
            },
            ChannelUnderTest.SmallLimits);
        var exchange = await channel.CallAsync(Exchange());
        Assert.Contains("Accept: text/event-stream, application/x-ndjson", channel.Received, StringComparison.Ordinal);
        await using (var replies = exchange.ReplyStream!)
        {
            while ((await replies.ReadAsync(exchange.Reply, default).AsTask().WaitAsync(Patience)).HasMessage)
            {
                // The array's first element.
            }
        }

        Assert.Equal((ExchangeStatus.ReplyTooLarge, true), (exchange.Status, exchange.MayHaveExecuted));
    }

    [Fact]
    public async Task Silence_OfTheCallee_EndsTheStreamInTheEnd()
    {
        var time = new ManualTime();
        await using var channel = ChannelUnderTest.Scripted(
            async (_, stream, stop) =>
            {
                await HttpMessages.SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: \"a\"\n\n", stop);
                await Task.Delay(Timeout.Infinite, stop); // nothing more ever comes
            },
            time: time);
        var exchange = await channel.CallAsync(Exchange());
        await using (var replies = exchange.ReplyStream!)
        {
            // The attempt's own ten seconds count until the head is there; a stream may then stand still for longer.
            Assert.True((await replies.ReadAsync(exchange.Reply, default)).HasMessage);
            time.Advance(TimeSpan.FromSeconds(60));
            var next = replies.ReadAsync(exchange.Reply, default).AsTask();
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(Codecs.Http.Calling.ReplyMessages.IdleMs));
            Assert.False((await next.WaitAsync(Patience)).HasMessage);
        }

        Assert.Equal((ExchangeStatus.DeadlineExceeded, true), (exchange.Status, exchange.MayHaveExecuted));
    }

    [Fact]
    public async Task Reader_ThatLeaves_ClosesTheConnection()
    {
        var closed = new TaskCompletionSource();
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            await HttpMessages.SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: \"a\"\n\n", stop);
            closed.SetResult();
            Assert.Equal(0, await stream.ReadAsync(new byte[1], stop));
        });
        var exchange = await channel.CallAsync(Exchange());
        using var leave = new CancellationTokenSource();
        await using (var replies = exchange.ReplyStream!)
        {
            Assert.True((await replies.ReadAsync(exchange.Reply, leave.Token)).HasMessage);
            var next = replies.ReadAsync(exchange.Reply, leave.Token).AsTask();
            await closed.Task.WaitAsync(Patience);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Patience));
        }

        Assert.Equal(0, channel.Channel.InFlight);
    }

    private static ServiceContract Streaming { get; } = new(
        new ServiceKey("com.acme.Ticker"),
        [
            new MethodShape
            {
                Name = "watch",
                Parameters = [],
                Returns = OrderContract.String,
                Signature = JavaSignature.None,
                ServerStreaming = true,
                Http = new HttpBinding { Verb = "GET", PathTemplate = "/ticks", Parameters = [] },
            },
        ]);

    private static Exchange Exchange()
    {
        var shape = Streaming.Overloads("watch")[0];
        return new Exchange
        {
            Service = Streaming.Service,
            CalleeService = Streaming.Service,
            Method = "watch",
            Lane = Lane.Translate,
            RemainingMs = 10_000,
            Contract = Streaming,
            Shape = shape,
            Signature = shape.Signature,
        };
    }

    /// <summary>One message once a task has ended, then the end.</summary>
    private sealed class LateText(Exchange exchange, Task until) : IMessageStream
    {
        private bool _isOver;

        public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
        {
            if (_isOver)
            {
                return MessageRead.Ended;
            }

            _isOver = true;
            await until.WaitAsync(cancellationToken);
            into.Reset();
            into.AddString(Encoding.UTF8.GetBytes("late"));
            Assert.Equal(ExchangeStatus.Ok, exchange.Status);
            return MessageRead.Of;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
