using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A registry whose instances a test takes away and brings back: each change is pushed to whoever watches. Safe for any thread.</summary>
internal sealed class PushedRegistry(ImmutableArray<ServiceInstance> instances) : IBridgePlugin, IRegistryFactory, IRegistryAdapter
{
    internal const string Name = "pushed";

    private readonly ImmutableArray<ServiceKey> _catalog = [.. instances.Select(static i => i.Service).Distinct()];
    private readonly Lock _lock = new();
    private ImmutableArray<ServiceInstance> _instances = instances;
    private long _version = 1;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int ContractVersion => PluginContract.Version;

    public string Kind => Name;

    public void Configure(IPluginBuilder builder) => builder.AddRegistry(this);

    public IRegistryAdapter Create(RegistrySettings settings) => this;

    /// <summary>Takes all instances of a service away, and returns them for <see cref="Add"/>.</summary>
    internal ImmutableArray<ServiceInstance> Remove(ServiceKey service)
    {
        var removed = _instances.Where(i => i.Service == service).ToImmutableArray();
        Change(_instances.RemoveAll(i => i.Service == service));
        return removed;
    }

    internal void Add(ImmutableArray<ServiceInstance> added) => Change(_instances.AddRange(added));

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            ServiceSnapshot snapshot;
            lock (_lock)
            {
                snapshot = new ServiceSnapshot(service, _version, false, [.. _instances.Where(i => i.Service == service)]);
                changed = _changed.Task;
            }

            yield return snapshot;
            await changed.WaitAsync(cancellationToken);
        }
    }

    public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return _catalog;
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Change(ImmutableArray<ServiceInstance> now)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _instances = now;
            _version++;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
