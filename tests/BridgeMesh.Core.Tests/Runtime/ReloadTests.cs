using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Model;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Time;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Tests.Runtime;

public sealed class ReloadTests
{
    private static Task Echo(TextPeer peer, Seen request) => peer.AnswerAsync(request, $"{request.Name}/{request.Text}");

    private static ListenerModel Listener(string name, int port, FrameLimits? limits = null, string protocol = "text") =>
        new(name, protocol, "127.0.0.1", port, limits ?? FrameLimits.Default, ImmutableDictionary<string, string>.Empty);

    private static RegistryModel Registry(string name, string source) =>
        new(name, "fixed", ImmutableDictionary<string, string>.Empty.Add("source", source));

    private static async Task<GatewayModel> InForceAsync(TestGateway gateway, Func<GatewayModel, GatewayModel> change)
    {
        var model = change(gateway.Runtime.Model);
        var outcome = await gateway.Runtime.ApplyAsync(model, CancellationToken.None);
        Assert.True(outcome.IsInForce, string.Join("; ", outcome.Problems));
        Assert.Empty(outcome.Problems);
        Assert.True(gateway.Runtime.IsReady);
        return model;
    }

    private static async Task<string> AskAsync(TextPeer caller, string text = "x", string name = "orders")
    {
        await caller.AskAsync(1, name, text, timeoutMs: 20_000);
        return (await caller.ExpectAsync()).Text;
    }

