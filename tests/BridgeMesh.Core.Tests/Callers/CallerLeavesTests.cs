using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Callers;

/// <summary>Connections of callers that close with calls in flight.</summary>
public sealed class CallerLeavesTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("text2")]
    public async Task Close_CallInFlight_IsCancelledAndItsLateReplyDropped(string protocol)
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port, protocol)]);
        var leaver = await TextPeer.ConnectAsync(gateway.Port);
        await leaver.AskAsync(1, "orders", "never read", timeoutMs: 60_000);
        var upstream = await callee.AcceptedAsync();
        var abandoned = await upstream.ExpectAsync();

        await leaver.DisposeAsync();
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        await gateway.DrainedAsync();

        await using var other = await TextPeer.ConnectAsync(gateway.Port);
        await other.AskAsync(7, "orders", "next", timeoutMs: 20_000);
        var next = await upstream.ExpectAsync();
        Assert.NotEqual(abandoned.Id, next.Id);
        await upstream.AnswerAsync(abandoned, "late");
        await upstream.AnswerAsync(next, "in time");
        Assert.Equal((7UL, "in time"), (await other.ExpectAsync()) is var reply ? (reply.Id, reply.Text) : default);
    }

    [Fact]
    public async Task Close_CallOfAnotherConnection_GoesOn()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var stayer = await TextPeer.ConnectAsync(gateway.Port);
        await stayer.AskAsync(1, "orders", "stays", timeoutMs: 60_000);
        var upstream = await callee.AcceptedAsync();
        var kept = await upstream.ExpectAsync();
        var leaver = await TextPeer.ConnectAsync(gateway.Port);
        await leaver.AskAsync(1, "orders", "leaves", timeoutMs: 60_000);
        await upstream.ExpectAsync();

        await leaver.DisposeAsync();
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        Assert.Equal(1, gateway.InFlight);

        await upstream.AnswerAsync(kept, "served");
        Assert.Equal("served", (await stayer.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Close_WhileTheCalleeIsBeingConnected_DropsTheWaitingCall()
    {
        // A callee that is nobody: the call waits for a connection, or has failed for want of one.
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", 1)]);
        for (var i = 0; i < 20; i++)
        {
            var leaver = await TextPeer.ConnectAsync(gateway.Port);
            await leaver.AskAsync(1, "orders", "x", timeoutMs: 60_000);
            await leaver.DisposeAsync();
        }

        await gateway.DrainedAsync();
    }

    [Fact]
    public async Task Close_BehindAOneWayCall_DoesNotTakeItBack()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        var leaver = await TextPeer.ConnectAsync(gateway.Port);
        await leaver.SendAsync(TextCodec.Frame('o', 1, "orders", "told"));
        await leaver.DisposeAsync();
        var upstream = await callee.AcceptedAsync();
        Assert.Equal(('o', "told"), (await upstream.ExpectAsync()) is var told ? (told.Kind, told.Text) : default);
        await gateway.CountedAsync(ExchangeStatus.Ok);
        Assert.Equal(0, gateway.Runtime.Status().Calls.ByStatus.GetValueOrDefault(nameof(ExchangeStatus.Cancelled)));
    }

    /// <summary>Answers and closings race for every call: whichever is first, exchanges go back to the pool once, and to nobody else's call.</summary>
    [Theory]
    [InlineData("text")]
    [InlineData("text2")]
    public async Task Close_WhileAnswersCome_LeavesNothingAndNoOneElsesAnswer(string protocol)
    {
        const int Calls = 20;
        await using var callee = new TextCallee((peer, request) => peer.AnswerAsync(request, request.Text));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port, protocol)]);
        await using var stayer = await TextPeer.ConnectAsync(gateway.Port);
        for (ulong round = 1; round <= 60; round++)
        {
            var leaver = await TextPeer.ConnectAsync(gateway.Port);
            await leaver.SendAsync([.. Enumerable.Range(1, Calls).SelectMany(i => TextCodec.Frame('q', (ulong)i, "orders", "leaver's", 20_000))]);
            if (round % 3 == 0)
            {
                await leaver.ExpectAsync();
            }

            await stayer.AskAsync(round, "orders", $"stayer's {round}", timeoutMs: 20_000);
            await leaver.DisposeAsync();
            Assert.Equal((round, $"stayer's {round}"), (await stayer.ExpectAsync()) is var reply ? (reply.Id, reply.Text) : default);
        }

        await gateway.DrainedAsync();
    }
}
