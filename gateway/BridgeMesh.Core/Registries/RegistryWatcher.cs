using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Registries.Stored;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// Keeps the services of one registry in memory: follows its catalogue and every service in it, and reports after each change. What was
/// known stays when the registry is away, and for a while when it has suddenly forgotten much of it. Safe for any thread.
/// </summary>
internal sealed class RegistryWatcher : IAsyncDisposable
{
    /// <summary>Services of one registry; what is beyond is left out, and told once.</summary>
    internal const int MaxServices = 100_000;

    private readonly IRegistryAdapter _adapter;
    private readonly Action _changed;
    private readonly Action _flush;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WatchLoop _loop;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, Watched> _services = [];
    private readonly HashSet<ServiceKey> _untaken = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GuardRounds? _rounds;
    private Task _catalog = Task.CompletedTask;
    private Task _guarding = Task.CompletedTask;
    private bool _catalogKnown;
    private bool _isTooLong;
    private int _unanswered;

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
        _loop = new WatchLoop(name, time, log);
    }

    internal string Name { get; }

    /// <summary>Null believes everything that the registry says.</summary>
    internal GuardModel? Guard { get; init; }

    /// <summary>Whether an instance is this gateway itself; null where none is.</summary>
    internal Func<ServiceInstance, bool>? IsOwn { get; init; }

    /// <summary>Null leaves what is held back to the registry's confirmation alone.</summary>
    internal InstanceProbe? Probe { get; init; }

    /// <summary>Keeps what is known for another life; null keeps nothing. The watcher disposes of it.</summary>
    internal SnapshotStore? Store { get; init; }

    /// <summary>Services that an earlier life knew, and that are in use until the registry answers.</summary>
    internal int Seeds { get; private set; }

    /// <summary>For whoever publishes; the watcher disposes it.</summary>
    internal IRegistryAdapter Adapter => _adapter;

    /// <summary>Completes when the catalogue and every service in it have been seen once.</summary>
    internal Task Ready => _ready.Task;

    internal ImmutableArray<ServiceSnapshot> Snapshots()
    {
        lock (_lock)
        {
            return [.. _services.Values.Select(static s => s.Service.InUse).OfType<ServiceSnapshot>()];
        }
    }

    /// <summary>All that is known. Nothing of it counts as a change for <see cref="TakeChanges"/>.</summary>
    internal Dictionary<ServiceKey, ServiceSnapshot?> TakeAll()
    {
        lock (_lock)
        {
            _untaken.Clear();
            return _services.Where(static s => s.Value.Service.InUse is not null).ToDictionary(static s => s.Key, static s => s.Value.Service.InUse);
        }
    }

    /// <summary>Services that are other than when they were last taken; null for what went.</summary>
    internal Dictionary<ServiceKey, ServiceSnapshot?> TakeChanges()
    {
        lock (_lock)
        {
            var taken = _untaken.ToDictionary(static s => s, s => _services.GetValueOrDefault(s)?.Service.InUse);
            _untaken.Clear();
            return taken;
        }
    }

    internal RegistryStatus Status()
    {
        lock (_lock)
        {
            var stale = _services.Values.Count(static s => s.Service.InUse is { Stale: true });
            return new(Name, _ready.Task.IsCompleted, _services.Count, stale, _services.Values.Sum(static s => s.Service.HeldBack.Length));
        }
    }

    /// <summary>Takes what an earlier life knew. Before the start.</summary>
    internal void Seed()
    {
        lock (_lock)
        {
            foreach (var stored in (Store?.Load() ?? []).Take(MaxServices))
            {
                var watched = _services[stored.Service] = new Watched(Follow(stored.Service));
                watched.Service.Seed(stored);
                _untaken.Add(stored.Service);
            }

            Seeds = _services.Count;
        }
    }

    /// <summary>From now on what is known is kept.</summary>
    internal void Keep() => Store?.Begin(Snapshots);

    /// <summary>Another watcher keeps it from now on.</summary>
    internal ValueTask KeepNoLongerAsync() => Store?.EndAsync() ?? ValueTask.CompletedTask;

    internal void Start()
    {
        if (Guard is not null)
        {
            _rounds = new GuardRounds(Name, Guard.ConfirmMs, Probe, HeldBack, Due, Judge, _time, _log);
            _guarding = _rounds.RunAsync(_stopping.Token);
        }

        _catalog = _loop.RunAsync("the catalogue", _adapter.WatchCatalogAsync, OnCatalog, static () => { }, isFirst: false, _stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] watches;
        lock (_lock)
        {
            watches = [.. _services.Values.Select(static w => w.Watch)];
        }

        await Task.WhenAll([_catalog, _guarding, .. watches]).ConfigureAwait(false);
        if (Store is not null)
        {
            await Store.DisposeAsync().ConfigureAwait(false);
        }

        await _adapter.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void OnCatalog(ImmutableArray<ServiceKey> services)
    {
        var listed = services.Take(MaxServices).ToHashSet();
        List<Watched> over;
        lock (_lock)
        {
            foreach (var gone in _services.Values.Where(s => !listed.Contains(s.Service.Service)))
            {
                Note(gone.Service, gone.Service.List(false));
            }

            over = RemoveOver();
            foreach (var service in listed)
            {
                var watched = _services.TryGetValue(service, out var known) ? known : _services[service] = new Watched(Follow(service));
                if (!watched.Service.IsListed)
                {
                    Note(watched.Service, watched.Service.List(true));
                }

                if (watched.Stop is null)
                {
                    Watch(watched);
                }
            }

            _catalogKnown = true;
            _unanswered = _services.Values.Count(static s => s.Service is { IsListed: true, HasAnswered: false });
        }

        End(over);
        if (services.Length > MaxServices != _isTooLong)
        {
            _isTooLong = !_isTooLong;
            if (_isTooLong)
            {
                Log.TooManyServices(_log, Name, services.Length, MaxServices);
            }
        }

        Changed();
    }

    private void Watch(Watched watched)
    {
        var service = watched.Service.Service;
        watched.Stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        watched.Watch = _loop.RunAsync(
            service.ToString(), token => _adapter.WatchAsync(service, token), OnSnapshot, () => OnFailed(service), isFirst: true, watched.Stop.Token);
    }

    private void OnSnapshot(ServiceSnapshot snapshot)
    {
        lock (_lock)
        {
            if (!_services.TryGetValue(snapshot.Service, out var watched))
            {
                return;
            }

            _unanswered -= watched.Service is { HasAnswered: false, IsListed: true } ? 1 : 0;

            // Empty lists of services that nobody has seen yet are news too.
            var isNew = watched.Service.InUse is null;
            Note(watched.Service, watched.Service.Tell(snapshot) || isNew);
        }

        Changed();
    }

    private void OnFailed(ServiceKey service)
    {
        lock (_lock)
        {
            if (!_services.TryGetValue(service, out var watched) || !watched.Service.MarkStale())
            {
                return;
            }

            _untaken.Add(service);
        }

        _changed();
    }

    /// <summary>To be called under the lock, after each word about a service.</summary>
    private FollowedService Follow(ServiceKey service) => new(service, Guard, _time) { IsOwn = IsOwn };

    private void Note(FollowedService service, bool hasChanged)
    {
        if (hasChanged)
        {
            _untaken.Add(service.Service);
        }

        if (!service.HeldBack.IsEmpty)
        {
            _rounds?.Wake();
        }
    }

    /// <summary>Under the lock.</summary>
    private List<Watched> RemoveOver()
    {
        var over = _services.Values.Where(static s => s.Service.IsOver).ToList();
        foreach (var gone in over)
        {
            _services.Remove(gone.Service.Service);
            _untaken.Add(gone.Service.Service);
        }

        return over;
    }

    /// <summary>Not under the lock: an adapter may do anything when it is cancelled.</summary>
    private static void End(List<Watched> over)
    {
        foreach (var gone in over)
        {
            _ = gone.EndAsync();
        }
    }

    private void Changed()
    {
        Store?.Touch();
        bool complete;
        lock (_lock)
        {
            complete = _catalogKnown && _unanswered == 0;
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

    private ImmutableArray<ServiceInstance> HeldBack()
    {
        lock (_lock)
        {
            return [.. _services.Values.SelectMany(static s => s.Service.HeldBack)];
        }
    }

    /// <summary>Time until the first is due, at most as given; null when none will be before the registry is back.</summary>
    private TimeSpan? Due(TimeSpan atMost)
    {
        lock (_lock)
        {
            TimeSpan? due = null;
            foreach (var left in _services.Values.Where(static s => !s.Service.HeldBack.IsEmpty).Select(static s => s.Service.LeftToConfirm))
            {
                due = left > TimeSpan.Zero && left < (due ?? atMost) ? left : left > TimeSpan.Zero ? due ?? atMost : due;
            }

            return due;
        }
    }

    /// <returns>Instances that are held back now.</returns>
    private int Judge(HashSet<(string Host, int Port)> dead)
    {
        List<Watched> over;
        int left;
        lock (_lock)
        {
            foreach (var (service, watched) in _services)
            {
                if (!watched.Service.HeldBack.IsEmpty
                    && (watched.Service.Drop(i => dead.Contains((i.Host, i.Port))) | watched.Service.ConfirmIfDue()))
                {
                    _untaken.Add(service);
                }
            }

            over = RemoveOver();
            left = _services.Values.Sum(static s => s.Service.HeldBack.Length);
        }

        End(over);
        Changed();
        return left;
    }

    private sealed class Watched(FollowedService service)
    {
        internal FollowedService Service => service;

        /// <summary>Null until it is watched.</summary>
        internal CancellationTokenSource? Stop { get; set; }

        internal Task Watch { get; set; } = Task.CompletedTask;

        internal async Task EndAsync()
        {
            if (Stop is { } stop)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await Watch.ConfigureAwait(false);
                stop.Dispose();
            }
        }
    }
}
