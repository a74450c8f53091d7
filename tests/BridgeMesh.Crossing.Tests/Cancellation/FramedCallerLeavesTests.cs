using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Crossing.Cancellation;

/// <summary>A connection of Bolt or Dubbo that closes is the only way in which their callers can take a call back.</summary>
public sealed class FramedCallerLeavesTests
{
    private const string Contract = """
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { id: string }, returns: string }
          com.acme.GrpcService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(GatewayUnderTest.Bolt, GatewayUnderTest.Grpc)]
    [InlineData(GatewayUnderTest.Bolt, GatewayUnderTest.Triple)]
    [InlineData(GatewayUnderTest.Dubbo, GatewayUnderTest.Grpc)]
    [InlineData(GatewayUnderTest.Dubbo, GatewayUnderTest.Triple)]
    public async Task Close_CallInFlight_ResetsTheCalleesStream(string from, string to)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task ServeAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            context.RequestAborted.Register(ended.SetResult);
            begun.SetResult();
            return ended.Task.WaitAsync(Patience);
        }

        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract, grpc: ServeAsync, triple: new TripleCallee(ServeAsync, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty));
        await gateway.LeaveAsync(from, to, "place", "java.lang.String", static e => e.Request.AddString("o1"), begun.Task.WaitAsync(Patience));

        await ended.Task.WaitAsync(Patience);
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        await gateway.SettledAsync();
    }
}
