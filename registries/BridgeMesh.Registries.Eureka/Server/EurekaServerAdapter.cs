using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>The embedded server as a registry: what registered there, and the gateway's own facades beside it. Binds when it is first used.</summary>
internal sealed class EurekaServerAdapter(
    EurekaServerHost host, EurekaServerOptions options, RegistrySettings settings, Func<ValueTask> letGo) : IRegistryAdapter
{
    private readonly Lock _lock = new();
    private readonly HashSet<LocalLease> _facades = [];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private bool _isStarted;
    private bool _disposed;

    internal EurekaServerHost Host => host;

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(
        ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var snapshot in host.Table.Feed.WatchAsync(service, cancellationToken).ConfigureAwait(false))
        {
            yield return snapshot;
        }
    }

    public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var services in host.Table.Feed.WatchCatalogAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return services;
        }
    }

    public async ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        await StartAsync(cancellationToken).ConfigureAwait(false);
        var lease = new LocalLease(facade, host.Operations, options.Lease, settings.Time, LetGo);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _facades.Add(lease);
        }

        lease.Start();
        return lease;
    }

    public async ValueTask DisposeAsync()
    {
        LocalLease[] facades;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            facades = [.. _facades];
        }

        foreach (var facade in facades)
        {
            await facade.DisposeAsync().ConfigureAwait(false);
        }

        await letGo().ConfigureAwait(false);
        _starting.Dispose();
    }

    /// <summary>Throws what keeps the server from its address; whoever watches tries again.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isStarted)
            {
                await host.UseAsync(options, settings).ConfigureAwait(false);
                await host.StartAsync(cancellationToken).ConfigureAwait(false);
                _isStarted = true;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private void LetGo(LocalLease lease)
    {
        lock (_lock)
        {
            _facades.Remove(lease);
        }
    }
}