    [Fact]
    public async Task Apply_OtherRoutes_TakeEffect()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);

        await InForceAsync(gateway, m => m with { Routes = [new RouteModel { Name = "none", Match = new ServiceMatch("other") }] });

        Assert.StartsWith("Unimplemented: no route takes", await AskAsync(caller), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_ListenerAdded_TakesCallersAndTheOthersKeepTheirs()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await AskAsync(caller);

        await InForceAsync(gateway, m => m with { Listeners = m.Listeners.Add(Listener("more", 0)) });

        await using var other = await TextPeer.ConnectAsync(gateway.Runtime.Ports["more"]);
        Assert.Equal("orders/new", await AskAsync(other, "new"));
        Assert.Equal("orders/old", await AskAsync(caller, "old"));
    }

    [Fact]
    public async Task Apply_ListenerRemoved_DrainsWhileTheOthersServe()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], m => m with { Listeners = m.Listeners.Add(Listener("going", 0)) });
        var goingPort = gateway.Runtime.Ports["going"];
        await using var staying = await TextPeer.ConnectAsync(gateway.Port);
        await using var leaving = await TextPeer.ConnectAsync(goingPort);
        await leaving.AskAsync(7, "orders", "slow", timeoutMs: 20_000);
        var upstream = await callee.AcceptedAsync();
        var slow = await upstream.ExpectAsync();

        await InForceAsync(gateway, m => m with { Listeners = [m.Listeners[0]] });

        Assert.Equal('g', (await leaving.ExpectAsync()).Kind);
        await Assert.ThrowsAsync<SocketException>(() => TextPeer.ConnectAsync(goingPort));

        // One more that was under way when the caller was told to go: it is still served.
        await leaving.AskAsync(8, "orders", "late", timeoutMs: 20_000);
        var late = await upstream.ExpectAsync();
        await upstream.AnswerAsync(slow, "done");
        await upstream.AnswerAsync(late, "done too");
        Assert.Equal((7UL, "done"), (await leaving.ExpectAsync()) is var first ? (first.Id, first.Text) : default);
        Assert.Equal((8UL, "done too"), (await leaving.ExpectAsync()) is var second ? (second.Id, second.Text) : default);
        Assert.Null(await leaving.NextAsync());

        await staying.AskAsync(9, "orders", "x");
        await upstream.AnswerAsync(await upstream.ExpectAsync(), "alive");
        Assert.Equal("alive", (await staying.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Apply_OtherLimits_HoldForConnectionsThatAreOpen()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var text = new string('x', 500);
        Assert.Equal($"orders/{text}", await AskAsync(caller, text));

        await InForceAsync(gateway, m => m with { Listeners = [m.Listeners[0] with { Limits = FrameLimits.Default with { MaxFrameBytes = 400 } }] });

        Assert.StartsWith("RequestTooLarge", await AskAsync(caller, text), StringComparison.Ordinal);
        Assert.Equal("orders/x", await AskAsync(caller));
    }

    [Fact]
    public async Task Apply_ListenerMoves_NewAddressServesBeforeTheOldOneGoes()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await AskAsync(caller);
        var port = LoopbackPorts.Free();

        await InForceAsync(gateway, m => m with { Listeners = [m.Listeners[0] with { Port = port }] });

        Assert.Equal(port, gateway.Port);
        Assert.Equal('g', (await caller.ExpectAsync()).Kind);
        await using var again = await TextPeer.ConnectAsync(port);
        Assert.Equal("orders/x", await AskAsync(again));
    }

    [Fact]
    public async Task Apply_AnotherProtocolOnTheSamePort_TakesItOver()
    {
        await using var callee = new TextCallee(Echo);
        var port = LoopbackPorts.Free();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", callee.Port)], m => m with { Listeners = [Listener("text", port)] });
        await using var caller = await TextPeer.ConnectAsync(port);
        await AskAsync(caller);

        await InForceAsync(gateway, m => m with { Listeners = [Listener("renamed", port, protocol: "text2")] });

        Assert.Equal('g', (await caller.ExpectAsync()).Kind);
        await using var again = await TextPeer.ConnectAsync(port);
        Assert.Equal("orders/x", await AskAsync(again));
        Assert.Equal(1, gateway.Runtime.Status().Calls.ByLane["Translate"]);
    }

    [Fact]
    public async Task Apply_PortTaken_ChangesNothingAndSaysWhy()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var before = gateway.Runtime.Model;

        var outcome = await gateway.Runtime.ApplyAsync(
            before with
            {
                Routes = [],
                Listeners = [.. before.Listeners, Listener("free", 0), Listener("taken", ((IPEndPoint)taken.LocalEndpoint).Port)],
            },
            CancellationToken.None);

        Assert.False(outcome.IsInForce);
        Assert.Contains("listener taken", Assert.Single(outcome.Problems), StringComparison.Ordinal);
        Assert.Same(before, gateway.Runtime.Model);
        Assert.Equal(["text"], gateway.Runtime.Ports.Keys);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        Assert.Equal("orders/x", await AskAsync(caller));
    }

    [Fact]
    public async Task Apply_RegistryChanges_OldInstancesServeUntilTheNewOneHasAnswered()
    {
        await using var a = new TextCallee((peer, request) => peer.AnswerAsync(request, "a"));
        await using var b = new TextCallee((peer, request) => peer.AnswerAsync(request, "b"));
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", a.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        var answers = new TaskCompletionSource();
        gateway.Registries["second"] = new FixedRegistry([TestGateway.Instance("orders", b.Port)], answers.Task);
        var first = gateway.Registry;

        var applying = gateway.Runtime.ApplyAsync(
            gateway.Runtime.Model with { Registries = [Registry("fixed", "second")] }, CancellationToken.None);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("a", await AskAsync(caller));
        }

        Assert.False(applying.IsCompleted);
        answers.SetResult();
        Assert.True((await applying).IsInForce);
        Assert.Equal("b", await AskAsync(caller));
        await first.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Apply_RegistryDoesNotAnswer_ChangesNothingAndSaysWhy()
    {
        await using var callee = new TextCallee(Echo);
        var time = new ManualTime();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)], time: time);
        gateway.Registries["silent"] = new FixedRegistry([], new TaskCompletionSource().Task);
        var before = gateway.Runtime.Model;
        var timers = time.Pending;

        var applying = gateway.Runtime.ApplyAsync(before with { Registries = [.. before.Registries, Registry("more", "silent")] }, CancellationToken.None);
        while (time.Pending == timers)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(5));
        var outcome = await applying;

        Assert.False(outcome.IsInForce);
        Assert.Equal("registry more has not answered within 5 s", Assert.Single(outcome.Problems));
        Assert.Same(before, gateway.Runtime.Model);
        Assert.True(gateway.Registries["silent"].Disposed.Task.IsCompleted);
    }

    [Fact]
    public async Task Apply_RegistryRemoved_TakesItsServicesAlong()
    {
        await using var callee = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        gateway.Registries["second"] = new FixedRegistry([TestGateway.Instance("stock", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);

        var both = await InForceAsync(gateway, m => m with { Registries = [.. m.Registries, Registry("more", "second")] });
        Assert.Equal("stock/x", await AskAsync(caller, name: "stock"));
        await InForceAsync(gateway, _ => both with { Registries = [both.Registries[0]] });

        Assert.StartsWith("Unimplemented: no registry has the service stock", await AskAsync(caller, name: "stock"), StringComparison.Ordinal);
        Assert.Equal("orders/x", await AskAsync(caller));
        Assert.True(gateway.Registries["second"].Disposed.Task.IsCompleted);
    }

    [Fact]
    public async Task Apply_OtherUpstreamSettings_NewCallsUseThemAndOldOnesFinishOnTheOldConnection()
    {
        await using var callee = new TextCallee();
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", callee.Port)]);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        await caller.AskAsync(1, "orders", "slow", timeoutMs: 20_000);
        var old = await callee.AcceptedAsync();
        var slow = await old.ExpectAsync();

        await InForceAsync(gateway, m => m with { Upstream = m.Upstream with { Limits = m.Upstream.Limits with { MaxInFlight = 1 } } });
        await caller.AskAsync(2, "orders", "first", timeoutMs: 20_000);
        await caller.AskAsync(3, "orders", "second", timeoutMs: 20_000);
        var refused = await caller.ExpectAsync();
        var fresh = await callee.AcceptedAsync();
        await fresh.AnswerAsync(await fresh.ExpectAsync(), "new");
        Assert.Equal((2UL, "new"), (await caller.ExpectAsync()) is var next ? (next.Id, next.Text) : default);
        await old.AnswerAsync(slow, "old");

        Assert.Equal(3UL, refused.Id);
        Assert.Equal((1UL, "old"), (await caller.ExpectAsync()) is var last ? (last.Id, last.Text) : default);
        Assert.Null(await old.NextAsync());
    }

    [Fact]
    public async Task Apply_OverAndOverUnderLoad_NoCallFails()
    {
        await using var one = new TextCallee(Echo);
        await using var two = new TextCallee(Echo);
        await using var gateway = await TestGateway.StartAsync([TestGateway.Instance("orders", one.Port)]);
        gateway.Registries["second"] = new FixedRegistry([TestGateway.Instance("orders", two.Port)]);
        gateway.Registries["third"] = new FixedRegistry([TestGateway.Instance("orders", one.Port, "text2"), TestGateway.Instance("orders", two.Port)]);
        var stop = false;
        using var answered = new SemaphoreSlim(0);
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var caller = await TextPeer.ConnectAsync(gateway.Port);
            while (!Volatile.Read(ref stop))
            {
                Assert.Equal("orders/x", await AskAsync(caller));
                answered.Release();
            }
        }).ToArray();

        for (var i = 0; i < 60; i++)
        {
            // Reloads may be faster than calls: each begins once a call more has been answered.
            Assert.True(await answered.WaitAsync(TimeSpan.FromSeconds(20)), "the callers are answered no more");
            var source = (string[])["fixed", "second", "third"];
            await InForceAsync(gateway, m => m with
            {
                Id = $"gw-{i}",
                Registries = [Registry("fixed", source[i % 3])],
                Upstream = m.Upstream with { ConnectTimeoutMs = 1_000 + i },
                Listeners = [m.Listeners[0] with { Limits = FrameLimits.Default with { MaxFrameBytes = (1 << 20) + i } }],
            });
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(60));
        await gateway.DrainedAsync();
    }
}
