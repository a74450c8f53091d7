using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// Keeps the services of one registry in memory: follows its catalogue and every service in it, and reports after each change. What was
/// known stays when the registry is away. Safe for any thread.
/// </summary>
internal sealed class RegistryWatcher : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly IRegistryAdapter _adapter;
    private readonly Action _changed;
    private readonly Action _flush;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, (CancellationTokenSource Stop, Task Watch)> _watches = [];
    private readonly Dictionary<ServiceKey, ServiceSnapshot> _snapshots = [];
    private readonly HashSet<ServiceKey> _untaken = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _catalog = Task.CompletedTask;
    private bool _catalogKnown;

    /// <param name="changed">Something is to be taken, soon.</param>
    /// <param name="flush">What is to be taken has been, when it returns.</param>
    internal RegistryWatcher(string name, IRegistryAdapter adapter, Action changed, Action flush, TimeProvider time, ILogger log)
    {
        Name = name;
        _adapter = adapter;
        _changed = changed;
        _flush = flush;
        _time = time;
        _log = log;
    }

    internal string Name { get; }

    /// <summary>Completes when the catalogue and every service in it have been seen once.</summary>
    internal Task Ready => _ready.Task;

    internal ImmutableArray<ServiceSnapshot> Snapshots()
    {
        lock (_lock)
        {
            return [.. _snapshots.Values];
        }
    }

    /// <summary>All that is known. Nothing of it counts as a change for <see cref="TakeChanges"/>.</summary>
    internal Dictionary<ServiceKey, ServiceSnapshot?> TakeAll()
    {
        lock (_lock)
        {
            _untaken.Clear();
            return _snapshots.ToDictionary(static s => s.Key, static s => (ServiceSnapshot?)s.Value);
        }
    }

    /// <summary>Services that are other than when they were last taken; null for what went.</summary>
    internal Dictionary<ServiceKey, ServiceSnapshot?> TakeChanges()
    {
        lock (_lock)
        {
            var taken = _untaken.ToDictionary(static s => s, _snapshots.GetValueOrDefault);
            _untaken.Clear();
            return taken;
        }
    }

    internal void Start() => _catalog = FollowAsync("catalogue", _adapter.WatchCatalogAsync, OnCatalog, _stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] watches;
        lock (_lock)
        {
            watches = [.. _watches.Values.Select(w => w.Watch)];
        }

        await Task.WhenAll([_catalog, .. watches]).ConfigureAwait(false);
        await _adapter.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void OnCatalog(ImmutableArray<ServiceKey> services)
    {
        lock (_lock)
        {
            foreach (var gone in _watches.Keys.Except(services).ToArray())
            {
                _watches[gone].Stop.Cancel();
                _watches.Remove(gone);
                _snapshots.Remove(gone);
                _untaken.Add(gone);
            }

            foreach (var service in services)
            {
                if (!_watches.ContainsKey(service))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                    _watches[service] = (stop, FollowAsync(service.ToString(), token => _adapter.WatchAsync(service, token), OnSnapshot, stop.Token));
                }
            }

            _catalogKnown = true;
        }

        Changed();
    }

    private void OnSnapshot(ServiceSnapshot snapshot)
    {
        lock (_lock)
        {
            if (!_watches.ContainsKey(snapshot.Service))
            {
                return;
            }

            _snapshots[snapshot.Service] = snapshot;
            _untaken.Add(snapshot.Service);
        }

        Changed();
    }

    private void Changed()
    {
        bool complete;
        lock (_lock)
        {
            complete = _catalogKnown && _snapshots.Count == _watches.Count;
        }

        if (complete && !_ready.Task.IsCompleted)
        {
            // Whoever waits for readiness must find what is known in use.
            _flush();
            _ready.TrySetResult();
        }
        else
        {
            _changed();
        }
    }

    /// <summary>Runs a watch for as long as it lasts, and again after a growing pause when it fails.</summary>
    private async Task FollowAsync<T>(string what, Func<CancellationToken, IAsyncEnumerable<T>> watch, Action<T> take, CancellationToken stopping)
    {
        // Off the lock under which it may have been started.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var item in watch(stopping).WithCancellation(stopping).ConfigureAwait(false))
                {
                    pause = FirstPause;
                    take(item);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                // An adapter is a plugin: whatever it throws must not end the gateway.
                Log.WatchFailed(_log, Name, what, failed);
            }

            try
            {
                await Task.Delay(pause, _time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }
}
