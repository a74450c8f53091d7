using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Calls of methods that their callee's protocol cannot carry, as its lint says, end before it is asked.</summary>
public sealed class RefusedMethodsTests
{
    private const string Contract = """
        services:
          orders:
            methods:
              bad: { parameters: { value: decimal }, returns: string }
              good: { parameters: { value: decimal }, returns: string }
        """;

    private const string Why = "answering cannot carry bad: it is bad (no-good at value)";

    [Theory]
    [InlineData(RouteLint.Warn)]
    [InlineData(RouteLint.Refuse)]
    public async Task Call_OfAMethodThatCannotBeCarried_IsUnimplementedWithTheReason(RouteLint lint)
    {
        await using var pipeline = Pipeline(lint);
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.None), "bad");
        Assert.Equal((ExchangeStatus.Unimplemented, Why, false), (exchange.Status, exchange.Message, exchange.MayHaveExecuted));
        Assert.Equal(0, pipeline.Callee.Sent);
        pipeline.Dispatcher.Return(exchange);

        exchange = pipeline.Call(new MemoryCaller(StreamSupport.None), "good");
        Assert.Equal((ExchangeStatus.Ok, 1), (exchange.Status, pipeline.Callee.Sent));
        pipeline.Dispatcher.Return(exchange);
    }

    [Fact]
    public async Task Call_ThroughARouteThatDoesNotLook_IsTried()
    {
        await using var pipeline = Pipeline(RouteLint.Off);
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.None), "bad");
        Assert.Equal((ExchangeStatus.Ok, 1), (exchange.Status, pipeline.Callee.Sent));
        pipeline.Dispatcher.Return(exchange);
        Assert.Empty(pipeline.Dispatcher.Table?.Refused() ?? []);
    }

    [Fact]
    public async Task Table_ListsWhatItRefuses()
    {
        await using var pipeline = Pipeline(RouteLint.Warn);
        var refused = Assert.Single(pipeline.Dispatcher.Table?.Refused() ?? []);
        Assert.Equal(("orders", "answering", Why), (refused.Service, refused.Protocol, refused.Why));
    }

    [Fact]
    public async Task Lint_ThatFails_RefusesNothing()
    {
        await using var pipeline = new MemoryPipeline(Contract, StreamSupport.None, Answer, new FailingLint());
        var exchange = pipeline.Call(new MemoryCaller(StreamSupport.None), "bad");
        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        pipeline.Dispatcher.Return(exchange);
    }

    private static MemoryPipeline Pipeline(RouteLint lint) => new(Contract, StreamSupport.None, Answer, new NamedLint(), lint);

    private static void Answer(Exchange exchange) => exchange.Reply.AddString("done");

    private sealed class NamedLint : IMethodLint
    {
        private static readonly LintRule NoGood = new("no-good", LintLevel.Unsupported, "A method named bad.");

        public string Protocol => "answering";

        public IReadOnlyList<LintRule> Rules => [NoGood];

        public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
        {
            if (method.Name == "bad")
            {
                findings.Add(new LintFinding(NoGood, "value", "it is bad", "call good"));
            }
        }
    }

    private sealed class FailingLint : IMethodLint
    {
        public string Protocol => "answering";

        public IReadOnlyList<LintRule> Rules => [];

        public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings) => throw new InvalidOperationException("a slip");
    }
}
