using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Crossing.Loops;

/// <summary>One gateway of several that know each other as callees of <see cref="Service"/>.</summary>
internal sealed class GatewayChain : IAsyncDisposable
{
    private const string Contract = """
        services:
          com.acme.LoopService:
            methods:
              go: { parameters: { text: string }, returns: string, http: { verb: POST, path: /loop, body: text } }
        """;

    private readonly PluginCatalog _plugins;
    private readonly MovableRegistry _registry;

    private GatewayChain(PluginCatalog plugins, GatewayRuntime runtime, MovableRegistry registry)
    {
        _plugins = plugins;
        Runtime = runtime;
        _registry = registry;
    }

    internal static ServiceKey Service { get; } = new("com.acme.LoopService");

    internal GatewayRuntime Runtime { get; }

    internal static async Task<GatewayChain> StartAsync(string id, int maxHops = 4)
    {
        var loaded = ContractLoader.LoadTexts(("contract.yaml", Contract));
        Assert.Empty(loaded.Problems);
        var registry = new MovableRegistry();
        var plugins = new PluginCatalog();
        plugins.Add(new BoltPlugin());
        plugins.Add(new DubboPlugin());
        plugins.Add(new HttpPlugin());
        plugins.Add(registry);
        var none = ImmutableDictionary<string, string>.Empty;
        var model = new GatewayModel
        {
            Id = id,
            MaxHops = maxHops,
            Listeners = [.. new[] { "bolt", "dubbo", "http" }.Select(p => new ListenerModel(p, p, "127.0.0.1", 0, FrameLimits.Default, none))],
            Registries = [new RegistryModel("movable", "movable", none)],
            Routes = [new RouteModel { Name = "all", TimeoutMs = 20_000 }],
            Contracts = loaded.Contracts,
        };
        var runtime = new GatewayRuntime(plugins, model, ".", TimeProvider.System, NullLoggerFactory.Instance);
        await runtime.StartAsync(CancellationToken.None);
        return new GatewayChain(plugins, runtime, registry);
    }

    /// <summary>Makes another gateway, or a callee, the only instance. Ends once the routes know.</summary>
    internal async Task PointAtAsync(string protocol, int port, string? gatewayId = null)
    {
        var instance = new ServiceInstance { Service = Service, Protocol = protocol, Host = "127.0.0.1", Port = port };
        _registry.Set(gatewayId is null
            ? instance
            : instance with { Metadata = ImmutableDictionary<string, string>.Empty.Add("bridgemesh.gateway", gatewayId) });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!Runtime.Status().Services.Any(s => s.Instances.Contains($"{protocol}://127.0.0.1:{port}")))
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What a caller of one protocol is told.</summary>
    internal async Task<string> CallAsync(string protocol)
    {
        if (protocol == "http")
        {
            // The native path, so that a call may go from HTTP to HTTP as it is.
            var answer = await HttpCaller.PostAsync(Runtime.Ports["http"], "/loop", "\"x\"", types: null);
            return answer.Status == 200 ? answer.Body : $"{answer.Status}: {answer.Json.GetProperty("detail").GetString()}";
        }

        var exchange = await FramedClient.CallAsync(_plugins.FrameCodecs[protocol], Runtime.Ports[protocol], Fill);
        return exchange.Status == ExchangeStatus.Ok
            ? System.Text.Encoding.UTF8.GetString(exchange.Reply.Utf8(0))
            : $"{exchange.Status}: {exchange.Message}";
    }

    internal FramedCallee Callee(string protocol, Action<Exchange> answer) => new(_plugins.FrameCodecs[protocol], answer, []);

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();

    /// <summary>A call as a client of a framed protocol writes it.</summary>
    internal static Exchange NewCall()
    {
        var exchange = new Exchange { RemainingMs = 15_000 };
        Fill(exchange);
        return exchange;
    }

    private static void Fill(Exchange exchange)
    {
        exchange.Service = Service;
        exchange.CalleeService = Service;
        exchange.Method = "go";
        exchange.Signature = JavaSignature.OfTypeNames(["java.lang.String"]);
        exchange.Request.AddString("x"u8);
    }

    private sealed class MovableRegistry : IBridgePlugin, IRegistryFactory, IRegistryAdapter
    {
        private readonly Lock _lock = new();
        private ImmutableArray<ServiceInstance> _instances = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _revision;

        public int ContractVersion => PluginContract.Version;

        public string Kind => "movable";

        public void Configure(IPluginBuilder builder) => builder.AddRegistry(this);

        public IRegistryAdapter Create(RegistrySettings settings) => this;

        internal void Set(ServiceInstance instance)
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _instances = [instance];
                _revision++;
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }

        public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                var (instances, revision, changed) = Read();
                yield return new ServiceSnapshot(service, revision, false, instances);
                await changed.WaitAsync(cancellationToken);
            }
        }

        public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return [Service];
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private (ImmutableArray<ServiceInstance> Instances, long Revision, Task Changed) Read()
        {
            lock (_lock)
            {
                return (_instances, _revision, _changed.Task);
            }
        }
    }
}
