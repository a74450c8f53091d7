namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Instances that cannot be called, and callees that ask instead of answering.</summary>
public class RefusalTests
{
    [Fact]
    public async Task Call_OneOfTwoInstancesCannotBeCalled_GoesToTheOther()
    {
        await using var odd = new TextCallee((peer, request) => peer.AnswerAsync(request, "odd"));
        await using var good = new TextCallee((peer, request) => peer.AnswerAsync(request, "good"));
        var other = TestGateway.Instance("orders", odd.Port);
        other = other with { Metadata = other.Metadata.Add("speaks", "klingon") };
        await using var gateway = await TestGateway.StartAsync([other, TestGateway.Instance("orders", good.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        for (ulong i = 0; i < 10; i++)
        {
            await caller.AskAsync(i, "orders", "x");
            Assert.Equal("good", (await caller.ExpectAsync()).Text);
        }
    }

    [Fact]
    public async Task Call_NoInstanceCanBeCalled_IsUnavailableAndSaysWhy()
    {
        await using var odd = new TextCallee((peer, request) => peer.AnswerAsync(request, "odd"));
        var other = TestGateway.Instance("orders", odd.Port);
        other = other with { Metadata = other.Metadata.Add("speaks", "klingon") };
        await using var gateway = await TestGateway.StartAsync([other]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        Assert.Equal("Unavailable: no instance of orders can be called: it speaks klingon", (await caller.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Callee_AsksOnTheGatewaysConnection_IsToldThatNobodyIsThere()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "x");
        var upstream = await callee.AcceptedAsync();
        var request = await upstream.ExpectAsync();
        await upstream.AskAsync(77, "callback", "y");
        var told = await upstream.ExpectAsync();
        Assert.Equal(('e', 77UL), (told.Kind, told.Id));

        // The call that was in flight is none the worse for it.
        await upstream.AnswerAsync(request, "done");
        Assert.Equal("done", (await caller.ExpectAsync()).Text);
    }
}
