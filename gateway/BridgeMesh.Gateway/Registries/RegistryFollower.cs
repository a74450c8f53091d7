using System.Collections.Immutable;
using System.IO.Enumeration;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>
/// Follows the services of one registry as it tells of them, without the second thoughts that a gateway has about what it hears: who looks
/// into a registry wants to see it as it is. Safe for any thread.
/// </summary>
internal sealed class RegistryFollower : IAsyncDisposable
{
    /// <summary>For an adapter to let go of a registry that does not answer.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly IReadOnlyCollection<string> _names;
    private readonly Action<RegistryNotice>? _told;
    private readonly TimeProvider _time;
    private readonly IRegistryAdapter _adapter;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<ServiceKey, (CancellationTokenSource Stop, Task Watch)> _watches = [];
    private readonly Dictionary<ServiceKey, ServiceSnapshot> _snapshots = [];
    private readonly HashSet<ServiceKey> _changed = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _catalog;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _catalogKnown;
    private string _trouble = string.Empty;

    /// <param name="names">Services that are wanted, with * for any text; empty for all.</param>
    /// <param name="told">Hears what the adapter has to say to people.</param>
    public RegistryFollower(RegistryTarget target, IReadOnlyCollection<string> names, Action<RegistryNotice>? told, TimeProvider time)
    {
        Target = target;
        _names = names;
        _told = told;
        _time = time;
        _adapter = target.Open(Tell);
        _catalog = FollowAsync(_adapter.WatchCatalogAsync, OnCatalog, _stopping.Token);
    }

    public RegistryTarget Target { get; }

    /// <summary>Completes when the catalogue and every service in it have been told once.</summary>
    public Task Complete => _complete.Task;

    /// <summary>What the registry's adapter last complained of, and has not taken back; empty for nothing.</summary>
    public string Trouble
    {
        get
        {
            lock (_lock)
            {
                return _trouble;
            }
        }
    }

    /// <summary>What is known now, by name.</summary>
    public ImmutableArray<ServiceSnapshot> Snapshots()
    {
        lock (_lock)
        {
            return [.. InOrder(_snapshots.Values)];
        }
    }

    /// <summary>
    /// Waits for services that have changed since the last call and returns them as they are now, by name; one that has gone has no instances.
    /// </summary>
    public async Task<ImmutableArray<ServiceSnapshot>> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_changed.Count > 0)
                {
                    var changed = InOrder(_changed.Select(s => _snapshots.GetValueOrDefault(s) ?? new ServiceSnapshot(s, 0, false, []))).ToImmutableArray();
                    _changed.Clear();
                    return changed;
                }

                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] watches;
        lock (_lock)
        {
            watches = [.. _watches.Values.Select(static w => w.Watch)];
        }

        try
        {
            await Task.WhenAll([_catalog, .. watches]).WaitAsync(Farewell, _time).ConfigureAwait(false);
            await _adapter.DisposeAsync().AsTask().WaitAsync(Farewell, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            // The command has what it came for, and its process is about to end.
        }

        _stopping.Dispose();
    }

    private static IEnumerable<ServiceSnapshot> InOrder(IEnumerable<ServiceSnapshot> snapshots) => snapshots
        .OrderBy(static s => s.Service.Interface, StringComparer.Ordinal).ThenBy(static s => s.Service.ToString(), StringComparer.Ordinal);

    private void Tell(RegistryNotice notice)
    {
        lock (_lock)
        {
            _trouble = notice.IsTrouble ? notice.Text : string.Empty;
        }

        _told?.Invoke(notice);
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
                Changed(gone);
            }

            foreach (var service in services.Where(s => !_watches.ContainsKey(s) && IsWanted(s)))
            {
                var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                _watches[service] = (stop, FollowAsync(token => _adapter.WatchAsync(service, token), s => OnSnapshot(service, s), stop.Token));
            }

            _catalogKnown = true;
            LookWhetherComplete();
        }
    }

    private void OnSnapshot(ServiceKey service, ServiceSnapshot snapshot)
    {
        lock (_lock)
        {
            if (_watches.ContainsKey(service))
            {
                _snapshots[service] = snapshot;
                Changed(service);
                LookWhetherComplete();
            }
        }
    }

    private bool IsWanted(ServiceKey service) =>
        _names.Count == 0 || _names.Any(n => FileSystemName.MatchesSimpleExpression(n, service.Interface, ignoreCase: false));

    private void Changed(ServiceKey service)
    {
        _changed.Add(service);
        var news = _news;
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        news.TrySetResult();
    }

    private void LookWhetherComplete()
    {
        if (_catalogKnown && _snapshots.Count == _watches.Count)
        {
            _complete.TrySetResult();
        }
    }

    /// <summary>Runs a watch for as long as it lasts, and again after a pause when it fails.</summary>
    private async Task FollowAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> watch, Action<T> take, CancellationToken stopping)
    {
        // Off the lock under which it may have been started.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    await foreach (var item in watch(stopping).WithCancellation(stopping).ConfigureAwait(false))
                    {
                        take(item);
                    }
                }
                catch (Exception failed) when (failed is not OperationCanceledException)
                {
                    // An adapter is a plugin: whatever it throws is told as its trouble.
                    Tell(new RegistryNotice(IsTrouble: true, failed.Message.ReplaceLineEndings(" ")));
                }

                await Task.Delay(Pause, _time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop, or the adapter has ended.
        }
    }
}
