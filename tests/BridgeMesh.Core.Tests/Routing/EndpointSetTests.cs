using System.Collections.Immutable;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Routing;

/// <summary>Whom calls go to among the instances of a service.</summary>
public sealed class EndpointSetTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly SwitchedChannels _channels = new();
    private readonly ChannelPool _pool;

    public EndpointSetTests()
    {
        var plugins = new PluginCatalog();
        plugins.Channels.Add(_channels.Protocol, _channels);
        _pool = new ChannelPool(plugins, new UpstreamModel(), new SocketTransport(_time, NullLogger.Instance), _time, NullLogger.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    /// <summary>Over whole rounds, and over any number of calls, each instance has its share to within one call in a hundred.</summary>
    [Fact]
    public void Shares_OfAnyWeights_AreThoseOfTheWeights() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(
            Gen.Choose(0, 10_000).Or(Gen.Elements(0, 1, 50, 100, 200)).NonEmptyListOf()
                .Where(static w => w.Count <= 40 && w.Any(static x => x > 0)).ToArbitrary(),
            weights =>
            {
                var set = Set([.. weights.Select((w, i) => Instance(i + 1) with { Weight = w })]);
                var picks = Picks(set, 20_000);
                var total = weights.Sum();
                var heaviest = weights.Max();
                for (var i = 0; i < weights.Count; i++)
                {
                    // A weight is right to one part in 128 of the heaviest one's, and so is their sum to that for each.
                    var share = (double)weights[i] / total;
                    var error = weights.Count * heaviest / 128.0 / total;
                    var got = picks.GetValueOrDefault(i + 1) / 20_000.0;
                    Assert.True(weights[i] > 0 || got == 0, $"weight 0 took {got}");
                    Assert.InRange(got, share - error - 0.01, share + error + 0.01);
                }
            }));

    [Fact]
    public void Shares_OfManyInstances_AreKeptToo()
    {
        var set = Set([.. Enumerable.Range(1, 2_000).Select(i => Instance(i) with { Weight = i % 2 == 0 ? 100 : 50 })]);

        var picks = Picks(set, 30_000);

        Assert.All(Enumerable.Range(1, 2_000), i => Assert.Equal(i % 2 == 0 ? 20 : 10, picks[i]));
    }

    [Fact]
    public void Weights_FarApart_AreInterleaved()
    {
        var set = Set([Instance(1) with { Weight = 100 }, Instance(2) with { Weight = 99 }, Instance(3) with { Weight = 1 }]);

        var picks = Enumerable.Range(0, 200).Select(_ => set.Pick(null)!.Instance.Port).ToArray();

        Assert.Equal((100, 99, 1), (picks.Count(p => p == 1), picks.Count(p => p == 2), picks.Count(p => p == 3)));
        Assert.DoesNotContain("111", string.Concat(picks), StringComparison.Ordinal);
    }

    [Fact]
    public void WarmUp_GrowsTheShareLinearly()
    {
        var set = Set([Instance(1), Instance(2) with { WarmUpMs = 100_000, StartedAt = _time.GetUtcNow() }]);
        Assert.InRange(Share(set, 2), 0.005, 0.015); // weight 1 of 101

        foreach (var share in (double[])[25 / 125.0, 50 / 150.0, 75 / 175.0, 0.5])
        {
            _time.Advance(TimeSpan.FromSeconds(25));
            Assert.InRange(Share(set, 2), share - 0.01, share + 0.01);
        }
    }

    [Theory]
    [InlineData(0, 60_000, 1)]
    [InlineData(6_000, 60_000, 10)]
    [InlineData(30_000, 60_000, 50)]
    [InlineData(59_999, 60_000, 99)]
    [InlineData(60_000, 60_000, 100)]
    [InlineData(-60_000, 60_000, 1)] // Its clock is ahead of the gateway's.
    [InlineData(1, 0, 100)]
    public void WarmUp_Weight_IsDubbos(int uptimeMs, int warmUpMs, int weight)
    {
        var instance = Instance(1) with { WarmUpMs = warmUpMs, StartedAt = _time.GetUtcNow().AddMilliseconds(-uptimeMs) };

        Assert.Equal(weight, Turns.WeightAt(instance, _time.GetUtcNow()));
        Assert.Equal(0, Turns.WeightAt(instance with { Weight = 0 }, _time.GetUtcNow()));
        Assert.Equal(100, Turns.WeightAt(instance with { StartedAt = null }, _time.GetUtcNow()));
    }

    [Fact]
    public void Zone_OfTheGateway_TakesAllCallsWhileOneOfItIsAvailable()
    {
        var set = Set([Instance(1) with { Zone = "east" }, Instance(2) with { Zone = "EAST" }, Instance(3) with { Zone = "west" }, Instance(4)], "east");
        Assert.Equal([1, 2], Picks(set, 10).Keys.Order());

        _channels.Down(1);
        Assert.Equal([2], Picks(set, 10).Keys);
        _channels.Down(2);
        Assert.Equal([3, 4], Picks(set, 10).Keys.Order());
        _channels.Down(3, 4);
        Assert.Equal([1, 2], Picks(set, 10).Keys.Order()); // Nobody is: the nearest may be back first.
        _channels.Up(2);
        Assert.Equal([2], Picks(set, 10).Keys);
    }

    [Fact]
    public void Zone_WithoutInstances_PrefersNobody()
    {
        var set = Set([Instance(1) with { Zone = "west" }, Instance(2)], "east");

        Assert.Equal([1, 2], Picks(set, 10).Keys.Order());
    }

    [Fact]
    public void Gateways_TakeCallsOnlyWhereNobodyElseIsAvailable()
    {
        var gateway = Instance(9) with { Zone = "east", Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "other") };
        var set = Set([gateway, Instance(1), Instance(2) with { Zone = "east" }], "east");
        Assert.Equal([2], Picks(set, 10).Keys);
        _channels.Down(2);
        Assert.Equal([1], Picks(set, 10).Keys);
        _channels.Down(1);
        Assert.Equal([9], Picks(set, 10).Keys);
        Assert.Equal([9], Picks(Set([gateway]), 10).Keys);
    }

    [Theory]
    [InlineData(null, false, "1,2")]
    [InlineData("", true, "1,2")]
    [InlineData("gray", false, "3,5")]
    [InlineData("gray", true, "3,5")]
    [InlineData("blue", false, "4,5")]
    [InlineData("none", false, "1,2")]
    [InlineData("none", true, "")]
    [InlineData("Gray", true, "")]
    public void Tag_OfTheCall_ChoosesInstancesAsDubboDoes(string? tag, bool isForced, string ports)
    {
        var set = Set(
        [
            Instance(1), Instance(2), Instance(3) with { Tags = ["gray"] }, Instance(4) with { Tags = ["blue", "blue"] },
            Instance(5) with { Tags = ["gray", "blue"] },
        ]);

        Assert.Equal(ports, string.Join(',', Picks(set, 20, tag, isForced).Keys.Order()));
    }

    [Fact]
    public void Tag_WhoseInstancesAreAway_FallsBackUnlessForced()
    {
        var set = Set([Instance(1), Instance(3) with { Tags = ["gray"] }]);
        _channels.Down(3);
        Assert.Equal([1], Picks(set, 4, "gray").Keys);
        Assert.Equal([3], Picks(set, 4, "gray", isForced: true).Keys);
        Assert.Equal(1, set.Pick(set.Endpoints[1], "gray")!.Instance.Port);
    }

    [Fact]
    public void Tagged_Alone_TakeNoCallWithoutTheTagAndSayWhy()
    {
        var set = Set([Instance(3) with { Tags = ["gray"] }]);

        Assert.Null(set.Pick(null));
        Assert.Contains("tags", set.WhyNotCallable, StringComparison.Ordinal);
    }

    [Fact]
    public void Pick_ForAnotherAttempt_TakesAnotherInstanceOrElseTheSame()
    {
        var two = Set([Instance(1) with { Zone = "east" }, Instance(2)], "east");
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(2, two.Pick(two.Endpoints[0])!.Instance.Port));
        var one = Set([Instance(1)]);
        Assert.Same(one.Endpoints[0], one.Pick(one.Endpoints[0]));
    }

    [Fact]
    public void Pick_OfAnyKind_AllocatesNothing()
    {
        var set = Set(
            [
                Instance(1) with { Weight = 30 }, Instance(2) with { Zone = "east", Weight = 7 }, Instance(3) with { Tags = ["gray"] },
                Instance(4) with { WarmUpMs = 100_000, StartedAt = _time.GetUtcNow() },
            ],
            "east");
        Sum(set, 1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Sum(set, 10_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Pick_ByManyThreads_KeepsTheShares()
    {
        var set = Set([Instance(1), Instance(2) with { Weight = 50 }, Instance(3) with { WarmUpMs = 60_000, StartedAt = _time.GetUtcNow() }]);
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Picks(set, 10_000))).ToArray();
        for (var second = 0; second < 60; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(threads);
        Assert.InRange(Share(set, 3), 0.39, 0.41); // 100 of 250: warm now, whoever made the list anew.
    }

    private static void Sum(EndpointSet set, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            var first = set.Pick(null);
            set.Pick(first, "gray");
            set.Pick(null, "none", isForced: true);
        }
    }

    private static double Share(EndpointSet set, int port) => Picks(set, 10_000).GetValueOrDefault(port) / 10_000.0;

    private static Dictionary<int, int> Picks(EndpointSet set, int calls, string? tag = null, bool isForced = false)
    {
        var picks = new Dictionary<int, int>();
        for (var i = 0; i < calls; i++)
        {
            if (set.Pick(null, tag, isForced) is { } endpoint)
            {
                picks[endpoint.Instance.Port] = picks.GetValueOrDefault(endpoint.Instance.Port) + 1;
            }
        }

        return picks;
    }

    private EndpointSet Set(ImmutableArray<ServiceInstance> instances, string zone = "")
    {
        var endpoints = instances.Select(i => new Endpoint(i, _pool)).ToImmutableArray();
        Assert.All(endpoints, static e => Assert.NotNull(e.Channel));
        return new EndpointSet(endpoints, zone, _time);
    }

    private ServiceInstance Instance(int port) =>
        new() { Service = new ServiceKey("orders"), Protocol = _channels.Protocol, Host = "127.0.0.1", Port = port };

    /// <summary>Channels that are available or not as a test says.</summary>
    private sealed class SwitchedChannels : IChannelFactory
    {
        private readonly HashSet<int> _down = [];

        public string Protocol => "switched";

        internal void Down(params int[] ports) => _down.UnionWith(ports);

        internal void Up(int port) => _down.Remove(port);

        public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new Switched(_down, instance.Port);

        private sealed class Switched(HashSet<int> down, int port) : IUpstreamChannel
        {
            public string Protocol => "switched";

            public int InFlight => 0;

            public bool IsAvailable => !down.Contains(port);

            public bool CanForward(Exchange exchange) => false;

            public void Send(Exchange exchange, IAttemptSink sink) => throw new InvalidOperationException("nobody calls");

            public void Cancel(Exchange exchange)
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
