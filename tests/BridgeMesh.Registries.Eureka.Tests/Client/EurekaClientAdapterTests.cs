using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests.Client;

/// <summary>Against a scripted server. Intervals are those of a test, some milliseconds; every wait is for a request or a snapshot.</summary>
public sealed class EurekaClientAdapterTests : IAsyncLifetime, IDisposable
{
    private static readonly ServiceKey Orders = new("orders");

    private readonly ScriptedEureka _server = new();
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
    }

    public void Dispose()
    {
        _limit.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_ChangesByDelta_AreSeenWithoutAnotherFullFetch(bool isXml)
    {
        _server.IsXml = isXml;
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var orders = Watch(Create(isXml: isXml), Orders);
        Assert.Equal("1", Ports(await NextAsync(orders)));

        _server.Change(Samples.Instance("orders", 2), EurekaAction.Added);
        Assert.Equal("1, 2", Ports(await NextAsync(orders)));
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Deleted);
        Assert.Equal("2", Ports(await NextAsync(orders)));
        _server.Change(Samples.Instance("orders", 2, EurekaStatus.OutOfService), EurekaAction.Modified);
        var last = await NextAsync(orders);

        Assert.Equal(InstanceHealth.OutOfService, Assert.Single(last.Instances).Health);
        Assert.Single(_server.Drain(), static r => r.StartsWith("GET apps/ ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_DeltaWhoseCountsDiffer_FetchesAll()
    {
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        // The server's queue lost this one: only the counts tell.
        _server.Instances["lost"] = Samples.Instance("orders", 9) with { Id = "lost" };

        Assert.Equal("1, 9", Ports(await NextAsync(orders)));
        Assert.Empty(_notices);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Watch_ServerWithoutDeltas_FetchesAllEachTime(HttpStatusCode status)
    {
        _server.Script = (request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath.EndsWith("delta", StringComparison.Ordinal) ? ScriptedEureka.Status(status) : null);
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        _server.Change(Samples.Instance("orders", 2), EurekaAction.Added);

        Assert.Equal("1, 2", Ports(await NextAsync(orders)));
    }

    [Fact]
    public async Task Watch_StaleReadOfASecondServer_IsNotTakenForADelta()
    {
        // The first server fails; the second has the same counts and another instance.
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var orders = Watch(Create(servers: 2), Orders);
        await NextAsync(orders);

        _server.Instances.Clear();
        _server.Changes.Clear();
        _server.Instances["other"] = Samples.Instance("orders", 7) with { Id = "other" };
        _server.Script = Fail("one");

        Assert.Equal("7", Ports(await NextAsync(orders)));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("302")]
    [InlineData("empty")]
    [InlineData("html")]
    [InlineData("cut")]
    [InlineData("away")]
    [InlineData("slow")]
    public async Task Watch_ServerInTrouble_KeepsWhatWasKnownAndTellsOnce(string trouble)
    {
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var orders = Watch(Create(timeoutMs: trouble == "slow" ? 1_000 : 20_000), Orders);
        var first = await NextAsync(orders);

        _server.Script = async (_, cancellationToken) =>
        {
            switch (trouble)
            {
                case "500":
                    return ScriptedEureka.Status(HttpStatusCode.InternalServerError);
                case "302":
                    return ScriptedEureka.Status(HttpStatusCode.Found);
                case "empty":
                    return ScriptedEureka.Status(HttpStatusCode.OK);
                case "html":
                    return ScriptedEureka.Text("<html><body>maintenance</body></html>");
                case "cut":
                    return ScriptedEureka.Text("{\"applications\":{\"application\":[");
                case "away":
                    throw new HttpRequestException("connection refused");
                default:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return null;
            }
        };
        var stale = await NextAsync(orders);
        Assert.Equal("1", Ports(stale));
        Assert.True(stale.Stale);
        Assert.True(stale.Revision > first.Revision);

        _server.Change(Samples.Instance("orders", 2), EurekaAction.Added);
        _server.Script = null;
        var good = await NextAsync(orders);
        Assert.Equal("1, 2", Ports(good));
        Assert.False(good.Stale);
        Assert.Equal([true, false], _notices.Select(static n => n.IsTrouble));
    }

    [Fact]
    public async Task Watch_ServerThatFlaps_NeverGivesAnEmptyService()
    {
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var requests = 0;
        _server.Script = (_, _) => Task.FromResult(Interlocked.Increment(ref requests) / 3 % 2 == 1 ? ScriptedEureka.Status(HttpStatusCode.BadGateway) : null);
        var orders = Watch(Create(), Orders);
        var revision = 0L;
        for (var i = 0; i < 10; i++)
        {
            var snapshot = await NextAsync(orders);
            Assert.Equal("1", Ports(snapshot));
            Assert.True(snapshot.Revision > revision);
            revision = snapshot.Revision;
        }
    }

    [Fact]
    public async Task Watch_FirstServerComesBack_IsReturnedTo()
    {
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        _server.Script = Fail("one");
        await NextAsync(Watch(Create(servers: 2), Orders));
        await _server.NextAsync("GET apps/ @two");

        _server.Script = null;

        Assert.EndsWith("@one 200", await _server.NextAsync("GET apps/ @one"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_NoServerYet_GivesNothingUntilThereIsOne()
    {
        _server.Script = Fail("one");
        var next = Watch(Create(), Orders).MoveNextAsync();
        await _server.NextAsync("GET apps/");
        await _server.NextAsync("GET apps/");
        Assert.False(next.IsCompleted);

        _server.Script = null;

        Assert.True(await next);
    }

    [Fact]
    public async Task WatchCatalog_ServicesComeAndGo_GivesAllKeys()
    {
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Added);
        var catalog = Create().WatchCatalogAsync(_limit.Token).GetAsyncEnumerator();
        _open.Add(catalog);
        Assert.Equal("orders", string.Join(", ", await NextAsync(catalog)));

        _server.Change(Samples.Instance("stock", 2), EurekaAction.Added);
        Assert.Equal("orders, stock", string.Join(", ", await NextAsync(catalog)));
        _server.Change(Samples.Instance("orders", 1), EurekaAction.Deleted);
        Assert.Equal("stock", string.Join(", ", await NextAsync(catalog)));
    }

    [Fact]
    public async Task Request_ServerWithCredentials_CarriesThemAndTellsNobody()
    {
        var seen = new TaskCompletionSource<string?>();
        _server.Script = (request, _) =>
        {
            seen.TrySetResult(request.Headers.Authorization?.ToString());
            return Task.FromResult<HttpResponseMessage?>(ScriptedEureka.Status(HttpStatusCode.Unauthorized));
        };
        var adapter = Create(addresses: ["http://user:p%40ss@one/eureka"]);
        var next = Watch(adapter, Orders).MoveNextAsync().AsTask();

        Assert.Equal("Basic dXNlcjpwQHNz", await seen.Task.WaitAsync(_limit.Token));
        await _server.NextAsync("GET apps/");
        await _server.NextAsync("GET apps/");
        Assert.False(next.IsCompleted);
        Assert.Contains("401", Assert.Single(_notices).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", Assert.Single(_notices).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", Assert.Single(_notices).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_Facade_RegistersRenewsAndTakesItOut()
    {
        var adapter = Create();
        var lease = await adapter.PublishAsync(Facade(), _limit.Token);
        Assert.EndsWith("204", await _server.NextAsync("POST apps/ORDERS"), StringComparison.Ordinal);
        Assert.Contains("\"metadata\":{\"management.port\":\"18080\"}", Assert.Single(_server.Leases).Value, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var renewal = await _server.NextAsync("PUT apps/ORDERS/10.0.0.9%3Aorders%3A18080?status=UP&lastDirtyTimestamp=");
            Assert.EndsWith("200", renewal, StringComparison.Ordinal);
        }

        await lease.DisposeAsync();

        Assert.EndsWith("200", await _server.NextAsync("DELETE apps/ORDERS/10.0.0.9%3Aorders%3A18080"), StringComparison.Ordinal);
        Assert.Empty(_server.Leases);
        Assert.Empty(_server.Drain());
    }

    [Fact]
    public async Task Publish_LeaseForgotten_RegistersAnewWithANewerWord()
    {
        await using var lease = await Create().PublishAsync(Facade(), _limit.Token);
        var before = Dirty(Assert.Single(_server.Leases).Value);

        _server.Leases.Clear();

        await NextAsync("PUT", "404");
        await _server.NextAsync("POST apps/ORDERS");
        Assert.True(Dirty(Assert.Single(_server.Leases).Value) > before);
        Assert.EndsWith("200", await _server.NextAsync("PUT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_NoServerYet_RegistersWhenThereIsOne()
    {
        _server.Script = Fail("one");
        await using var lease = await Create().PublishAsync(Facade(), _limit.Token);
        await _server.NextAsync("POST");
        Assert.Empty(_server.Leases);

        _server.Script = null;
        Assert.EndsWith("200", await _server.NextAsync("PUT"), StringComparison.Ordinal);

        Assert.Single(_server.Leases);
        Assert.Equal([true, false], _notices.Select(static n => n.IsTrouble));
    }

    [Fact]
    public async Task Publish_ServerFailsOver_RenewsAtTheSecond()
    {
        await using var lease = await Create(servers: 2).PublishAsync(Facade(), _limit.Token);
        await _server.NextAsync("PUT");

        _server.Script = Fail("one");

        await NextAsync("PUT", "@two 200");
    }

    [Fact]
    public async Task Dispose_WithFacades_TakesThemOut()
    {
        var adapter = Create();
        await adapter.PublishAsync(Facade(), _limit.Token);
        await adapter.PublishAsync(Facade() with { Port = 18081 }, _limit.Token);
        Assert.Equal(2, _server.Leases.Count);

        await adapter.DisposeAsync();

        Assert.Empty(_server.Leases);
    }

    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Fail(string host) => (request, _) =>
        Task.FromResult(request.RequestUri!.Host == host ? ScriptedEureka.Status(HttpStatusCode.ServiceUnavailable) : null);

    private static ServiceInstance Facade() => new() { Service = Orders, Protocol = "http", Host = "10.0.0.9", Port = 18080 };

    private static long Dirty(string body) => RegistryDocument.Read(System.Text.Encoding.UTF8.GetBytes(body), out _)!.Instances[0].LastDirtyTimestamp;

    private EurekaClientAdapter Create(int servers = 1, bool isXml = false, string[]? addresses = null, int timeoutMs = 20_000)
    {
        addresses ??= [.. new[] { "http://one/eureka", "http://two/eureka/" }.Take(servers)];
        var options = new EurekaClientOptions(
            [.. addresses.Select(static a => EurekaServerAddress.Parse(a)!)], // as they stand in the test
            FetchInterval: TimeSpan.FromMilliseconds(10),
            Timeout: TimeSpan.FromMilliseconds(timeoutMs),
            EurekaLease.Default,
            isXml,
            UsesDelta: true,
            new InstanceMapping(PreferIp: false, PreferSecure: true))
        {
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(20),
            ReturnAfter = TimeSpan.FromMilliseconds(100),
            RenewalInterval = TimeSpan.FromMilliseconds(20),
        };
        var settings = new RegistrySettings("eureka", ".", ImmutableDictionary<string, string>.Empty, TimeProvider.System) { Notice = _notices.Enqueue };
        var adapter = new EurekaClientAdapter(options, settings, _server);
        _open.Add(adapter);
        return adapter;
    }

    private IAsyncEnumerator<ServiceSnapshot> Watch(EurekaClientAdapter adapter, ServiceKey service) =>
        adapter.WatchAsync(service, _limit.Token).GetAsyncEnumerator(_limit.Token);

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<T> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    /// <summary>The next request that begins and ends so.</summary>
    private async Task NextAsync(string beginning, string end)
    {
        while (!(await _server.NextAsync(beginning)).EndsWith(end, StringComparison.Ordinal))
        {
            // Those before are of the state before.
        }
    }

    private static string Ports(ServiceSnapshot snapshot) => string.Join(", ", snapshot.Instances.Select(static i => i.Port));
}
