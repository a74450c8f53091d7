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
    private State? _state;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = -1;
    private bool _isTouched;
    private bool _ended;

    /// <summary>Nothing is handed out before the first one.</summary>
    public void Publish(ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> services, bool isStale)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_ended || (_state is { } before && before.IsStale == isStale && ReferenceEquals(before.Services, services)))
            {
                return;
            }

            _state = new State((_state?.Revision ?? 0) + 1, isStale, services);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    /// <summary>The source has something new; the first watcher that wakes fetches it for all, so that many changes cost one fetch.</summary>
    public void Touch()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_ended || _isTouched)
            {
                return;
            }

            _isTouched = true;
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
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
            var (state, changed) = Current();
            if (state is not null)
            {
                var instances = state.Services.GetValueOrDefault(service, []);

                // The same list object, for most: everybody looks after each change of anything.
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
            var (state, changed) = Current();
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
        }
    }

    private (State? State, Task Changed) Current()
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
            return (_state, _changed.Task);
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
