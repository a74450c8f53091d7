using System.Collections.Immutable;
using System.Net.Sockets;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Registries;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Core.Tests.Facades;

public sealed class FacadeSetTests : IDisposable
{
    private readonly Dictionary<string, MemoryRegistry> _registries = new() { ["mesh"] = new(), ["legacy"] = new() };
    private readonly string _state = Directory.CreateTempSubdirectory("facades").FullName;

    private MemoryRegistry Mesh => _registries["mesh"];

    private MemoryRegistry Legacy => _registries["legacy"];

    public void Dispose()
    {
        Assert.Empty(Mesh.Doubles);
        Assert.Empty(Legacy.Doubles);
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task Facade_SomebodyBehind_StandsUnderItsNameWithItsMarks()
    {
        Mesh.Add(FacadeGateway.Callee());
        var rule = FacadeGateway.Rule("r", "mesh", "legacy") with
        {
            As = new ServiceRewrite("com.acme.Orders", "1.0.0", "blue"),
            Serializations = ["hessian2"],
        };
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [rule], change: static m => m with { Contracts = Contracts("com.acme.Orders", "get") });

        await Legacy.UntilAsync(static all => !all.IsEmpty);

        var facade = Assert.Single(Legacy.Instances);
        Assert.Equal(
            new ServiceInstance
            {
                Service = new ServiceKey("com.acme.Orders", "1.0.0", "blue"),
                Protocol = "text",
                Host = "10.0.0.9",
                Port = gateway.Port,
                Application = "gw-1",
                Serializations = ["hessian2"],
                Methods = ["get"],
                Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "gw-1").Add(InstanceMarks.Origin, "mesh"),
            },
            facade);
        await gateway.UntilAsync(static f => f is [{ State: "standing", Behind: 1, Why: null }]);
    }

    [Fact]
    public async Task Facade_CallUnderItsName_ReachesTheServiceBehind()
    {
        await using var callee = new TextCallee(static (peer, request) => peer.AnswerAsync(request, request.Name));
        Mesh.Add(FacadeGateway.Callee(port: callee.Port, host: "127.0.0.1"));
        var rule = FacadeGateway.Rule("r", "mesh", "legacy") with { As = new ServiceRewrite("com.acme.Orders") };
        await using var gateway = await FacadeGateway.StartAsync(_registries, [rule]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        await using var caller = await TextPeer.ConnectAsync(Legacy.Instances[0].Port);

        await caller.AskAsync(1, "com.acme.Orders", "x", timeoutMs: 20_000);

        Assert.Equal("orders", (await caller.ExpectAsync()).Text);
    }

    [Fact]
    public async Task Facade_LastHealthyGoes_IsWithdrawnAfterAWhileAndBackAtOnce()
    {
        var time = new ManualTime();
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("r", "mesh", "legacy", withdrawAfterMs: 5_000)], time: time);
        await Legacy.UntilAsync(static all => !all.IsEmpty);

        Mesh.Add(FacadeGateway.Callee() with { Health = InstanceHealth.Down });
        await AdvanceUntilAsync(time, gateway, static f => f is [{ Behind: 0 }]);
        time.Advance(TimeSpan.FromSeconds(4));
        await gateway.UntilAsync(static f => f is [{ State: "standing", Why: not null }]);
        Assert.Single(Legacy.Instances);
        time.Advance(TimeSpan.FromSeconds(1));
        await Legacy.UntilAsync(static all => all.IsEmpty);
        await gateway.UntilAsync(static f => f is [{ State: "withdrawn", Why: "nobody healthy stands behind it" }]);

        Mesh.Add(FacadeGateway.Callee());
        await AdvanceUntilAsync(time, gateway, static f => f is [{ State: "standing", Behind: 1 }]);
        Assert.Single(Legacy.Instances);
        Assert.Equal(["+", "-", "+"], Legacy.Events.Select(static e => e[..1]));
    }

    [Theory]
    [InlineData("down")]
    [InlineData("weightless")]
    [InlineData("gateway")]
    [InlineData("uncallable")]
    [InlineData("own")]
    public async Task Facade_NobodyWhoTakesCallsBehind_DoesNotStand(string what)
    {
        Mesh.Add(FacadeGateway.Callee("other"));
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("r", "mesh", "legacy"), FacadeGateway.Rule("s", "mesh", "legacy", "later")]);
        var callee = FacadeGateway.Callee();
        Mesh.Add(what switch
        {
            "down" => callee with { Health = InstanceHealth.Down },
            "weightless" => callee with { Weight = 0 },
            "gateway" => callee with { Metadata = callee.Metadata.Add(InstanceMarks.Gateway, "gw-2") },
            "uncallable" => callee with { Protocol = "unheard" },
            _ => callee with { Host = "10.0.0.9", Port = gateway.Port },
        });
        await gateway.UntilAsync(static f => f.Any(static s => s is { Service: "orders", State: "withdrawn", Behind: 0 }));

        // Whatever was seen before is decided once something seen later stands.
        Mesh.Add(FacadeGateway.Callee("later"));
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        Assert.Equal("later", Assert.Single(Legacy.Instances).Service.Interface);
    }

    [Fact]
    public async Task Facade_BothWaysByPrefix_NeverComesBack()
    {
        Mesh.Add(FacadeGateway.Callee("m.orders"), FacadeGateway.Callee("m.stock"));
        Legacy.Add(FacadeGateway.Callee("l.bills"));
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("out", "mesh", "legacy", "*"), FacadeGateway.Rule("in", "legacy", "mesh", "*")]);

        await Legacy.UntilAsync(static all => all.Length == 3);
        await Mesh.UntilAsync(static all => all.Length == 3);
        await gateway.UntilAsync(static f => f.Count(static s => s.State == "standing") == 3 && f.Count == 6);

        Assert.Equal(["m.orders", "m.stock"], Legacy.Facades.Select(static f => f.Service.Interface).Order());
        Assert.Equal(["l.bills"], Mesh.Facades.Select(static f => f.Service.Interface));
        Assert.Equal(3, Legacy.Events.Length + Mesh.Events.Length);
    }

    [Fact]
    public async Task Facade_TwoGatewaysBeforeTheSameRegistries_BothGoWithTheLastRealCallee()
    {
        FacadeModel[] rules = [FacadeGateway.Rule("out", "mesh", "legacy", "*"), FacadeGateway.Rule("in", "legacy", "mesh", "*")];
        Mesh.Add(FacadeGateway.Callee());
        await using var first = await FacadeGateway.StartAsync(_registries, rules, "gw-1");
        await using var second = await FacadeGateway.StartAsync(_registries, rules, "gw-2");
        await Legacy.UntilAsync(static all => all.Length == 2);

        Mesh.Remove(FacadeGateway.Callee());

        await Legacy.UntilAsync(static all => all.IsEmpty);
        Assert.Empty(Mesh.Instances);
        Assert.All(Legacy.Events.Concat(Mesh.Events).CountBy(static e => e), static e => Assert.Equal(1, e.Value));
    }

    [Fact]
    public async Task Facade_CallAmongTwoGateways_GoesToTheCalleeAndNotToTheOther()
    {
        await using var callee = new TextCallee(static (peer, request) => peer.AnswerAsync(request, "real"));
        FacadeModel[] rules = [FacadeGateway.Rule("out", "mesh", "legacy", "*"), FacadeGateway.Rule("in", "legacy", "mesh", "*")];
        Mesh.Add(FacadeGateway.Callee(port: callee.Port, host: "127.0.0.1"));
        await using var first = await FacadeGateway.StartAsync(_registries, rules, "gw-1");
        await using var second = await FacadeGateway.StartAsync(_registries, rules, "gw-2");
        await Legacy.UntilAsync(static all => all.Length == 2);
        await using var caller = await TextPeer.ConnectAsync(first.Port);
        for (var i = 1UL; i <= 6; i++)
        {
            await caller.AskAsync(i, "orders", "x", timeoutMs: 20_000);
            Assert.Equal("real", (await caller.ExpectAsync()).Text);
        }

        Assert.Equal(0, second.Runtime.Status().Calls.Completed);
    }

    [Fact]
    public async Task Registry_ThatThrows_HarmsNoOtherAndIsTriedAgainLater()
    {
        var time = new ManualTime();
        _registries["ill"] = new MemoryRegistry { Publishing = static (_, _) => throw new InvalidOperationException("no") };
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("a", "mesh", "ill"), FacadeGateway.Rule("b", "mesh", "legacy")], time: time);

        await Legacy.UntilAsync(static all => !all.IsEmpty);
        await gateway.UntilAsync(static f => f.Any(static s => s is { Registry: "ill", State: "failed", Why: "no" }));
        _registries["ill"].Publishing = null;
        time.Advance(TimeSpan.FromSeconds(2));

        await _registries["ill"].UntilAsync(static all => !all.IsEmpty);
    }

    [Fact]
    public async Task Registry_ThatHasNoWordsForIt_IsNotAskedAgain()
    {
        var tries = 0;
        Legacy.Publishing = (_, _) =>
        {
            tries++;
            throw new FormatException("no such word");
        };
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")]);
        await gateway.UntilAsync(static f => f is [{ State: "failed", Why: "no such word" }]);

        Mesh.Add(FacadeGateway.Callee(port: 7002));
        await gateway.UntilAsync(static f => f is [{ Behind: 2 }]);
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Registry_ThatNeverAnswers_HoldsUpItselfAloneAndNotTheEnd()
    {
        _registries["slow"] = new MemoryRegistry { Publishing = static (_, token) => Task.Delay(Timeout.Infinite, token) };
        Mesh.Add(FacadeGateway.Callee());
        Mesh.Add([.. Enumerable.Range(0, 20).Select(static i => FacadeGateway.Callee($"s{i}"))]);
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("a", "mesh", "slow", "*"), FacadeGateway.Rule("b", "mesh", "legacy")]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        await gateway.UntilAsync(static f => f.Count(static s => s is { Registry: "slow", State: "publishing" }) == 21);

        await gateway.Runtime.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(Legacy.Instances);
    }

    [Fact]
    public async Task Reload_RulesChange_FacadesFollow()
    {
        Mesh.Add(FacadeGateway.Callee(), FacadeGateway.Callee("stock"));
        var rule = FacadeGateway.Rule("a", "mesh", "legacy", withdrawAfterMs: 3_600_000);
        await using var gateway = await FacadeGateway.StartAsync(_registries, [rule]);
        await Legacy.UntilAsync(static all => all is [{ Service.Interface: "orders" }]);

        await gateway.ApplyAsync(m => FacadeGateway.Model(m, [rule with { As = new ServiceRewrite("com.acme.Orders") }]));
        await Legacy.UntilAsync(static all => all is [{ Service.Interface: "com.acme.Orders" }]);

        await gateway.ApplyAsync(m => FacadeGateway.Model(m, [rule, rule with { Name = "b", Match = new ServiceMatch("stock") }]));
        await Legacy.UntilAsync(static all => all.Select(static i => i.Service.Interface).Order().SequenceEqual(["orders", "stock"]));

        await gateway.ApplyAsync(m => FacadeGateway.Model(m, []));
        await Legacy.UntilAsync(static all => all.IsEmpty);
    }

    [Fact]
    public async Task Reload_ListenerMoves_TheFacadeMovesAlong()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy", withdrawAfterMs: 3_600_000)]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        var port = LoopbackPorts.Free();

        await gateway.ApplyAsync(m => m with { Listeners = [m.Listeners[0] with { Port = port }] });

        await Legacy.UntilAsync(all => all is [{ Port: var now }] && now == port);
    }

    [Fact]
    public async Task Reload_OtherContract_IsToldInTheFacade()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);

        gateway.Runtime.UseContracts(Contracts("orders", "get", "add"));

        await Legacy.UntilAsync(static all => all is [{ Methods: [var add, var get] }] && (add, get) == ("add", "get"));
    }

    [Fact]
    public async Task Reload_RegistryIsReplaced_TheFacadeIsPublishedThroughTheNewOne()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);

        var other = ImmutableDictionary<string, string>.Empty.Add("x", "y");
        await gateway.ApplyAsync(m => m with { Registries = [.. m.Registries.Select(r => r.Name == "legacy" ? r with { Settings = other } : r)] });

        await Legacy.UntilAsync(static all => !all.IsEmpty);
        await gateway.UntilAsync(static f => f is [{ State: "standing" }]);
        Assert.Equal(["+", "-", "+"], Legacy.Events.Select(static e => e[..1]));
    }

    [Fact]
    public async Task Stop_FacadesAreWithdrawnWhileCallersAreStillTaken()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy", withdrawAfterMs: 3_600_000)]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        var port = gateway.Port;
        var wasTaken = false;
        Legacy.Withdrawing = async _ =>
        {
            using var caller = new TcpClient();
            await caller.ConnectAsync("127.0.0.1", port);
            wasTaken = true;
        };

        await gateway.Runtime.StopAsync(CancellationToken.None);

        Assert.True(wasTaken);
        Assert.Empty(Legacy.Instances);
    }

    [Fact]
    public async Task Announce_Facades_AreWithdrawnAndComeNotBack()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);

        gateway.Runtime.AnnounceStop();
        await Legacy.UntilAsync(static all => all.IsEmpty);
        Mesh.Add(FacadeGateway.Callee(port: 7002));
        await gateway.Runtime.StopAsync(CancellationToken.None);

        Assert.Equal(["+", "-"], Legacy.Events.Select(static e => e[..1]));
    }

    [Fact]
    public async Task Stop_RegistryThatThrows_EndsAllTheSame()
    {
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")]);
        await Legacy.UntilAsync(static all => !all.IsEmpty);
        Legacy.Withdrawing = static _ => throw new IOException("gone");

        await gateway.Runtime.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Stop_RegistryIsAway_TheNextLifeWithdrawsWhatWasLeft()
    {
        Mesh.Add(FacadeGateway.Callee());
        var log = new LogLines();
        await using (var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")], state: _state, log: log))
        {
            await UntilLegacyAsync(gateway, static r => r is { Services: 1, Stale: 0 });
            Legacy.IsAway = true;
            await UntilLegacyAsync(gateway, static r => r is { Services: 1, Stale: 1 });
            await gateway.Runtime.StopAsync(CancellationToken.None);
        }

        Assert.Contains("orders", await File.ReadAllTextAsync(Path.Combine(_state, "facades.json")), StringComparison.Ordinal);
        Assert.Single(log.Lines, static l => l.StartsWith("1 facades were not withdrawn in time", StringComparison.Ordinal));
        Legacy.IsAway = false;
        Assert.Single(Legacy.Instances);
        await using var again = await FacadeGateway.StartAsync(_registries, [], state: _state);
        await Legacy.UntilAsync(static all => all.IsEmpty);

        static async Task UntilLegacyAsync(FacadeGateway gateway, Func<RegistryStatus, bool> isSo)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!isSo(gateway.Runtime.Status().Registries.Single(static r => r.Name == "legacy")))
            {
                await Task.Yield();
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public async Task Restart_AfterACrash_TakesUpWhatIsWantedAndWithdrawsWhatIsNot()
    {
        Mesh.Add(FacadeGateway.Callee(), FacadeGateway.Callee("stock"));
        var port = LoopbackPorts.Free();
        GatewayModel AtPort(GatewayModel m) => m with { Listeners = [m.Listeners[0] with { Port = port }] };
        FacadeModel[] rules = [FacadeGateway.Rule("a", "mesh", "legacy"), FacadeGateway.Rule("b", "mesh", "legacy", "stock")];
        await using (await FacadeGateway.StartAsync(_registries, rules, state: _state, change: AtPort))
        {
            await Legacy.UntilAsync(static all => all.Length == 2);
            Legacy.Withdrawing = static _ => throw new IOException("as after a crash");
        }

        Assert.Equal(2, Legacy.Instances.Length);
        Legacy.Withdrawing = null;
        await using var again = await FacadeGateway.StartAsync(_registries, [rules[0]], state: _state, change: AtPort);

        await Legacy.UntilAsync(static all => all is [{ Service.Interface: "orders" }]);
        await again.UntilAsync(static f => f is [{ State: "standing" }]);
        await again.Runtime.StopAsync(CancellationToken.None);
        Assert.Empty(Legacy.Instances);
        Assert.DoesNotContain("orders", await File.ReadAllTextAsync(Path.Combine(_state, "facades.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\":2,\"published\":[],\"ports\":[]}")]
    [InlineData("{\"version\":1,\"published\":[{}],\"ports\":[]}")]
    [InlineData("{\"version\":1,\"published\":[null],\"ports\":null}")]
    public async Task Ledger_Unreadable_IsDoneWithout(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_state, "facades.json"), text);
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(_registries, [FacadeGateway.Rule("a", "mesh", "legacy")], state: _state);

        await Legacy.UntilAsync(static all => !all.IsEmpty);

        Assert.Contains("orders", await File.ReadAllTextAsync(Path.Combine(_state, "facades.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_CannotBeWritten_IsDoneWithout()
    {
        var file = Path.Combine(_state, "no-directory");
        await File.WriteAllTextAsync(file, string.Empty);
        Mesh.Add(FacadeGateway.Callee());
        await using var gateway = await FacadeGateway.StartAsync(
            _registries, [FacadeGateway.Rule("a", "mesh", "legacy")], state: Path.Combine(file, "state"));

        await Legacy.UntilAsync(static all => !all.IsEmpty);
    }

    private static ImmutableArray<ServiceContract> Contracts(string service, params string[] methods)
    {
        var shapes = string.Join(", ", methods.Select(static m => $"{m}: {{ returns: string }}"));
        return ContractLoader.LoadTexts(("contract.yaml", $"services: {{ {service}: {{ methods: {{ {shapes} }} }} }}\n")).Contracts;
    }

    /// <summary>Small steps, as much as pacing needs and far less than what the tests wait for.</summary>
    private static async Task AdvanceUntilAsync(ManualTime time, FacadeGateway gateway, Func<IReadOnlyList<OfferedService>, bool> isSo)
    {
        for (var step = 0; step < 20; step++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            while (!patience.IsCancellationRequested)
            {
                if (isSo(gateway.Runtime.Status().Facades))
                {
                    return;
                }

                await Task.Yield();
            }

            time.Advance(TimeSpan.FromMilliseconds(25));
        }

        Assert.Fail(string.Join("; ", gateway.Runtime.Status().Facades));
    }
}
