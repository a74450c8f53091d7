using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// A Eureka server on one address: its table, its peers and the looks for leases that have ended. Outlives a change of its settings. Safe for
/// any thread.
/// </summary>
internal sealed class EurekaServerHost : IAsyncDisposable
{
    internal const int MaxConnections = 4_096;

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private KestrelServer? _server;
    private readonly EurekaRoutes _routes;
    private volatile PeerReplicator[] _peers = [];
    private volatile Settings _current;
    private Task _evicting = Task.CompletedTask;
    private bool _isRunning;

    internal EurekaServerHost(EurekaServerOptions options, RegistrySettings settings)
    {
        _time = settings.Time;
        _current = new Settings(options, settings);
        Table = new InstanceTable(_time, options.Mapping);
        Operations = new EurekaOperations(Table, () => _current.Options.MaxInstances, TellPeers);
        _routes = new EurekaRoutes(Table, Operations, () => _current.Options.Credentials);
    }

    internal InstanceTable Table { get; }

    internal EurekaOperations Operations { get; }

    /// <summary>The port bound, once it runs.</summary>
    internal int Port { get; private set; }

    /// <summary>
    /// Asks the peers for what they know, and serves then. Throws <see cref="IOException"/> where the address cannot be had; may be tried again.
    /// </summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isRunning)
            {
                return;
            }

            var peers = MakePeers(_current);
            var server = MakeServer(_current.Options);
            try
            {
                foreach (var peer in peers)
                {
                    if (await peer.TryFetchAsync(cancellationToken).ConfigureAwait(false))
                    {
                        break;
                    }
                }

                await server.StartAsync(new Application(_routes), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Kestrel starts once, also where it could not: the next try takes another.
                server.Dispose();
                await DisposeAsync(peers).ConfigureAwait(false);
                throw;
            }

            _server = server;
            Port = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(static a => new Uri(a).Port).FirstOrDefault() ?? 0;
            _isRunning = true;
            Table.Open();
            _evicting = EvictAsync(_stopping.Token);
            Run(peers);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Other settings from now on; the address is the same.</summary>
    internal async Task UseAsync(EurekaServerOptions options, RegistrySettings settings)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var old = _peers;
            _current = new Settings(options, settings);
            Table.Use(options.Mapping);
            if (_isRunning)
            {
                Run(MakePeers(_current));
                await DisposeAsync(old).ConfigureAwait(false);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _evicting.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        if (_server is { } server)
        {
            await server.StopAsync(limit.Token).ConfigureAwait(false);
            server.Dispose();
        }

        await DisposeAsync(_peers).ConfigureAwait(false);
        Table.Feed.End();
        _stopping.Dispose();
        _changing.Dispose();
    }

    private static KestrelServer MakeServer(EurekaServerOptions options)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = EurekaRoutes.MaxBatchBytes;
        kestrel.Listen(options.Address, static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        var logging = NullLoggerFactory.Instance;
        return new KestrelServer(
            Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging), logging);
    }

    private static Task DisposeAsync(PeerReplicator[] peers) => Task.WhenAll(peers.Select(static p => p.DisposeAsync().AsTask()));

    private PeerReplicator[] MakePeers(Settings settings) =>
        [.. settings.Options.Peers.Select(p => new PeerReplicator(p, Table, settings.Options, settings.Registry))];

    private void Run(PeerReplicator[] peers)
    {
        foreach (var peer in peers)
        {
            peer.Start();
        }

        _peers = peers;
    }

    private void TellPeers(ReplicationTask task)
    {
        foreach (var peer in _peers)
        {
            peer.Add(task);
        }
    }

    private async Task EvictAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var wasPreserving = false;
        try
        {
            while (true)
            {
                var interval = _current.Options.EvictionInterval;
                var before = _time.GetTimestamp();
                await Task.Delay(interval, _time, stopping).ConfigureAwait(false);
                var late = _time.GetElapsedTime(before) - interval;
                Table.Evict(_current.Options.RenewalShare, late > TimeSpan.Zero ? late : TimeSpan.Zero);
                if (Table.IsPreserving != wasPreserving)
                {
                    wasPreserving = !wasPreserving;
                    _current.Registry.Notice?.Invoke(new RegistryNotice(wasPreserving, wasPreserving
                        ? "fewer renewals come than should: leases that have ended are kept, as the network may be at fault"
                        : "renewals come as they should again"));
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private sealed record Settings(EurekaServerOptions Options, RegistrySettings Registry);

    private sealed class Application(EurekaRoutes routes) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => routes.HandleAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // Nothing is held: Kestrel owns the features.
        }
    }
}
