using System.Globalization;
using BridgeMesh.Testing.Time;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Tests.Callers;

public sealed class CallerLimitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    private static Task Echo(TextPeer peer, Seen request) => peer.AnswerAsync(request, request.Text);

    private Task<TestGateway> StartAsync(TextCallee callee, string setting, int value) => TestGateway.StartAsync(
        [TestGateway.Instance("orders", callee.Port)],
        m => m with
        {
            Listeners = [m.Listeners[0] with { Settings = m.Listeners[0].Settings.Add(setting, value.ToString(CultureInfo.InvariantCulture)) }],
        },
        FrameLimits.Default with { MaxFrameBytes = 10_000 },
        time: _time);

    private static async Task AnswersAsync(TextPeer caller, ulong id)
    {
        await caller.AskAsync(id, "orders", "x");
        Assert.Equal((id, "x"), (await caller.ExpectAsync()) is var reply ? (reply.Id, reply.Text) : default);
    }

    [Fact]
    public async Task Frame_HeldOpenByTrickles_IsClosedAfterItsTimeAndOthersAreNot()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(callee, "wholeFrameMs", 5_000);
        await using var holder = await TextPeer.ConnectAsync(gateway.Port);
        await using var other = await TextPeer.ConnectAsync(gateway.Port);
        await AnswersAsync(other, 1);
        var frame = TextCodec.Frame('q', 1, "orders", "half");

        // The whole frame before it shows that the first byte of the next one has been seen: they arrive in one piece.
        await holder.SendAsync([.. TextCodec.Frame('h', 1, "", ""), frame[0]]);
        Assert.Equal('a', (await holder.ExpectAsync()).Kind);
        for (var i = 1; i < 5; i++)
        {
            _time.Advance(Second);
            await holder.SendAsync([frame[i]]);
        }

        await AnswersAsync(other, 2);
        _time.Advance(Second * 2);

        Assert.Null(await holder.NextAsync());
        await AnswersAsync(other, 3);
    }

    [Fact]
    public async Task Frame_TooLargeAndSkippedInTrickles_IsClosedAfterItsTime()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(callee, "wholeFrameMs", 5_000);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var frame = TextCodec.Frame('q', 1, "orders", new string('x', 20_000));
        await caller.SendAsync(frame[..100]);
        Assert.StartsWith("RequestTooLarge", (await caller.ExpectAsync()).Text, StringComparison.Ordinal);
        for (var i = 0; i < 6; i++)
        {
            await caller.SendAsync(frame[(100 + i)..(101 + i)]);
            _time.Advance(Second);
        }

        Assert.Null(await caller.NextAsync());
    }

    [Fact]
    public async Task Connection_Idle_IsClosedAndABusyOneIsNot()
    {
        await using var callee = new TextCallee();
        await using var gateway = await StartAsync(callee, "idleCloseMs", 5_000);
        await using var idle = await TextPeer.ConnectAsync(gateway.Port);
        await using var beating = await TextPeer.ConnectAsync(gateway.Port);
        await using var waiting = await TextPeer.ConnectAsync(gateway.Port);
        await waiting.AskAsync(1, "orders", "slow", timeoutMs: 600_000);
        var upstream = await callee.AcceptedAsync();
        var request = await upstream.ExpectAsync();
        await idle.SendAsync(TextCodec.Frame('h', 1, "", ""));
        await idle.ExpectAsync();
        for (var i = 0; i < 6; i++)
        {
            await beating.SendAsync(TextCodec.Frame('h', 1, "", ""));
            Assert.Equal('a', (await beating.ExpectAsync()).Kind);
            _time.Advance(Second);
        }

        Assert.Null(await idle.NextAsync());
        await upstream.AnswerAsync(request, "at last");
        Assert.Equal("at last", (await waiting.ExpectAsync()).Text);
        await beating.SendAsync(TextCodec.Frame('h', 2, "", ""));
        Assert.Equal('a', (await beating.ExpectAsync()).Kind);
    }

    [Fact]
    public async Task Connections_MoreThanAllowed_TheNewestIsTurnedAwayUntilOneGoes()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(callee, "maxConnections", 2);
        var first = await TextPeer.ConnectAsync(gateway.Port);
        await using var second = await TextPeer.ConnectAsync(gateway.Port);
        await AnswersAsync(first, 1);
        await AnswersAsync(second, 1);

        await using (var third = await TextPeer.ConnectAsync(gateway.Port))
        {
            Assert.Null(await third.NextAsync());
        }

        await AnswersAsync(first, 2);
        await first.DisposeAsync();
        Seen? reply;
        do
        {
            await using var again = await TextPeer.ConnectAsync(gateway.Port);
            await again.SendAsync(TextCodec.Frame('h', 1, "", ""));
            reply = await again.NextAsync();
        }
        while (reply is null);
        Assert.Equal('a', reply.Kind);
    }

    [Fact]
    public async Task Calls_MoreThanTheListenerAllows_AreToldSoOnAnyConnection()
    {
        await using var callee = new TextCallee();
        await using var gateway = await StartAsync(callee, "maxInFlight", 2);
        await using var one = await TextPeer.ConnectAsync(gateway.Port);
        await using var two = await TextPeer.ConnectAsync(gateway.Port);
        await one.AskAsync(1, "orders", "a");
        await one.AskAsync(2, "orders", "b");
        var upstream = await callee.AcceptedAsync();
        var first = await upstream.ExpectAsync();
        await upstream.ExpectAsync();

        await two.AskAsync(3, "orders", "c");
        Assert.Equal("Exhausted: more than 2 calls in flight at this listener", (await two.ExpectAsync()).Text);

        await upstream.AnswerAsync(first, "done");
        Assert.Equal("done", (await one.ExpectAsync()).Text);
        await two.AskAsync(4, "orders", "d");
        Assert.Equal("d", (await upstream.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Frames_ManyTinyOnesThatNobodyReadsTheAnswersOf_AreNotReadForEver()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(callee, "maxConnections", 10);
        using var flooder = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await flooder.ConnectAsync(System.Net.IPAddress.Loopback, gateway.Port);
        var beats = Enumerable.Repeat(TextCodec.Frame('h', 1, "", ""), 4_000).SelectMany(f => f).ToArray();
        long sent = 0;
        using var stuck = new CancellationTokenSource();
        try
        {
            while (sent < 64 << 20)
            {
                stuck.CancelAfter(TimeSpan.FromSeconds(2));
                sent += await flooder.SendAsync(beats, stuck.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway has stopped reading: its answers pile up on our side.
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Or it has closed the connection.
        }

        // Past 4 MiB of answers, and what the system buffers, nothing more is taken.
        Assert.InRange(sent, 1, (64 << 20) - 1);
        await using var other = await TextPeer.ConnectAsync(gateway.Port);
        await AnswersAsync(other, 1);
    }
}
