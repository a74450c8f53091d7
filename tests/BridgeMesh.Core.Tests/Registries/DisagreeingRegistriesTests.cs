using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Tests.Registries;

/// <summary>Two registries that know different instances of one service.</summary>
public sealed class DisagreeingRegistriesTests
{
    [Fact]
    public async Task Calls_TwoRegistriesDisagree_TheFirstThatHasInstancesIsRight()
    {
        await using var right = new TextCallee(static (peer, request) => peer.AnswerAsync(request, "right"));
        await using var other = new TextCallee(static (peer, request) => peer.AnswerAsync(request, "other"));
        ServiceInstance first = TestGateway.Instance("orders", right.Port), second = TestGateway.Instance("orders", other.Port);
        await using var gateway = await StartAsync(new FixedRegistry([first]));
        gateway.Registries["second"] = new FixedRegistry([second]);
        await AddSecondAsync(gateway);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await UntilAsync(gateway, "second", static r => r.Services == 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("right", await AskAsync(caller));
        }

        // It loses the last one, which no guard doubts here: the other takes over, and gives back what it took.
        gateway.Registry.Set();
        await UntilAnswerAsync(caller, "other");
        gateway.Registry.Set(first);
        await UntilAnswerAsync(caller, "right");

        // What the second says of the service does not matter, nor does it whether the first is there.
        gateway.Registries["second"].Set();
        gateway.Registry.Fail();
        await UntilAsync(gateway, "second", static r => r.Services == 0);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("right", await AskAsync(caller));
        }
    }

    private static Task<TestGateway> StartAsync(FixedRegistry registry) =>
        TestGateway.StartAsync([], static m => m with { Registries = [m.Registries[0] with { Guard = null }] }, registry: registry);

    private static async Task AddSecondAsync(TestGateway gateway)
    {
        var model = gateway.Runtime.Model;
        var second = new RegistryModel("second", "fixed", ImmutableDictionary<string, string>.Empty);
        var outcome = await gateway.Runtime.ApplyAsync(model with { Registries = [model.Registries[0], second] }, CancellationToken.None);
        Assert.True(outcome.IsInForce);
    }

    private static async Task<string> AskAsync(TextPeer caller)
    {
        await caller.AskAsync(1, "orders", "x", timeoutMs: 20_000);
        return (await caller.ExpectAsync()).Text;
    }

    /// <summary>Every answer until then is of somebody who serves.</summary>
    private static async Task UntilAnswerAsync(TextPeer caller, string answer)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await AskAsync(caller) is var given && given != answer)
        {
            Assert.Contains(given, (string[])["right", "other"]);
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task UntilAsync(TestGateway gateway, string registry, Func<Core.Runtime.RegistryStatus, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!isSo(gateway.Runtime.Status().Registries.Single(r => r.Name == registry)))
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
