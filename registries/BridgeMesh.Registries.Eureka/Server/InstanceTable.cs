using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>What became of an operation; the numbers are HTTP's.</summary>
internal enum TableResult
{
    Done = 200,
    NotFound = 404,
    Full = 503,
}

/// <summary>
/// The server's instances, their leases, the statuses that operators set, and what changed lately. Rules for statuses and for which word is
/// newer are those of Netflix's server, so that its clients find what they expect. Safe for any thread.
/// </summary>
internal sealed class InstanceTable
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<InstanceName, LeasedInstance> _leases = [];
    private readonly Dictionary<InstanceName, EurekaStatus> _overrides = [];
    private readonly DeltaQueue _delta;
    private readonly RenewalRate _renewals;
    private ServiceIndex _index;
    private InstanceMapping _mapping;
    private long _version;
    private bool _isPreserving;

    internal InstanceTable(TimeProvider time, InstanceMapping mapping)
    {
        _time = time;
        _mapping = mapping;
        _index = new ServiceIndex(mapping);
        _delta = new DeltaQueue(time);
        _renewals = new RenewalRate(time);
        Feed = new ServiceFeed(Services);
    }

    /// <summary>Fetches from here when somebody watches; never under the lock.</summary>
    internal ServiceFeed Feed { get; }

    /// <summary>Rises with every change that clients are told of.</summary>
    internal long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Whether the last look held leases back that had ended.</summary>
    internal bool IsPreserving
    {
        get
        {
            lock (_lock)
            {
                return _isPreserving;
            }
        }
    }

    /// <summary>Shows that there is nothing yet.</summary>
    internal void Open()
    {
        Feed.Touch();
    }

    /// <summary>Sees instances through another mapping from now on.</summary>
    internal void Use(InstanceMapping other)
    {
        lock (_lock)
        {
            if (other == _mapping)
            {
                return;
            }

            _mapping = other;
            _version++;
            _index = new ServiceIndex(other);
            foreach (var lease in _leases.Values)
            {
                _index.Put(lease.Instance);
            }

            Feed.Touch();
        }
    }

    internal TableResult Register(EurekaInstance instance, bool isReplica, int maxInstances)
    {
        lock (_lock)
        {
            var name = instance.Name;
            var known = _leases.GetValueOrDefault(name);
            if (known is null && _leases.Count >= maxInstances)
            {
                return TableResult.Full;
            }

            // The later word counts; of two alike the one that comes now. An older one still renews.
            var newest = known is not null && known.Instance.LastDirtyTimestamp > instance.LastDirtyTimestamp ? known.Instance : instance;
            if (newest.OverriddenStatus != EurekaStatus.Unknown)
            {
                _overrides.TryAdd(name, newest.OverriddenStatus);
            }

            newest = newest with { OverriddenStatus = _overrides.GetValueOrDefault(name, EurekaStatus.Unknown) };
            var status = StatusOf(newest, known?.Instance, isReplica);
            var nowMs = NowMs();
            var upSince = known?.Instance.Lease.ServiceUpTimestamp ?? 0;
            newest = newest with
            {
                Status = status,
                Action = EurekaAction.Added,
                LastUpdatedTimestamp = nowMs,
                Lease = newest.Lease with { ServiceUpTimestamp = status == EurekaStatus.Up && upSince == 0 ? nowMs : upSince },
            };
            _leases[name] = new LeasedInstance(newest, nowMs, _time.GetTimestamp());
            Tell(newest);
            return TableResult.Done;
        }
    }

    /// <param name="dirtyTimestamp">When the instance last changed by its own word; null where the caller does not say.</param>
    /// <param name="overridden">The peer's word of an operator's status, which a lost one is restored from.</param>
    /// <param name="newer">For a peer whose word is older than ours: ours.</param>
    internal TableResult Renew(InstanceName name, long? dirtyTimestamp, EurekaStatus overridden, bool isReplica, out EurekaInstance? newer)
    {
        newer = null;
        lock (_lock)
        {
            if (!_leases.TryGetValue(name, out var lease))
            {
                return TableResult.NotFound;
            }

            var instance = lease.Instance;
            var status = StatusOf(instance, instance, isReplica);
            if (status == EurekaStatus.Unknown)
            {
                // An operator took his word back and left no other: the instance is to say anew what it is.
                return TableResult.NotFound;
            }

            if (status != instance.Status)
            {
                instance = instance with { Status = status, Action = EurekaAction.Modified, LastUpdatedTimestamp = NowMs() };
                lease.Change(instance);
                Tell(instance);
            }

            _renewals.Add();
            lease.Renew(_time.GetTimestamp(), NowMs());
            if (dirtyTimestamp is not { } dirty || dirty == instance.LastDirtyTimestamp)
            {
                return TableResult.Done;
            }

            if (dirty > instance.LastDirtyTimestamp)
            {
                if (isReplica && overridden != EurekaStatus.Unknown)
                {
                    _overrides[name] = overridden;
                }

                return TableResult.NotFound;
            }

            newer = isReplica ? lease.Show() : null;
            return TableResult.Done;
        }
    }

    internal TableResult Cancel(InstanceName name)
    {
        lock (_lock)
        {
            return Drop(name) ? TableResult.Done : TableResult.NotFound;
        }
    }

    /// <summary>An operator's status, which stands above what the instance says of itself.</summary>
    internal TableResult SetStatus(InstanceName name, EurekaStatus status, long? dirtyTimestamp) => Change(name, (instance, _) =>
    {
        if (instance.Status == status)
        {
            return instance;
        }

        _overrides[name] = status;
        return instance with { Status = status, OverriddenStatus = status };
    }, dirtyTimestamp);

    /// <param name="fallback">What it counts as until it says what it is; unknown makes its next renewal a registration.</param>
    internal TableResult DeleteStatus(InstanceName name, EurekaStatus fallback, long? dirtyTimestamp) => Change(name, (instance, _) =>
        _overrides.Remove(name) ? instance with { Status = fallback, OverriddenStatus = EurekaStatus.Unknown } : instance, dirtyTimestamp);

    internal TableResult SetMetadata(InstanceName name, IEnumerable<KeyValuePair<string, string>> entries, out EurekaInstance? changed)
    {
        EurekaInstance? result = null;
        var done = Change(name, (instance, nowMs) =>
        {
            var metadata = instance.Metadata.SetItems(entries);
            result = metadata.Count > InstanceReader.MaxMetadata
                ? null
                : instance with { Metadata = metadata, LastDirtyTimestamp = Math.Max(nowMs, instance.LastDirtyTimestamp + 1) };
            return result ?? instance;
        }, null);
        changed = result;
        return done == TableResult.Done && result is null ? TableResult.Full : done;
    }

    /// <summary>
    /// Gives up leases that have ended: none while renewals stay out, and never more at a time than the share that self-preservation leaves.
    /// </summary>
    /// <param name="share">Of the renewals that are due; null gives up whatever has ended.</param>
    /// <param name="grace">How much later than it should this look comes: the machine stood still, and so did what it heard.</param>
    internal int Evict(double? share, TimeSpan grace)
    {
        lock (_lock)
        {
            var ended = _leases.Where(l => l.Value.HasEnded(_time, grace)).Select(static l => l.Key).ToArray();
            var due = _leases.Values.Sum(static l => 60d / l.Instance.Lease.RenewalIntervalS);
            _isPreserving = ended.Length > 0 && share is { } least && _renewals.LastMinute <= due * least;
            if (ended.Length == 0 || _isPreserving)
            {
                return 0;
            }

            // By chance, so that a limit does not take one application whole.
            var most = share is { } kept ? _leases.Count - (int)(_leases.Count * kept) : ended.Length;
            Random.Shared.Shuffle(ended);
            var evicted = Math.Min(ended.Length, most);
            for (var i = 0; i < evicted; i++)
            {
                Drop(ended[i]);
            }

            return evicted;
        }
    }

    internal EurekaInstance? Find(InstanceName name)
    {
        lock (_lock)
        {
            return _leases.GetValueOrDefault(name)?.Show();
        }
    }

    internal EurekaInstance[] FindAll(Func<EurekaInstance, bool> wanted, out long version, out string hashCode)
    {
        lock (_lock)
        {
            version = _version;
            hashCode = AppsHashCode.Of(_leases.Values.Select(static l => l.Instance));
            return [.. _leases.Values.Where(l => wanted(l.Instance)).Select(static l => l.Show())];
        }
    }

    /// <summary>Null when changes were dropped that a client may have missed.</summary>
    internal EurekaInstance[]? Delta(out long version, out string hashCode)
    {
        lock (_lock)
        {
            version = _version;
            hashCode = AppsHashCode.Of(_leases.Values.Select(static l => l.Instance));
            return _delta.IsWhole ? _delta.Changes() : null;
        }
    }

    private TableResult Change(InstanceName name, Func<EurekaInstance, long, EurekaInstance> change, long? dirtyTimestamp)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(name, out var lease))
            {
                return TableResult.NotFound;
            }

            var nowMs = NowMs();
            lease.Renew(_time.GetTimestamp(), nowMs);
            var before = lease.Instance;
            var after = change(before, nowMs);
            if (!ReferenceEquals(after, before))
            {
                var upSince = after.Status == EurekaStatus.Up && after.Lease.ServiceUpTimestamp == 0 ? nowMs : after.Lease.ServiceUpTimestamp;
                after = after with
                {
                    Action = EurekaAction.Modified,
                    LastUpdatedTimestamp = nowMs,
                    LastDirtyTimestamp = Math.Max(after.LastDirtyTimestamp, dirtyTimestamp ?? 0),
                    Lease = after.Lease with { ServiceUpTimestamp = upSince },
                };
                lease.Change(after);
                Tell(after);
            }

            return TableResult.Done;
        }
    }

    /// <summary>
    /// What the instance counts as: what it says while it is not ready; else an operator's word; else, unless a peer says it, what it was before.
    /// Source: com.netflix.eureka.registry.rule, DownOrStartingRule, OverrideExistsRule, LeaseExistsRule.
    /// </summary>
    private EurekaStatus StatusOf(EurekaInstance instance, EurekaInstance? known, bool isReplica)
    {
        if (instance.Status is not (EurekaStatus.Up or EurekaStatus.OutOfService))
        {
            return instance.Status;
        }

        if (_overrides.TryGetValue(instance.Name, out var overridden))
        {
            return overridden;
        }

        return !isReplica && known?.Status is EurekaStatus.Up or EurekaStatus.OutOfService ? known?.Status ?? instance.Status : instance.Status;
    }

    private bool Drop(InstanceName name)
    {
        _overrides.Remove(name);
        if (!_leases.Remove(name, out var lease))
        {
            return false;
        }

        var gone = lease.Instance with { Action = EurekaAction.Deleted, LastUpdatedTimestamp = NowMs() };
        _version++;
        _delta.Add(gone);
        _index.Remove(name);
        Feed.Touch();
        return true;
    }

    private void Tell(EurekaInstance instance)
    {
        _version++;
        _delta.Add(instance);
        _index.Put(instance);
        Feed.Touch();
    }

    private (long Version, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Services) Services()
    {
        lock (_lock)
        {
            return (_version, _index.Build());
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
