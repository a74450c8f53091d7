using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Core.Tests.Registries;

/// <summary>The guard with the whole gateway around it and callees that can be asked.</summary>
public sealed class GuardedRegistryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task EmptyList_CalleesLive_CallsGoOnUntilItIsConfirmed()
    {
        var time = new ManualTime();
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(new GuardModel(), time, TestGateway.Instance("orders", callee.Port));
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);

        gateway.Registry.Set();
        await UntilAsync(gateway, static r => r.HeldBack == 1);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("orders/x", await AskAsync(caller));

        await UntilAsync(gateway, static r => r.Services == 0, () => time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.True(time.GetElapsedTime(0) >= TimeSpan.FromSeconds(10));
        while (await AskAsync(caller) is var answer && !answer.StartsWith("Unimplemented: no registry has the service", StringComparison.Ordinal))
        {
            Assert.Equal("orders/x", answer);
            time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task EmptyList_WallClockIsSet_ConfirmsNothingAndLosesNoCall(int days)
    {
        var time = new ManualTime();
        await using var callee = new TextCallee(Echo);
        var warming = TestGateway.Instance("orders", callee.Port) with { StartedAt = time.GetUtcNow(), WarmUpMs = 600_000 };
        await using var gateway = await StartAsync(new GuardModel(), time, warming);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);
        gateway.Registry.Set();
        await UntilAsync(gateway, static r => r.HeldBack == 1);

        time.SetWallClock(TimeSpan.FromDays(days));
        for (var i = 0; i < 9; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("orders/x", await AskAsync(caller));
            Assert.Equal(1, Assert.Single(gateway.Runtime.Status().Registries).HeldBack);
        }

        await UntilAsync(gateway, static r => r.Services == 0, () => time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.InRange(time.GetElapsedTime(0), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task EmptyList_CalleeWasKilled_IsBelievedWithoutAConfirmation()
    {
        var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        await using var gateway = await StartAsync(Never, TimeProvider.System, TestGateway.Instance("orders", ((IPEndPoint)dead.LocalEndpoint).Port));

        dead.Stop();
        gateway.Registry.Set();

        await UntilAsync(gateway, static r => r.Services == 0);
    }

    [Fact]
    public async Task ShrunkenList_SomeLiveAndSomeDoNot_TheDeadGoAtOnce()
    {
        await using var staying = new TextCallee(Echo);
        await using var living = new TextCallee(Echo);
        var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        int[] ports = [staying.Port, living.Port, ((IPEndPoint)dead.LocalEndpoint).Port];
        await using var gateway = await StartAsync(Never, TimeProvider.System, [.. ports.Select(static p => TestGateway.Instance("orders", p))]);

        dead.Stop();
        gateway.Registry.Set(TestGateway.Instance("orders", staying.Port));

        await UntilAsync(gateway, r => r.HeldBack == 1 && Ports(gateway).Order().SequenceEqual(new[] { ports[0], ports[1] }.Order()));
    }

    [Fact]
    public async Task ShrunkenList_HeldBackInstanceIsKilledLater_Goes()
    {
        var time = new ManualTime();
        var dying = new TcpListener(IPAddress.Loopback, 0);
        dying.Start();
        await using var gateway = await StartAsync(Never, time, TestGateway.Instance("orders", ((IPEndPoint)dying.LocalEndpoint).Port));
        gateway.Registry.Set();
        await UntilAsync(gateway, static r => r.HeldBack == 1);

        dying.Stop();

        await UntilAsync(gateway, static r => r.Services == 0, () => time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.True(time.GetElapsedTime(0) < TimeSpan.FromMilliseconds(Never.ConfirmMs));
    }

    [Fact]
    public async Task OneOfThreeLeaves_GoesAtOnceThoughItLives()
    {
        await using var callee = new TextCallee(Echo);
        ServiceInstance[] three = [.. Enumerable.Range(1, 3).Select(i => TestGateway.Instance("orders", callee.Port) with { Host = $"127.0.0.{i}" })];
        await using var gateway = await StartAsync(Never, TimeProvider.System, three);

        gateway.Registry.Set(three[0], three[1]);

        await UntilAsync(gateway, r => r.HeldBack == 0 && Ports(gateway).Length == 2);
    }

    [Fact]
    public async Task AllServicesGoAndComeBack_NoneIsMissedMeanwhile()
    {
        await using var callee = new TextCallee(Echo);
        ServiceInstance[] all = [.. Enumerable.Range(0, 50).Select(i => TestGateway.Instance($"s{i}", callee.Port))];
        await using var gateway = await StartAsync(Never, TimeProvider.System, all);
        await using var caller = await TextPeer.ConnectAsync(gateway.Port);

        gateway.Registry.Set();
        await UntilAsync(gateway, static r => r.HeldBack == 50);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal($"s{i}/x", await AskAsync(caller, $"s{i}"));
        }

        gateway.Registry.Set(all);
        await UntilAsync(gateway, static r => r is { HeldBack: 0, Services: 50 });
        Assert.Equal("s7/x", await AskAsync(caller, "s7"));
    }

    [Fact]
    public async Task RegistryThatFlaps_LosesNoCall()
    {
        var time = new ManualTime();
        await using var callee = new TextCallee(Echo);
        await using var gateway = await StartAsync(new GuardModel(), time, TestGateway.Instance("orders", callee.Port));
        var stop = false;
        var calls = 0;
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var caller = await TextPeer.ConnectAsync(gateway.Port);
            while (!Volatile.Read(ref stop))
            {
                Assert.Equal("orders/x", await AskAsync(caller));
                Interlocked.Increment(ref calls);
            }
        }).ToArray();

        for (var round = 0; round < 40; round++)
        {
            var begun = gateway.Registry.Begun;
            var before = Volatile.Read(ref calls);
            gateway.Registry.Fail();
            await UntilAsync(
                gateway,
                r => gateway.Registry.Begun >= begun + 2 && r.Stale == 0 && Volatile.Read(ref calls) > before,
                () => time.Advance(TimeSpan.FromMilliseconds(gateway.Registry.Begun >= begun + 2 ? 0 : 10)));
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(callers).WaitAsync(Patience);
    }

    private static GuardModel Never { get; } = new(ConfirmMs: 3_600_000);

    private static Task<TestGateway> StartAsync(GuardModel guard, TimeProvider time, params ServiceInstance[] instances) => TestGateway.StartAsync(
        instances,
        m => m with { Registries = [m.Registries[0] with { Guard = guard }] },
        time: time);

    /// <param name="meanwhile">Done between one look and the next.</param>
    private static async Task UntilAsync(TestGateway gateway, Func<RegistryStatus, bool> isSo, Action? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo(Assert.Single(gateway.Runtime.Status().Registries)))
        {
            meanwhile?.Invoke();
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static int[] Ports(TestGateway gateway) =>
    [
        .. gateway.Runtime.Status().Services.SelectMany(static s => s.Instances)
            .Select(static i => int.Parse(i.AsSpan(i.LastIndexOf(':') + 1), CultureInfo.InvariantCulture)),
    ];

    private static Task Echo(TextPeer peer, Seen request) => peer.AnswerAsync(request, $"{request.Name}/{request.Text}");

    private static async Task<string> AskAsync(TextPeer caller, string name = "orders")
    {
        await caller.AskAsync(1, name, "x", timeoutMs: 600_000);
        return (await caller.ExpectAsync()).Text;
    }
}
