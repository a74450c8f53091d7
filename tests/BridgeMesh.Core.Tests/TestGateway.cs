using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests;

/// <summary>A runtime with the text protocol twice, under two names, so that both the forward and the translate lane can be had.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly Plugin _plugin;

    private TestGateway(GatewayRuntime runtime, Plugin plugin)
    {
        Runtime = runtime;
        _plugin = plugin;
    }

    internal GatewayRuntime Runtime { get; }

    internal FixedRegistry Registry => _plugin.Registries["fixed"];

    /// <summary>Registries that a later configuration may name, beside the first: "fixed".</summary>
    internal IDictionary<string, FixedRegistry> Registries => _plugin.Registries;

    internal int Port => Runtime.Ports["text"];

    internal long InFlight => Runtime.Status().Calls.InFlight;

    internal static async Task<TestGateway> StartAsync(
        IEnumerable<ServiceInstance> instances,
        Func<GatewayModel, GatewayModel>? change = null,
        FrameLimits? limits = null,
        int heartbeatIntervalMs = 0,
        TimeProvider? time = null,
        FixedRegistry? registry = null)
    {
        var plugin = new Plugin(heartbeatIntervalMs);
        plugin.Registries["fixed"] = registry ?? new FixedRegistry([.. instances]);
        var plugins = new PluginCatalog();
        plugins.Add(plugin);
        var model = new GatewayModel
        {
            Id = "test",
            Listeners = [new ListenerModel("text", "text", "127.0.0.1", 0, limits ?? FrameLimits.Default, ImmutableDictionary<string, string>.Empty)],
            Registries = [new RegistryModel("fixed", "fixed", ImmutableDictionary<string, string>.Empty)],
            Routes = [new RouteModel { Name = "all" }],
        };
        var runtime = new GatewayRuntime(plugins, change?.Invoke(model) ?? model, ".", time ?? TimeProvider.System, NullLoggerFactory.Instance);
        await runtime.StartAsync(CancellationToken.None);
        return new TestGateway(runtime, plugin);
    }

    internal static ServiceInstance Instance(string name, int port, string protocol = "text", int weight = 100) => new()
    {
        Service = new ServiceKey(name),
        Protocol = protocol,
        Host = "127.0.0.1",
        Port = port,
        Weight = weight,
    };

    internal async Task DrainedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (InFlight > 0)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for the first call that ends so.</summary>
    internal async Task CountedAsync(ExchangeStatus status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Runtime.Status().Calls.ByStatus.GetValueOrDefault(status.ToString()) == 0)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();

    private sealed class Plugin(int heartbeatIntervalMs) : IBridgePlugin, IRegistryFactory
    {
        public Dictionary<string, FixedRegistry> Registries { get; } = new(StringComparer.Ordinal);

        public int ContractVersion => PluginContract.Version;

        public string Kind => "fixed";

        public void Configure(IPluginBuilder builder) => builder
            .AddFrameCodec(new TextCodec("text", heartbeatIntervalMs: heartbeatIntervalMs))
            .AddFrameCodec(new TextCodec("text2", correlationBits: 32))
            .AddRegistry(this);

        public IRegistryAdapter Create(RegistrySettings settings) => Registries[settings.Settings.GetValueOrDefault("source", settings.Name)];
    }
}

/// <summary>A registry whose content a test sets, silent until <paramref name="answers"/> completes.</summary>
internal sealed class FixedRegistry(ImmutableArray<ServiceInstance> instances, Task? answers = null) : IRegistryAdapter
{
    internal TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ImmutableArray<ServiceInstance> _instances = instances;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _revision;
    private int _begun;

    /// <summary>Watches that have been begun.</summary>
    internal int Begun => Volatile.Read(ref _begun);

    /// <summary>Ends all watches with a fault; those that come next go on as before.</summary>
    internal void Fail() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetException(new IOException("away"));

    internal void Set(params ServiceInstance[] instances)
    {
        _instances = [.. instances];
        Interlocked.Increment(ref _revision);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        while (true)
        {
            var changed = _changed.Task;
            yield return new ServiceSnapshot(service, _revision, false, [.. _instances.Where(i => i.Service == service)]);
            await changed.WaitAsync(cancellationToken);
        }
    }

    public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        await (answers ?? Task.CompletedTask).WaitAsync(cancellationToken);
        while (true)
        {
            var changed = _changed.Task;
            yield return [.. _instances.Select(i => i.Service).Distinct()];
            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        Disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
