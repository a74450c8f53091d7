using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Testing.Registries;

/// <summary>
/// A registry in memory that several gateways may share: each <see cref="Open"/> is one of its clients. A test sets what providers register
/// and says what becomes of publications. Safe for any thread.
/// </summary>
public sealed class MemoryRegistry
{
    private readonly Lock _lock = new();
    private readonly List<ServiceFeed> _feeds = [];
    private ImmutableDictionary<Place, ServiceInstance> _instances = ImmutableDictionary<Place, ServiceInstance>.Empty;
    private ImmutableHashSet<ServiceKey> _known = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs before each publication; what it throws, or how long it takes, is what the gateway meets.</summary>
    public Func<ServiceInstance, CancellationToken, Task>? Publishing { get; set; }

    /// <summary>Runs before each withdrawal, those by a disposed publication and those by name.</summary>
    public Func<ServiceInstance, Task>? Withdrawing { get; set; }

    /// <summary>What a gateway published where a live publication of its own was already; nothing may ever be.</summary>
    public ImmutableArray<string> Doubles { get; private set; } = [];

    /// <summary>Publications and withdrawals in their order: + or - and the instance.</summary>
    public ImmutableArray<string> Events { get; private set; } = [];

    /// <summary>While it is away its clients keep what they know as stale, and what they withdraw stays.</summary>
    public bool IsAway
    {
        get;
        set
        {
            field = value;
            Change(static all => all);
        }
    }

    /// <summary>All that is registered now.</summary>
    public ImmutableArray<ServiceInstance> Instances
    {
        get
        {
            lock (_lock)
            {
                return [.. _instances.Values];
            }
        }
    }

    /// <summary>What gateways registered.</summary>
    public ImmutableArray<ServiceInstance> Facades => [.. Instances.Where(static i => i.Metadata.ContainsKey(InstanceMarks.Gateway))];

    /// <summary>A client of its own; the same feed of services for all.</summary>
    public IRegistryAdapter Open()
    {
        var feed = new ServiceFeed();
        lock (_lock)
        {
            _feeds.Add(feed);
            feed.Publish(Services(), isStale: false);
        }

        return new Client(this, feed);
    }

    /// <summary>A provider registers, or says something else of itself.</summary>
    public void Add(params ServiceInstance[] instances) => Change(all => all.SetItems(instances.Select(static i => KeyValuePair.Create(Place.Of(i), i))));

    /// <summary>A provider goes; its service stays known without it.</summary>
    public void Remove(params ServiceInstance[] instances) => Change(all => all.RemoveRange(instances.Select(Place.Of)));

    /// <summary>A service that nobody provides is forgotten.</summary>
    public void Forget(ServiceKey service)
    {
        lock (_lock)
        {
            _known = _known.Remove(service);
        }

        Change(static all => all);
    }

    /// <summary>Waits until what is registered is so.</summary>
    public async Task UntilAsync(Func<ImmutableArray<ServiceInstance>, bool> isSo)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (isSo(Instances))
            {
                return;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        }
    }

    private void Change(Func<ImmutableDictionary<Place, ServiceInstance>, ImmutableDictionary<Place, ServiceInstance>> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _instances = change(_instances);
            _known = _known.Union(_instances.Values.Select(static i => i.Service));
            var services = Services();
            foreach (var feed in _feeds)
            {
                feed.Publish(services, IsAway);
            }

            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Services() => _known.ToImmutableDictionary(
        static k => k, k => _instances.Values.Where(i => i.Service == k).OrderBy(static i => i.ToString(), StringComparer.Ordinal).ToImmutableArray());

    private void Record(char sign, ServiceInstance instance)
    {
        lock (_lock)
        {
            Events = Events.Add($"{sign}{instance}");
        }
    }

    private readonly record struct Place(ServiceKey Service, string Protocol, string Host, int Port)
    {
        public static Place Of(ServiceInstance instance) => new(instance.Service, instance.Protocol, instance.Host, instance.Port);
    }

    private sealed class Client(MemoryRegistry registry, ServiceFeed feed) : IRegistryAdapter
    {
        private readonly HashSet<Place> _live = [];

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken) =>
            feed.WatchAsync(service, cancellationToken);

        public IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken) =>
            feed.WatchCatalogAsync(cancellationToken);

        public async ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
        {
            await (registry.Publishing?.Invoke(facade, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
            lock (registry._lock)
            {
                if (!_live.Add(Place.Of(facade)))
                {
                    registry.Doubles = registry.Doubles.Add(facade.ToString());
                }
            }

            registry.Record('+', facade);
            registry.Add(facade);
            return new Publication(this, facade);
        }

        public async ValueTask<bool> WithdrawAsync(ServiceInstance facade, CancellationToken cancellationToken)
        {
            await (registry.Withdrawing?.Invoke(facade) ?? Task.CompletedTask).ConfigureAwait(false);
            var wasThere = registry._instances.ContainsKey(Place.Of(facade));
            if (registry.IsAway)
            {
                return wasThere;
            }

            registry.Record('-', facade);
            registry.Remove(facade);
            return wasThere;
        }

        public ValueTask DisposeAsync()
        {
            lock (registry._lock)
            {
                registry._feeds.Remove(feed);
            }

            feed.End();
            return ValueTask.CompletedTask;
        }

        internal async ValueTask EndAsync(ServiceInstance facade)
        {
            await WithdrawAsync(facade, CancellationToken.None).ConfigureAwait(false);
            lock (registry._lock)
            {
                _live.Remove(Place.Of(facade));
            }
        }
    }

    private sealed class Publication(Client client, ServiceInstance facade) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => client.EndAsync(facade);
    }
}

/// <summary>Kind <c>memory</c>: opens the registry that <paramref name="registries"/> has under the configured name.</summary>
/// <param name="protocols">What its clients call; null for any.</param>
public sealed class MemoryRegistryFactory(IReadOnlyDictionary<string, MemoryRegistry> registries, IReadOnlyList<string>? protocols = null) : IRegistryFactory
{
    public string Kind => "memory";

    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => protocols;

    public IRegistryAdapter Create(RegistrySettings settings) => registries[settings.Name].Open();
}
