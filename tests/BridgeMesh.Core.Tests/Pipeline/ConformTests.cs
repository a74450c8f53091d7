using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Arguments and results are fitted to the contract on the translate lane.</summary>
public sealed class ConformTests
{
    private const string Contract = """
        services:
          orders: { methods: { say: { parameters: { value: decimal }, returns: localdate } } }
        """;

    private const string NoDate =
        "BadGateway: the callee's answer does not fit the contract: the text is no java.time.LocalDate, such as 2024-05-06 at result";

    [Theory]
    [InlineData("1.5e3", "2024-05-06", "1500", 'r', "2024-05-06")]
    [InlineData("1.50", "yesterday", "1.50", 'e', NoDate)]
    [InlineData("five", null, null, 'e', "InvalidArgument: expected java.math.BigDecimal, found a string at args[0]")]
    public async Task Call_TranslatedUnderAContract_IsFittedOnBothWays(string sent, string? answered, string? received, char kind, string replied)
    {
        string? seen = null;
        await using var callee = new TextCallee((peer, request) =>
        {
            seen = request.Text;
            return peer.AnswerAsync(request, answered ?? "not asked for");
        });
        var contracts = ContractLoader.LoadTexts(("test.yaml", Contract)).Contracts;
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port, "text2")], model => model with { Contracts = contracts });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", sent);
        var reply = await caller.ExpectAsync();
        Assert.Equal((kind, replied, received), (reply.Kind, reply.Text, seen));
    }

    [Fact]
    public async Task Call_ForwardedUnderAContract_IsLeftAlone()
    {
        await using var callee = new TextCallee((peer, request) => peer.AnswerAsync(request, request.Text));
        var contracts = ContractLoader.LoadTexts(("test.yaml", Contract)).Contracts;
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], model => model with { Contracts = contracts });
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "five");
        Assert.Equal("five", (await caller.ExpectAsync()).Text);
    }
}
