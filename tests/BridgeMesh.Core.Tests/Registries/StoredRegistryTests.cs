namespace BridgeMesh.Core.Tests.Registries;

/// <summary>A gateway that starts without its registry.</summary>
public sealed class StoredRegistryTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("bridgemesh").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task Start_RegistryIsAway_ServesWhatWasKeptAndIsReady()
    {
        await using var callee = new TextCallee(Echo);
        await using (var first = await StartAsync(new FixedRegistry([TestGateway.Instance("orders", callee.Port)])))
        {
            Assert.Equal("orders/x", await AskAsync(first));
        }

        var back = new TaskCompletionSource();
        await using var second = await StartAsync(new FixedRegistry([TestGateway.Instance("stock", callee.Port)], back.Task));

        Assert.True(second.Runtime.IsReady);
        Assert.Equal("orders/x", await AskAsync(second));
        var status = Assert.Single(second.Runtime.Status().Registries);
        Assert.Equal((false, 1, 1), (status.Answered, status.Services, status.Stale));

        back.SetResult();
        await UntilAsync(second, "stock");
        Assert.StartsWith("Unimplemented", await AskAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NothingWasKept_IsNotReadyUntilTheRegistryAnswers()
    {
        var back = new TaskCompletionSource();
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(new FixedRegistry([TestGateway.Instance("orders", callee.Port)], back.Task));
        Assert.False(gateway.Runtime.IsReady);

        back.SetResult();
        await UntilAsync(gateway, "orders");
        Assert.True(gateway.Runtime.IsReady);
    }

    [Fact]
    public async Task Apply_RegistryIsReplaced_TheNewOneIsKept()
    {
        await using var callee = new TextCallee(Echo);
        await using (var first = await StartAsync(new FixedRegistry([TestGateway.Instance("orders", callee.Port)])))
        {
            first.Registries["second"] = new FixedRegistry([TestGateway.Instance("stock", callee.Port)]);
            var model = first.Runtime.Model;
            var registry = model.Registries[0] with { Settings = model.Registries[0].Settings.Add("source", "second") };
            var outcome = await first.Runtime.ApplyAsync(model with { Registries = [registry] }, CancellationToken.None);
            Assert.True(outcome.IsInForce);
        }

        await using var next = await StartAsync(new FixedRegistry([], new TaskCompletionSource().Task));
        Assert.Equal("stock/x", await AskAsync(next, "stock"));
        Assert.Single(next.Runtime.Status().Services);
    }

    private static Task Echo(TextPeer peer, Seen request) => peer.AnswerAsync(request, $"{request.Name}/{request.Text}");

    private static async Task<string> AskAsync(TestGateway gateway, string name = "orders")
    {
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, name, "x", timeoutMs: 20_000);
        return (await caller.ExpectAsync()).Text;
    }

    private static async Task UntilAsync(TestGateway gateway, string service)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!gateway.Runtime.Status().Services.Select(static s => s.Service).SequenceEqual([service]) || !gateway.Runtime.IsReady)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private Task<TestGateway> StartAsync(FixedRegistry registry) => TestGateway.StartAsync([], m => m with { StatePath = _state }, registry: registry);
}
