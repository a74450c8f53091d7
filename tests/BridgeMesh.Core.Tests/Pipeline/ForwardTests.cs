using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Tests.Pipeline;

public sealed class ForwardTests
{
    private static Task Echo(TextPeer peer, Seen request) => peer.AnswerAsync(request, $"{request.Name}/{request.Text}");

    [Fact]
    public async Task Call_SameProtocol_IsForwardedAndAnsweredUnderTheCallersId()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(0xFFFF_FFFF_FFFF_FFFF, "orders", "hello");
        var reply = await caller.ExpectAsync();
        Assert.Equal(('r', 0xFFFF_FFFF_FFFF_FFFF, "orders/hello"), (reply.Kind, reply.Id, reply.Text));
        await gateway.DrainedAsync();
        Assert.Equal(1, gateway.Runtime.Status().Calls.ByLane["Forward"]);
    }

    [Fact]
    public async Task Call_OtherProtocol_IsTranslated()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port, "text2")]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(7, "orders", "hello");
        Assert.Equal("orders/hello", (await caller.ExpectAsync()).Text);
        await gateway.DrainedAsync();
        Assert.Equal(1, gateway.Runtime.Status().Calls.ByLane["Translate"]);
    }

    [Fact]
    public async Task Call_RouteRenames_IsSpliced()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders.v2", callee.Port)],
            model => model with { Routes = [new RouteModel { Name = "r", Rewrite = new ServiceRewrite(Interface: "orders.v2") }] });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(7, "orders", "hello");
        Assert.Equal("orders.v2/hello", (await caller.ExpectAsync()).Text);
        await gateway.DrainedAsync();
        Assert.Equal(1, gateway.Runtime.Status().Calls.ByLane["Splice"]);
    }

    [Fact]
    public async Task Calls_RepliesInAnyOrderAndIdsThatCollide_EachCallerGetsItsOwn()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var one = await TextPeer.ConnectAsync(gateway.Port);
        await using var two = await TextPeer.ConnectAsync(gateway.Port);
        const int calls = 200;
        for (ulong i = 0; i < calls; i++)
        {
            await one.AskAsync(i, "orders", $"one-{i}");
            await two.AskAsync(i, "orders", $"two-{i}");
        }

        var upstream = await callee.AcceptedAsync();
        var requests = new List<Seen>();
        for (var i = 0; i < calls * 2; i++)
        {
            requests.Add(await upstream.ExpectAsync());
        }

        Assert.Equal(calls * 2, requests.Select(r => r.Id).Distinct().Count());
        var seed = Random.Shared.Next();
        var shuffled = requests.ToArray();
        new Random(seed).Shuffle(shuffled);
        foreach (var request in shuffled)
        {
            await upstream.AnswerAsync(request, request.Text);
        }

        foreach (var (peer, name) in new[] { (one, "one"), (two, "two") })
        {
            for (var i = 0; i < calls; i++)
            {
                var reply = await peer.ExpectAsync();
                Assert.True($"{name}-{reply.Id}" == reply.Text, $"seed {seed}: {reply}");
            }
        }

        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Call_NoReplyInTime_GetsTheFaultAndALateReplyReachesNobody()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "slow", timeoutMs: 50);
        var upstream = await callee.AcceptedAsync();
        var slow = await upstream.ExpectAsync();
        Assert.InRange(slow.TimeoutMs, 1, 50);
        var fault = await caller.ExpectAsync();
        Assert.Equal((1UL, 'e'), (fault.Id, fault.Kind));
        Assert.StartsWith("DeadlineExceeded", fault.Text, StringComparison.Ordinal);

        await upstream.AnswerAsync(slow, "too late");
        await upstream.AnswerAsync(slow, "and twice");
        await caller.AskAsync(2, "orders", "next");
        await upstream.AnswerAsync(await upstream.ExpectAsync(), "in time");
        var reply = await caller.ExpectAsync();
        Assert.Equal((2UL, "in time"), (reply.Id, reply.Text));
    }

    [Fact]
    public async Task Call_CallerNamesNoTime_GetsTheRoutes()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], model => model with { Routes = [new RouteModel { Name = "r", TimeoutMs = 40 }] });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await using var silent = new TextCallee();
        gateway.Registry.Set(TestGateway.Instance("orders", silent.Port));
        Seen reply;
        do
        {
            await caller.AskAsync(1, "orders", "x");
            reply = await caller.ExpectAsync();
        }
        while (reply.Kind == 'r');
        Assert.StartsWith("DeadlineExceeded", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CalleeClosesInTheMiddleOfAReply_FailsThatCallAndTheNextConnects()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], model => model with { Upstream = new UpstreamModel { ReconnectMs = 1, MaxReconnectMs = 2 } });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        var request = await upstream.ExpectAsync();
        await upstream.SendAsync(TextCodec.Frame('r', request.Id, "", "half")[..22]);
        upstream.Socket.Dispose();
        var fault = await caller.ExpectAsync();
        Assert.StartsWith("Unavailable", fault.Text, StringComparison.Ordinal);

        // It reconnects by itself.
        var again = await callee.AcceptedAsync();
        await caller.AskAsync(2, "orders", "y");
        await again.AnswerAsync(await again.ExpectAsync(), "back");
        Assert.Equal("back", (await caller.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Call_CalleeAnswersGarbage_IsBadGatewayForTheCallsInFlight()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        await caller.AskAsync(2, "orders", "y");
        var upstream = await callee.AcceptedAsync();
        await upstream.ExpectAsync();
        await upstream.ExpectAsync();
        await upstream.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.StartsWith("BadGateway", (await caller.ExpectAsync()).Text, StringComparison.Ordinal);
        Assert.StartsWith("BadGateway", (await caller.ExpectAsync()).Text, StringComparison.Ordinal);
        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Call_UnknownService_IsUnimplementedAndTheConnectionGoesOn()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "stock", "x");
        Assert.StartsWith("Unimplemented: no registry has the service stock", (await caller.ExpectAsync()).Text, StringComparison.Ordinal);
        await caller.AskAsync(2, "orders", "x");
        Assert.Equal('r', (await caller.ExpectAsync()).Kind);
    }

    [Fact]
    public async Task Call_NothingListens_IsUnavailableAndNamesNoAddress()
    {
        var callee = new TextCallee(Echo);
        await callee.DisposeAsync();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var fault = await caller.ExpectAsync();
        Assert.StartsWith("Unavailable", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OneOfTwoInstancesIsGone_IsTriedOnTheOther()
    {
        var gone = new TextCallee(Echo);
        await gone.DisposeAsync();
        await using var alive = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", gone.Port), TestGateway.Instance("orders", alive.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        for (ulong i = 0; i < 20; i++)
        {
            await caller.AskAsync(i, "orders", "x");
            Assert.Equal('r', (await caller.ExpectAsync()).Kind);
        }
    }

    [Fact]
    public async Task Call_InstancesOfEqualWeight_TakeTurns()
    {
        await using var a = new TextCallee((peer, request) => peer.AnswerAsync(request, "a"));
        await using var b = new TextCallee((peer, request) => peer.AnswerAsync(request, "b"));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", a.Port), TestGateway.Instance("orders", b.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var answers = new List<string>();
        for (ulong i = 0; i < 40; i++)
        {
            await caller.AskAsync(i, "orders", "x");
            answers.Add((await caller.ExpectAsync()).Text);
        }

        Assert.Equal(20, answers.Count(t => t == "a"));
    }

    [Fact]
    public async Task Registry_InstanceMoves_CallsFollow()
    {
        await using var a = new TextCallee((peer, request) => peer.AnswerAsync(request, "a"));
        await using var b = new TextCallee((peer, request) => peer.AnswerAsync(request, "b"));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", a.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        Assert.Equal("a", (await caller.ExpectAsync()).Text);
        gateway.Registry.Set(TestGateway.Instance("orders", b.Port));
        string answer;
        do
        {
            await caller.AskAsync(2, "orders", "x");
            answer = (await caller.ExpectAsync()).Text;
        }
        while (answer == "a");
        Assert.Equal("b", answer);
    }

    [Fact]
    public async Task OneWay_ReachesTheCalleeAndIsNotAnswered()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.SendAsync(TextCodec.Frame('o', 5, "orders", "note"), TextCodec.Frame('h', 6, "", ""));
        var upstream = await callee.AcceptedAsync();
        var seen = await upstream.ExpectAsync();
        Assert.Equal(('o', "note"), (seen.Kind, seen.Text));
        Assert.Equal(('a', 6UL), ((await caller.ExpectAsync()) is var beat ? (beat.Kind, beat.Id) : default));
        await gateway.DrainedAsync();
    }

    [Theory]
    [InlineData("", ExchangeStatus.InvalidArgument)] // Refused when it is opened.
    [InlineData("nobody", ExchangeStatus.Unimplemented)] // Refused when it is routed.
    [InlineData("gone", ExchangeStatus.Unavailable)] // Cannot be sent.
    public async Task OneWay_Fails_IsCountedAndNotAnswered(string service, ExchangeStatus status)
    {
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("gone", port: 1)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.SendAsync(TextCodec.Frame('o', 5, service, "note"));
        await gateway.CountedAsync(status);
        await caller.SendAsync(TextCodec.Frame('h', 6, "", ""));
        Assert.Equal(('a', 6UL), ((await caller.ExpectAsync()) is var beat ? (beat.Kind, beat.Id) : default));
        await gateway.DrainedAsync();
        Assert.Equal(1, gateway.Runtime.Status().Calls.ByStatus[status.ToString()]);
    }

    [Fact]
    public async Task Caller_SendsWhatIsNotTheProtocol_IsClosedAndOthersGoOn()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var good = await TextPeer.ConnectAsync(gateway.Port);
        await using var bad = await TextPeer.ConnectAsync(gateway.Port);
        await bad.SendAsync("GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n"u8.ToArray());
        Assert.Null(await bad.NextAsync());
        await good.AskAsync(1, "orders", "x");
        Assert.Equal('r', (await good.ExpectAsync()).Kind);
    }

    [Fact]
    public async Task Caller_LeavesWithCallsInFlight_NothingLeaks()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        await caller.AskAsync(2, "orders", "y");
        var upstream = await callee.AcceptedAsync();
        var first = await upstream.ExpectAsync();
        var second = await upstream.ExpectAsync();
        await caller.DisposeAsync();
        await upstream.AnswerAsync(first, "a");
        await upstream.AnswerAsync(second, "b");
        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Caller_MoreInFlightThanAllowed_IsToldSo()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], limits: FrameLimits.Default with { MaxInFlight = 2 });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        for (ulong i = 1; i <= 3; i++)
        {
            await caller.AskAsync(i, "orders", "x");
        }

        var refused = await caller.ExpectAsync();
        Assert.Equal(3UL, refused.Id);
        Assert.StartsWith("Exhausted", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_SendsATooLargeRequest_IsToldSoAndTheConnectionGoesOn()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], limits: FrameLimits.Default with { MaxFrameBytes = 1_000 });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", new string('x', 5_000));
        await caller.AskAsync(2, "orders", "small");
        var refused = await caller.ExpectAsync();
        Assert.Equal(1UL, refused.Id);
        Assert.StartsWith("RequestTooLarge: a frame of 5026 bytes, 1000 are allowed", refused.Text, StringComparison.Ordinal);
        Assert.Equal((2UL, "orders/small"), (await caller.ExpectAsync()) is var next ? (next.Id, next.Text) : default);
        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Caller_DeclaresFarMoreThanAllowed_IsClosed()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var frame = TextCodec.Frame('q', 1, "orders", "x");
        frame[2] = 0x40;
        await caller.SendAsync(frame);
        Assert.Null(await caller.NextAsync());
    }

    [Fact]
    public async Task Callee_AnswersTooLarge_OnlyThatCallFails()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)],
            model => model with { Upstream = model.Upstream with { Limits = FrameLimits.Default with { MaxFrameBytes = 1_000 } } });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "large");
        await caller.AskAsync(2, "orders", "small");
        var upstream = await callee.AcceptedAsync();
        var large = await upstream.ExpectAsync();
        var small = await upstream.ExpectAsync();
        await upstream.AnswerAsync(large, new string('x', 5_000));
        await upstream.AnswerAsync(small, "in flight all the while");

        var refused = await caller.ExpectAsync();
        Assert.Equal(1UL, refused.Id);
        Assert.StartsWith("ReplyTooLarge: a frame of", refused.Text, StringComparison.Ordinal);
        Assert.Equal((2UL, "in flight all the while"), (await caller.ExpectAsync()) is var next ? (next.Id, next.Text) : default);
        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Callee_DeclaresFarMoreThanAllowed_IsClosed()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        var asked = await upstream.ExpectAsync();
        var frame = TextCodec.Frame('r', asked.Id, "", "x");
        frame[2] = 0x40;
        await upstream.SendAsync(frame);
        Assert.StartsWith("BadGateway", (await caller.ExpectAsync()).Text, StringComparison.Ordinal);
        Assert.Null(await upstream.NextAsync());
    }

    [Fact]
    public async Task Callee_IdleConnection_GetsHeartbeats()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)], heartbeatIntervalMs: 30);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        await upstream.AnswerAsync(await upstream.ExpectAsync(), "y");
        for (var i = 0; i < 5; i++)
        {
            var beat = await upstream.ExpectAsync();
            Assert.Equal('h', beat.Kind);
            await upstream.SendAsync(TextCodec.Frame('a', beat.Id, "", ""));
        }
    }

    [Fact]
    public async Task Callee_AnswersNoHeartbeat_IsClosed()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)], heartbeatIntervalMs: 20);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        await upstream.AnswerAsync(await upstream.ExpectAsync(), "y");
        Seen? frame;
        do
        {
            frame = await upstream.NextAsync();
        }
        while (frame is not null);
    }

    [Fact]
    public async Task Callee_GoesAway_CallsInFlightFinishAndNewOnesGoElsewhere()
    {
        await using var leaving = new TextCallee();
        await using var staying = new TextCallee((peer, request) => peer.AnswerAsync(request, "staying"));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", leaving.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await leaving.AcceptedAsync();
        var request = await upstream.ExpectAsync();
        gateway.Registry.Set(TestGateway.Instance("orders", leaving.Port), TestGateway.Instance("orders", staying.Port));
        await upstream.SendAsync(TextCodec.Frame('g', 0, "", ""));
        await upstream.AnswerAsync(request, "finished");
        Assert.Equal("finished", (await caller.ExpectAsync()).Text);
        string answer;
        do
        {
            await caller.AskAsync(2, "orders", "x");
            answer = (await caller.ExpectAsync()).Text;
        }
        while (answer != "staying");
    }

    [Fact]
    public async Task Request_CannotBeWrittenForTheCallee_IsInvalidArgumentWithThePath()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port, "text2")]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "unwritable");
        Assert.Equal("InvalidArgument: cannot say that at args[0]", (await caller.ExpectAsync()).Text);
        await caller.AskAsync(2, "orders", "x");
        Assert.Equal('r', (await caller.ExpectAsync()).Kind);
    }

    [Fact]
    public async Task LargeFrames_BothWays_ArriveWhole()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var text = new string('x', 3 << 20);
        await caller.AskAsync(1, "orders", text, timeoutMs: 20_000);
        Assert.Equal($"orders/{text}", (await caller.ExpectAsync()).Text);
    }
}
