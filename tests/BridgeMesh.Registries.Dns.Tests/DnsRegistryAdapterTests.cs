using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Dns.Names;
using BridgeMesh.Registries.Dns.Wire;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Time;
using static BridgeMesh.Registries.Dns.Packets;

namespace BridgeMesh.Registries.Dns;

/// <summary>Names followed at a scripted nameserver, and at dnsmasq. Answers are kept for 20 ms at most, where a test does not say otherwise.</summary>
public sealed class DnsRegistryAdapterTests : IAsyncLifetime
{
    private static readonly ServiceKey Orders = new("orders");

    private readonly ScriptedNameserver _server = new();
    private readonly ConcurrentQueue<RegistryNotice> _notices = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly List<IAsyncDisposable> _open = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            await _open[i].DisposeAsync();
        }

        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Watch_AddressesOfAName_AreInstancesInAnOrderOfTheirOwn()
    {
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.2"), Address("ORDERS.example", "10.0.0.1")];
        var watch = Watch("http://Orders.Example.:8080");
        var first = await NextAsync(watch);
        Assert.Equal("10.0.0.1:8080, 10.0.0.2:8080", Text(first));
        Assert.Equal(new ServiceInstance { Service = Orders, Protocol = "http", Host = "10.0.0.1", Port = 8080 }, first.Instances[0]);

        // Turned, as servers do: nothing new. Then one goes and another comes.
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.1"), Address("orders.example", "10.0.0.2")];
        _server.Drain();
        await _server.NextAsync(_limit.Token);
        await _server.NextAsync(_limit.Token);
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.3"), Address("orders.example", "10.0.0.2")];
        Assert.Equal("10.0.0.2:8080, 10.0.0.3:8080", Text(await NextAsync(watch)));
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task Watch_ServiceRecords_GiveHostsPortsAndWeightsOfTheFirstPriority()
    {
        _server.Records[("_http._tcp.orders.example", RecordType.Srv)] =
        [
            Service("_http._tcp.orders.example", 10, 300, 8081, "a.example"),
            Service("_http._tcp.orders.example", 10, 0, 8082, "b.example"),
            Service("_http._tcp.orders.example", 20, 9, 8083, "c.example"),
            Service("_http._tcp.orders.example", 10, 9, 8084, string.Empty),
        ];
        _server.Records[("a.example", RecordType.A)] = [Address("a.example", "10.0.0.1")];
        _server.Records[("b.example", RecordType.A)] = [Address("b.example", "10.0.0.2")];

        var snapshot = await NextAsync(Watch("https://_http._tcp.orders.example"));

        Assert.Equal("10.0.0.1:8081, 10.0.0.2:8082", Text(snapshot));
        Assert.Equal([300, 1], snapshot.Instances.Select(static i => i.Weight));
        Assert.True(snapshot.Instances.All(static i => i is { IsSecure: true, Protocol: "http" }));
        Assert.Equal("a.example", snapshot.Instances[0].Metadata["serverName"]);
    }

    [Fact]
    public async Task Watch_NameWithBothKindsOfAddresses_GivesThePreferredOnes()
    {
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.1")];
        _server.Records[("orders.example", RecordType.Aaaa)] = [Address("orders.example", "fd00::1")];
        _server.Records[("six.example", RecordType.Aaaa)] = [Address("six.example", "fd00::6")];

        Assert.Equal("10.0.0.1:1", Text(await NextAsync(Watch("grpc://orders.example:1"))));
        Assert.Equal("fd00::1:1", Text(await NextAsync(Watch("grpc://orders.example:1", static o => o with { PrefersIpv6 = true }))));
        Assert.Equal("fd00::6:1", Text(await NextAsync(Watch("grpc://six.example:1"))));
    }

    [Fact]
    public async Task Watch_Aliases_AreFollowedInOneAnswerAndThroughSeveral()
    {
        _server.Records[("orders.example", RecordType.A)] =
            [Alias("orders.example", "x.example"), Alias("x.example", "y.example"), Address("y.example", "10.0.0.1"), Address("other.example", "10.9.9.9")];
        _server.Records[("far.example", RecordType.A)] = [Alias("far.example", "orders.example")];

        Assert.Equal("10.0.0.1:1", Text(await NextAsync(Watch("http://orders.example:1"))));
        Assert.Equal("10.0.0.1:1", Text(await NextAsync(Watch("http://far.example:1"))));
    }

    [Fact]
    public async Task Watch_AliasesThatGoRound_AreTold()
    {
        _server.Records[("orders.example", RecordType.A)] = [Alias("orders.example", "x.example")];
        _server.Records[("x.example", RecordType.A)] = [Alias("x.example", "orders.example")];
        var next = Watch("http://orders.example:1").MoveNextAsync();
        await UntilToldAsync();
        Assert.False(next.IsCompleted);
        Assert.Contains("go round", _notices.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_NameThatIsNotThere_IsAServiceWithoutInstancesUntilItIs()
    {
        var watch = Watch("http://orders.example:1");
        var none = await NextAsync(watch);
        Assert.Empty(none.Instances);
        Assert.False(none.Stale);

        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.1")];
        Assert.Equal("10.0.0.1:1", Text(await NextAsync(watch)));
        _server.Records.Clear();
        Assert.Empty((await NextAsync(watch)).Instances);
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task Watch_NameserversInTrouble_KeepWhatWasKnownAndTellOnce()
    {
        (string Trouble, Func<byte[], bool, byte[][]?> Script)[] troubles =
        [
            ("SERVFAIL", static (q, _) => [Answer(q, 2)]),
            ("REFUSED", static (q, _) => [Answer(q, 5)]),
            ("silence", static (_, _) => []),
            ("cut short", static (q, _) => [Answer(q, 0, Address("orders.example", "10.0.0.9"))[..^3]]),
            ("another id", static (q, _) => [.. Enumerable.Range(1, 5).Select(i => Change(Answer(q, 0, Address("orders.example", "10.0.0.9")), 1, (byte)(q[1] + i)))]),
            ("another question", static (q, _) => [Answer(DnsMessage.Question((q[0] << 8) | q[1], DomainName.Parse("evil.example")!.Value, RecordType.A), 0, Address("orders.example", "10.0.0.9"))]),
            ("a question", static (q, _) => [Change(Answer(q, 0, Address("orders.example", "10.0.0.9")), 2, 1)]),
            ("a referral", static (q, _) => [Answer(q, 0, [], [Record("example", RecordType.Ns, 9, Name("ns.example"))])]),
            ("truncated over TCP too", static (q, _) => [Truncated(q)]),
            ("empty over TCP", static (q, isTcp) => [isTcp ? [] : Truncated(q)]),
            ("pointer to itself", static (q, _) => [Answer(q, 0, (byte[])[0xC0, (byte)q.Length, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 9])]),
        ];
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.1")];
        var watch = Watch("http://orders.example:1", static o => o with { Timeout = TimeSpan.FromMilliseconds(300), Rounds = 1 });
        Assert.Equal("10.0.0.1:1", Text(await NextAsync(watch)));
        foreach (var (trouble, script) in troubles)
        {
            _notices.Clear();
            _server.Script = script;
            var stale = await NextAsync(watch);
            Assert.Equal((trouble, true, "10.0.0.1:1"), (trouble, stale.Stale, Text(stale)));

            _server.Script = null;
            var good = await NextAsync(watch);
            Assert.Equal((trouble, false, "10.0.0.1:1"), (trouble, good.Stale, Text(good)));
            Assert.Equal((trouble, "True, False"), (trouble, string.Join(", ", _notices.Select(static n => n.IsTrouble))));
        }
    }

    [Fact]
    public async Task Watch_ForgedAnswersBeforeTheRightOne_ArePassedOver()
    {
        _server.Script = static (q, _) =>
        [
            [1, 2, 3],
            Change(Answer(q, 0, Address("orders.example", "10.9.9.9")), 0, (byte)~q[0]),
            Answer(DnsMessage.Question((q[0] << 8) | q[1], DomainName.Parse("orders.example")!.Value, RecordType.Srv), 0),
            Answer(q, 0, Address("orders.example", "10.0.0.1")),
        ];
        Assert.Equal("10.0.0.1:1", Text(await NextAsync(Watch("http://orders.example:1"))));
    }

    [Fact]
    public async Task Watch_TruncatedAnswer_IsAskedForOverTcp()
    {
        var all = Enumerable.Range(1, 200).Select(static i => Address("orders.example", $"10.0.0.{i}")).ToArray();
        _server.Script = (q, isTcp) => [isTcp ? Answer(q, 0, all) : Truncated(q)];
        Assert.Equal(200, (await NextAsync(Watch("http://orders.example:1"))).Instances.Length);
        Assert.Equal(["A orders.example", "A orders.example tcp"], _server.Drain().Take(2));
    }

    [Fact]
    public async Task Watch_FirstNameserverIsSilent_AsksTheSecondAndStaysThere()
    {
        await using var silent = new ScriptedNameserver { Script = static (_, _) => [] };
        _server.Records[("orders.example", RecordType.A)] = [Address("orders.example", "10.0.0.1")];
        var watch = Watch("http://orders.example:1", o => o with { Servers = [silent.Address, .. o.Servers], Timeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal("10.0.0.1:1", Text(await NextAsync(watch)));
        for (var i = 0; i < 5; i++)
        {
            await _server.NextAsync(_limit.Token);
        }

        Assert.Single(silent.Drain());
        Assert.Empty(_notices);
    }

    [Theory]
    [InlineData(30, 0, 30)]
    [InlineData(0, 0, 5)]
    [InlineData(100_000, 0, 60)]
    [InlineData(-1, 0, 5)]
    [InlineData(-1, 20, 20)]
    public async Task Watch_TimeToLive_IsHonouredWithinItsBounds(int ttl, int minimum, int seconds)
    {
        // -1: the name is not there, for the zone's minimum where it tells one.
        var time = new ManualTime();
        _server.Script = (q, _) => ttl >= 0
            ? [Answer(q, 0, Address("orders.example", "10.0.0.1", ttl))]
            : [Answer(q, DnsMessage.NoSuchName, [], minimum > 0 ? [Authority("example", 1_000, minimum)] : [])];
        var watch = Watch(
            "http://orders.example:1",
            static o => o with { LeastTtl = TimeSpan.FromSeconds(5), MostTtl = TimeSpan.FromSeconds(60), Timeout = TimeSpan.FromHours(1) },
            time);
        await NextAsync(watch);
        await UntilAsync(() => time.Pending == 1);
        _server.Drain();

        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, time.Pending);
        Assert.Empty(_server.Drain());
        time.Advance(TimeSpan.FromSeconds((seconds / 10.0) + 0.002));

        Assert.Equal("A orders.example", await _server.NextAsync(_limit.Token));
    }

    [Fact]
    public async Task WatchCatalog_ServicesOfTheConfiguration_AreThereAtOnce()
    {
        var adapter = Create("http://orders.example:1");
        await using var catalog = adapter.WatchCatalogAsync(_limit.Token).GetAsyncEnumerator();
        Assert.Equal([Orders], (await NextAsync(catalog)).ToArray());
        await using var other = adapter.WatchAsync(new ServiceKey("other"), _limit.Token).GetAsyncEnumerator();
        Assert.Empty((await NextAsync(other)).Instances);
        Assert.Empty(_server.Drain());
    }

    [Fact]
    public async Task Publish_Anything_IsNotSupported() => await Assert.ThrowsAsync<NotSupportedException>(async () => await Create("http://a.example:1")
        .PublishAsync(new ServiceInstance { Service = Orders, Protocol = "http", Host = "h", Port = 1 }, _limit.Token));

    [DnsmasqFact]
    public async Task Dnsmasq_RecordsThatChangeAndAServerThatGoes_AreFollowed()
    {
        await using var server = await DnsmasqServer.StartAsync(
            "--host-record=a.example,127.0.0.11,1", "--host-record=b.example,127.0.0.12,1", "--cname=alias.example,a.example",
            "--srv-host=_http._tcp.orders.example,a.example,8081,10,5", "--srv-host=_http._tcp.orders.example,b.example,8082,10,15");
        DnsOptions At(DnsOptions o) => o with { Servers = [new IPEndPoint(IPAddress.Loopback, server.Port)], Timeout = TimeSpan.FromSeconds(5), Rounds = 1 };

        var watch = Watch("http://_http._tcp.orders.example", At);
        var first = await NextAsync(watch);
        Assert.Equal("127.0.0.11:8081, 127.0.0.12:8082", Text(first));
        Assert.Equal([5, 15], first.Instances.Select(static i => i.Weight));
        Assert.Equal("127.0.0.11:7", Text(await NextAsync(Watch("http://alias.example:7", At))));
        Assert.Empty((await NextAsync(Watch("http://nobody.example:7", At))).Instances);

        await server.KillAsync();
        var stale = await NextAsync(watch);
        Assert.True(stale.Stale);
        Assert.Equal("127.0.0.11:8081, 127.0.0.12:8082", Text(stale));

        await server.StartAgainAsync("--host-record=b.example,127.0.0.12,1", "--srv-host=_http._tcp.orders.example,b.example,8082,10,15");
        var last = await NextAsync(watch);
        while (last.Stale || last.Instances.Length != 1)
        {
            last = await NextAsync(watch);
        }

        Assert.Equal("127.0.0.12:8082", Text(last));
    }

    [DnsmasqFact]
    public async Task Dnsmasq_AnswerThatDoesNotFitAPacket_ComesByTcp()
    {
        var records = Enumerable.Range(1, 100).Select(static i => $"--host-record=many.example,127.0.1.{i}").ToArray();
        await using var server = await DnsmasqServer.StartAsync(records);
        var watch = Watch("http://many.example:1", o => o with { Servers = [new IPEndPoint(IPAddress.Loopback, server.Port)], Timeout = TimeSpan.FromSeconds(5) });
        Assert.Equal(100, (await NextAsync(watch)).Instances.Length);
    }

    private static byte[] Change(byte[] packet, int at, byte value)
    {
        packet[at] = value;
        return packet;
    }

    private static string Text(ServiceSnapshot snapshot) => string.Join(", ", snapshot.Instances.Select(static i => $"{i.Host}:{i.Port}"));

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<T> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    private Task UntilToldAsync() => UntilAsync(() => !_notices.IsEmpty);

    /// <summary>Polls: nothing tells of it.</summary>
    private async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(5, _limit.Token);
        }
    }

    private IAsyncEnumerator<ServiceSnapshot> Watch(string name, Func<DnsOptions, DnsOptions>? change = null, TimeProvider? time = null) =>
        Create(name, change, time).WatchAsync(Orders, _limit.Token).GetAsyncEnumerator();

    private DnsRegistryAdapter Create(string name, Func<DnsOptions, DnsOptions>? change = null, TimeProvider? time = null)
    {
        var options = new DnsOptions(
            [_server.Address],
            ImmutableDictionary<ServiceKey, ImmutableArray<FollowedName>>.Empty.Add(Orders, [FollowedName.Parse(name, out _)!]), // as they stand in the tests
            TimeSpan.FromSeconds(20),
            TimeSpan.FromMilliseconds(5),
            TimeSpan.FromMilliseconds(20))
        {
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(20),
        };
        var settings = new RegistrySettings("dns", ".", ImmutableDictionary<string, string>.Empty, time ?? TimeProvider.System) { Notice = _notices.Enqueue };
        var adapter = new DnsRegistryAdapter((change ?? (static o => o))(options), settings);
        _open.Add(adapter);
        return adapter;
    }
}
