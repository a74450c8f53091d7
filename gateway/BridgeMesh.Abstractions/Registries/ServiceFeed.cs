using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries;

/// <summary>
/// Hands the newest services to whoever watches. A watcher that is slow sees the newest state and not each step to it. Safe for any thread.
/// </summary>
/// <param name="source">
/// What the services are now and a number that rises with their changes, for an owner who tells that something changed and not what; called
/// by watchers, never under a lock. Null where the owner publishes.
/// </param>
public sealed class ServiceFeed(Func<(long Version, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Services)>? source = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, TaskCompletionSource> _waiting = [];
    private State? _state;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = -1;
    private bool _isTouched;
    private bool _ended;

    /// <summary>Nothing is handed out before the first one.</summary>
    public void Publish(ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> services, bool isStale)
    {
        TaskCompletionSource changed;
        List<TaskCompletionSource> woken;
        lock (_lock)
        {
            var before = _state;
            if (_ended || (before is not null && before.IsStale == isStale && ReferenceEquals(before.Services, services)))
            {
                return;
            }

            _state = new State((before?.Revision ?? 0) + 1, isStale, services);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            woken = TakeWaiting(before is null || before.IsStale != isStale ? null : before.Services, services);
        }

        Wake(changed, woken);
    }

    /// <summary>The source has something new; the first watcher that wakes fetches it for all, so that many changes cost one fetch.</summary>
    public void Touch()
    {
        TaskCompletionSource changed;
        List<TaskCompletionSource> woken;
        lock (_lock)
        {
            if (_ended || _isTouched)
            {
                return;
            }

            _isTouched = true;
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            woken = TakeWaiting(null, null);
        }

        Wake(changed, woken);
    }

    /// <summary>What is known stays in use, marked as what may have changed since.</summary>
    public void MarkStale()
    {
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>? services;
        lock (_lock)
        {
            services = _state?.Services;
        }

        if (services is not null)
        {
            Publish(services, isStale: true);
        }
    }

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceSnapshot? last = null;
        while (true)
        {
            var (state, changed) = Current(service);
            if (state is not null)
            {
                var instances = state.Services.GetValueOrDefault(service, []);

                // The same list object, for most.
                if (last is null || last.Stale != state.IsStale
                    || (last.Instances != instances && !last.Instances.AsSpan().SequenceEqual(instances.AsSpan())))
                {
                    last = new ServiceSnapshot(service, state.Revision, state.IsStale, instances);
                    yield return last;
                }
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImmutableArray<ServiceKey>? last = null;
        while (true)
        {
            var (state, changed) = Current(null);
            if (state is not null)
            {
                var services = state.Services.Keys.OrderBy(static k => k.ToString(), StringComparer.Ordinal).ToImmutableArray();
                if (last is not { } before || !before.AsSpan().SequenceEqual(services.AsSpan()))
                {
                    last = services;
                    yield return services;
                }
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Watches end as if they were cancelled.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            _changed.TrySetCanceled();
            foreach (var waiting in TakeWaiting(null, null))
            {
                waiting.TrySetCanceled();
            }
        }
    }

    /// <param name="service">Whose changes are waited for; null for those of the catalogue.</param>
    private (State? State, Task Changed) Current(ServiceKey? service)
    {
        if (source is not null && TakeTouch())
        {
            var (version, services) = source();
            lock (_lock)
            {
                // Two watchers may fetch at a time, and the later fetch end first.
                services = version > _version ? services : _state?.Services ?? services;
                _version = Math.Max(version, _version);
            }

            Publish(services, isStale: false);
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (service is not { } key)
            {
                return (_state, _changed.Task);
            }

            if (!_waiting.TryGetValue(key, out var waiting))
            {
                _waiting[key] = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return (_state, waiting.Task);
        }
    }

    /// <summary>
    /// Those who wait for a service that is another list than before; all where it is not known what was before. To wake ten thousand for a
    /// change of one would keep calls waiting behind them. Under the lock.
    /// </summary>
    private List<TaskCompletionSource> TakeWaiting(
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>? before, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>? now)
    {
        var taken = new List<TaskCompletionSource>();
        foreach (var (service, waiting) in _waiting)
        {
            if (before is null || now is null || before.GetValueOrDefault(service, []) != now.GetValueOrDefault(service, []))
            {
                taken.Add(waiting);
                _waiting.Remove(service);
            }
        }

        return taken;
    }

    private static void Wake(TaskCompletionSource changed, List<TaskCompletionSource> woken)
    {
        changed.TrySetResult();
        foreach (var waiting in woken)
        {
            waiting.TrySetResult();
        }
    }

    private bool TakeTouch()
    {
        lock (_lock)
        {
            var isTouched = _isTouched;
            _isTouched = false;
            return isTouched;
        }
    }

    private sealed record State(long Revision, bool IsStale, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Services);
}
