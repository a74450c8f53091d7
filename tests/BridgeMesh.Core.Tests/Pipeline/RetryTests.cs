using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Calls whose callee dies while they wait for its answer.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData("text", true)]
    [InlineData("text2", true)]
    [InlineData("text", false)]
    [InlineData("text2", false)]
    public async Task Call_CalleeDiesBeforeItAnswers_GoesOnElsewhereWhereTheMethodIsIdempotent(string protocol, bool isIdempotent)
    {
        await using var dying = new TextCallee();
        await using var alive = new TextCallee((peer, request) => peer.AnswerAsync(request, request.Text));
        var flag = isIdempotent ? "true" : "false";
        var contract = $"services: {{ orders: {{ methods: {{ say: {{ parameters: {{ text: string }}, returns: string, idempotent: {flag} }} }} }} }}";
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", dying.Port, protocol), TestGateway.Instance("orders", alive.Port, protocol)],
            model => model with { Contracts = ContractLoader.LoadTexts(("orders.yaml", contract)).Contracts });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);

        // One of the first two goes to the instance that dies; others overwrite the caller's buffer meanwhile.
        await caller.AskAsync(1, "orders", "first");
        await caller.AskAsync(2, "orders", "other");
        var upstream = await dying.AcceptedAsync();
        var taken = await upstream.ExpectAsync();
        var early = await caller.ExpectAsync();
        Assert.Equal(('r', taken.Text == "first" ? "other" : "first"), (early.Kind, early.Text));
        await caller.AskAsync(3, "orders", new string('x', 20_000));
        upstream.Socket.Dispose();
        await dying.DisposeAsync();

        var answers = new Dictionary<ulong, string>();
        while (answers.Count < 2)
        {
            var answer = await caller.ExpectAsync();
            answers[answer.Id] = answer.Text;
        }

        var lost = taken.Text == "first" ? 1UL : 2UL;
        Assert.Equal(isIdempotent, answers[lost] == taken.Text);
        Assert.Equal(!isIdempotent, answers[lost].StartsWith("Unavailable", StringComparison.Ordinal));
        await gateway.DrainedAsync();
    }
}
