using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Client;

/// <summary>
/// A registry behind Eureka's servers. It is fetched whole when the first watcher comes, then by what changed; what changed is believed only
/// when the counts that come with it are those of what is known then. A server that is away leaves what was known in force, marked stale.
/// </summary>
internal sealed class EurekaClientAdapter(EurekaClientOptions options, RegistrySettings settings, HttpMessageHandler handler) : IRegistryAdapter
{
    /// <summary>
    /// Servers keep changes for three minutes (eureka.server.retentionTimeInMSInDeltaQueue): who was away for longer may have missed some that
    /// leave the counts as they were.
    /// </summary>
    private static readonly TimeSpan DeltaMemory = TimeSpan.FromMinutes(2);

    private readonly EurekaRequests _requests = new(options, handler, settings.Time);
    private readonly ServiceFeed _feed = new();
    private readonly ServiceIndex _index = new(options.Mapping);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<FacadeLease> _facades = [];
    private Task? _following;
    private bool _disposed;

    // Of the following task alone.
    private int _server = -1;
    private long _fetchedAt;
    private int _failures;

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

    /// <summary>Returns once it was tried; where no server is there yet, it goes on trying.</summary>
    public async ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        var lease = new FacadeLease(facade, options, _requests, settings, LetGo);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _facades.Add(lease);
        }

        try
        {
            await lease.StartAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        FacadeLease[] facades;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            facades = [.. _facades];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(facades.Select(static f => f.DisposeAsync().AsTask())).ConfigureAwait(false);
        if (_following is { } following)
        {
            await following.ConfigureAwait(false);
        }

        _feed.End();
        _requests.Dispose();
        _stopping.Dispose();
    }

    private void LetGo(FacadeLease lease)
    {
        lock (_lock)
        {
            _facades.Remove(lease);
        }
    }

    private void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _following ??= FollowAsync(_stopping.Token);
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                var problem = await FetchAsync(stopping).ConfigureAwait(false);
                if (problem.Length == 0)
                {
                    OnFetched();
                }
                else
                {
                    OnFailed(problem);
                }

                var pause = _failures == 0
                    ? Pauses.Jittered(options.FetchInterval)
                    : Pauses.After(_failures, options.FirstPause, options.LongestPause);
                await Task.Delay(pause, settings.Time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody watches any longer.
        }
    }

    private void OnFetched()
    {
        if (_failures > 0)
        {
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"is there again: {_index.Instances.Count} instances"));
        }

        _failures = 0;
        _fetchedAt = settings.Time.GetTimestamp();
        _feed.Publish(_index.Build(), isStale: false);
    }

    private void OnFailed(string problem)
    {
        if (_failures++ == 0)
        {
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, _server < 0
                ? $"{problem}; it is tried again"
                : $"{problem}; what was known stays in use and it is tried again"));
        }

        _feed.MarkStale();
    }

    /// <summary>Empty when what is known is what a server says now.</summary>
    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        if (options.UsesDelta && _server >= 0 && settings.Time.GetElapsedTime(_fetchedAt) < DeltaMemory
            && await TryDeltaAsync(cancellationToken).ConfigureAwait(false))
        {
            return string.Empty;
        }

        var reply = await _requests.SendAsync(HttpMethod.Get, "apps/", null, cancellationToken).ConfigureAwait(false);
        if (reply.Problem.Length > 0 || reply.Status != HttpStatusCode.OK)
        {
            return reply.Server < 0 ? reply.Why : $"{options.Servers[reply.Server]} {reply.Why}";
        }

        if (RegistryDocument.Read(reply.Body, out var problem) is not { } document)
        {
            return $"{options.Servers[reply.Server]} answers what cannot be read: {problem}";
        }

        _server = reply.Server;
        _index.Replace(document.Instances);
        return string.Empty;
    }

    /// <summary>False when all must be fetched.</summary>
    private async Task<bool> TryDeltaAsync(CancellationToken cancellationToken)
    {
        var reply = await _requests.SendAsync(HttpMethod.Get, "apps/delta", null, cancellationToken).ConfigureAwait(false);

        // Another server's changes are changes of what it knows itself.
        if (reply.Server != _server || reply.Status != HttpStatusCode.OK || RegistryDocument.Read(reply.Body, out _) is not { } delta)
        {
            return false;
        }

        foreach (var instance in delta.Instances)
        {
            if (instance.Action == EurekaAction.Deleted)
            {
                _index.Remove(instance.Name);
            }
            else
            {
                _index.Put(instance);
            }
        }

        return delta.HashCode is not { } counts || counts == AppsHashCode.Of(_index.Instances);
    }
}
