using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.Etcd;

/// <summary>A real server that several tests leave standing; each has a prefix of its own.</summary>
public sealed class SharedEtcd : IAsyncLifetime
{
    private EtcdServer? _server;
    private int _prefixes;

    internal EtcdServer Server => _server ?? throw new InvalidOperationException("etcd is not installed");

    public async Task InitializeAsync() => _server = EtcdServer.IsThere ? await EtcdServer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal string NewPrefix() => $"/test-{Interlocked.Increment(ref _prefixes)}/";
}

[CollectionDefinition(Name)]
public sealed class SharedEtcdGroup : ICollectionFixture<SharedEtcd>
{
    internal const string Name = "a shared etcd server";
}

/// <summary>Adapters of one test, with what they said. Disposing disposes them, the youngest first.</summary>
internal sealed class EtcdSubject(string address, string prefix) : IAsyncDisposable
{
    internal static readonly ServiceKey Orders = new("orders");

    private readonly List<IAsyncDisposable> _open = [];

    internal ConcurrentQueue<RegistryNotice> Notices { get; } = new();

    internal CancellationTokenSource Limit { get; } = new(TimeSpan.FromSeconds(60));

    internal EtcdLink Link { get; private set; } = new();

    internal string Prefix => prefix;

    /// <summary>With short pauses; intervals are real, as the server's are.</summary>
    internal EtcdRegistryAdapter Open(Func<EtcdOptions, EtcdOptions>? change = null, HttpMessageHandler? handler = null)
    {
        var options = new EtcdOptions([new Uri(address + "/")], prefix, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30))
        {
            FirstPause = TimeSpan.FromMilliseconds(10),
            LongestPause = TimeSpan.FromMilliseconds(50),
            CheckInterval = TimeSpan.FromMinutes(10),
        };
        Link = handler as EtcdLink ?? new EtcdLink();
        var settings = new RegistrySettings("etcd", Path.GetTempPath(), ImmutableDictionary<string, string>.Empty, TimeProvider.System) { Notice = Notices.Enqueue };
        var adapter = new EtcdRegistryAdapter((change ?? (static o => o))(options), settings, handler ?? Link);
        _open.Add(adapter);
        return adapter;
    }

    internal IAsyncEnumerator<ServiceSnapshot> Watch(EtcdRegistryAdapter adapter, ServiceKey? service = null) =>
        adapter.WatchAsync(service ?? Orders, Limit.Token).GetAsyncEnumerator(Limit.Token);

    internal static async Task<T> NextAsync<T>(IAsyncEnumerator<T> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    /// <summary>The first snapshot from now on with these ports that is not stale; none before it may be one that the test forbids.</summary>
    internal static async Task<ServiceSnapshot> UntilAsync(IAsyncEnumerator<ServiceSnapshot> watch, string ports, Action<ServiceSnapshot>? check = null)
    {
        var seen = new List<string>();
        while (true)
        {
            try
            {
                var snapshot = await NextAsync(watch);
                check?.Invoke(snapshot);
                seen.Add($"{Ports(snapshot)}{(snapshot.Stale ? " stale" : string.Empty)}");
                if (!snapshot.Stale && Ports(snapshot) == ports)
                {
                    return snapshot;
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{ports}' never came; there came {string.Join(" | ", seen.TakeLast(20))}");
            }
        }
    }

    internal static string Ports(ServiceSnapshot snapshot) =>
        string.Join(", ", snapshot.Instances.Select(static i => i.Port).Order().Select(static p => p.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Key of an HTTP instance of the service that tests follow.</summary>
    internal string KeyOf(int port) => string.Create(CultureInfo.InvariantCulture, $"{prefix}orders/http/10.0.0.1:{port}");

    internal static ServiceInstance Facade(int port = 18080) => new() { Service = Orders, Protocol = "http", Host = "10.0.0.9", Port = port };

    /// <summary>Polls until it is so: nothing tells of it.</summary>
    internal async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(10, Limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            await _open[i].DisposeAsync();
        }

        Limit.Dispose();
    }
}
