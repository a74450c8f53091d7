using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Etcd.Following;
using BridgeMesh.Registries.Etcd.Publishing;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd;

/// <summary>
/// A registry in an etcd cluster. It is followed once the first watcher comes; a cluster that is away leaves what was known in force, marked
/// stale.
/// </summary>
internal sealed class EtcdRegistryAdapter : IRegistryAdapter
{
    private readonly EtcdRequests _requests;
    private readonly ServiceFeed _feed = new();
    private readonly PrefixFollower _follower;
    private readonly PublishedKeys _published;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task? _following;
    private bool _disposed;

    internal EtcdRegistryAdapter(EtcdOptions options, RegistrySettings settings, HttpMessageHandler handler)
    {
        _requests = new EtcdRequests(options, handler, settings.Time);
        _follower = new PrefixFollower(options, _requests, _feed, settings);
        _published = new PublishedKeys(options, _requests, settings);
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken)
    {
        Start();
        return _feed.WatchAsync(service, cancellationToken);
    }

    public IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken)
    {
        Start();
        return _feed.WatchCatalogAsync(cancellationToken);
    }

    public async ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        return await _published.AddAsync(facade, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> WithdrawAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        return _published.WithdrawAsync(facade, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _published.DisposeAsync().ConfigureAwait(false);
        if (_following is { } following)
        {
            await following.ConfigureAwait(false);
        }

        _feed.End();
        _requests.Dispose();
        _stopping.Dispose();
    }

    private void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _following ??= _follower.RunAsync(_stopping.Token);
        }
    }
}
