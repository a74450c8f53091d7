namespace BridgeMesh.Core.Tests.Callers;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_CallInFlight_IsAnsweredBeforeTheConnectionCloses()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        var request = await upstream.ExpectAsync();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var stopping = gateway.Runtime.StopAsync(grace.Token);
        Assert.Equal('g', (await caller.ExpectAsync()).Kind);
        await upstream.AnswerAsync(request, "done");
        Assert.Equal("done", (await caller.ExpectAsync()).Text);
        Assert.Null(await caller.NextAsync());
        await stopping;
    }

    [Fact]
    public async Task Stop_CallsThatCrossTheGoAway_AreServed()
    {
        await using var callee = new TextCallee((peer, request) => peer.AnswerAsync(request, request.Text));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "before");
        await caller.ExpectAsync();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var stopping = gateway.Runtime.StopAsync(grace.Token);
        Assert.Equal('g', (await caller.ExpectAsync()).Kind);
        for (ulong i = 2; i < 50; i++)
        {
            await caller.AskAsync(i, "orders", "after");
            Assert.Equal((i, "after"), (await caller.ExpectAsync()) is var reply ? (reply.Id, reply.Text) : default);
        }

        Assert.Null(await caller.NextAsync());
        await stopping;
        Assert.False(grace.IsCancellationRequested);
    }

    [Fact]
    public async Task Stop_CallerConnectedButNotYetAccepted_IsNotReset()
    {
        await using var callee = new TextCallee((peer, request) => peer.AnswerAsync(request, request.Text));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        var callers = new List<TextPeer>();
        for (var i = 0; i < 30; i++)
        {
            callers.Add(await TextPeer.ConnectAsync(gateway.Port));
        }

        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var stopping = gateway.Runtime.StopAsync(grace.Token);
        foreach (var caller in callers)
        {
            await caller.AskAsync(1, "orders", "x");
        }

        foreach (var caller in callers)
        {
            Assert.Equal('g', (await caller.ExpectAsync()).Kind);
            Assert.Equal("x", (await caller.ExpectAsync()).Text);
            await caller.DisposeAsync();
        }

        await stopping;
    }

    [Fact]
    public async Task Stop_CallerThatNeverRests_IsClosedWhenTheTimeIsUp()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "never answered", timeoutMs: 60_000);
        await callee.AcceptedAsync();
        using var grace = new CancellationTokenSource();
        var stopping = gateway.Runtime.StopAsync(grace.Token);
        Assert.Equal('g', (await caller.ExpectAsync()).Kind);
        Assert.False(stopping.IsCompleted);

        await grace.CancelAsync();

        Assert.Null(await caller.NextAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Callee_GoesAwayAndIsTheOnlyOne_NextCallConnectsAnew()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "slow", timeoutMs: 20_000);
        var first = await callee.AcceptedAsync();
        var slow = await first.ExpectAsync();
        await first.SendAsync(TextCodec.Frame('g', 0, "", ""), TextCodec.Frame('h', 9, "", ""));
        Assert.Equal(('a', 9UL), (await first.ExpectAsync()) is var beat ? (beat.Kind, beat.Id) : default);

        await caller.AskAsync(2, "orders", "next", timeoutMs: 20_000);
        var second = await callee.AcceptedAsync();
        await second.AnswerAsync(await second.ExpectAsync(), "served");
        Assert.Equal((2UL, "served"), (await caller.ExpectAsync()) is var next ? (next.Id, next.Text) : default);

        await first.AnswerAsync(slow, "finished");
        Assert.Equal((1UL, "finished"), (await caller.ExpectAsync()) is var late ? (late.Id, late.Text) : default);
        Assert.Null(await first.NextAsync());
    }
}
