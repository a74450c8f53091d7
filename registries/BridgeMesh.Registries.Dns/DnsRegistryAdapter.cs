using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Dns.Resolving;

namespace BridgeMesh.Registries.Dns;

/// <summary>
/// The services that the configuration names, at whatever addresses nameservers tell. The catalogue never changes; each service is followed
/// once the first watcher comes.
/// </summary>
internal sealed class DnsRegistryAdapter : IRegistryAdapter
{
    private readonly ServiceFeed _catalog = new();
    private readonly ImmutableDictionary<ServiceKey, FollowedService> _services;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, Task> _running = [];
    private bool _disposed;

    internal DnsRegistryAdapter(DnsOptions options, RegistrySettings settings)
    {
        var resolver = new InstanceResolver(options, new Resolver(new Nameservers(options, settings.Time)));
        _services = options.Services.ToImmutableDictionary(
            static s => s.Key, s => new FollowedService(s.Key, s.Value, options, resolver, settings));
        _catalog.Publish(
            options.Services.Keys.ToImmutableDictionary(static s => s, static _ => ImmutableArray<ServiceInstance>.Empty), isStale: false);
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_services.TryGetValue(service, out var followed))
            {
                // The catalogue's feed has no instances of anything.
                return _catalog.WatchAsync(service, cancellationToken);
            }

            if (!_running.ContainsKey(service))
            {
                _running.Add(service, followed.RunAsync(_stopping.Token));
            }

            return followed.WatchAsync(cancellationToken);
        }
    }

    public IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken) =>
        _catalog.WatchCatalogAsync(cancellationToken);

    public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A registry of kind 'dns' is written by the operators of its zones: the gateway only reads it.");

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            running = [.. _running.Values];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        foreach (var service in _services.Values)
        {
            service.End();
        }

        _catalog.End();
        _stopping.Dispose();
    }
}
