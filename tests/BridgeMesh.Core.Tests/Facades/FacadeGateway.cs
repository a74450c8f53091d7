using System.Collections.Immutable;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Facades;

/// <summary>A runtime between registries in memory, "mesh" and "legacy" as a rule, each in a zone of its name, with listeners of two protocols.</summary>
internal sealed class FacadeGateway : IAsyncDisposable
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    private FacadeGateway(GatewayRuntime runtime) => Runtime = runtime;

    internal GatewayRuntime Runtime { get; }

    internal int Port => Runtime.Ports["text"];

    internal static async Task<FacadeGateway> StartAsync(
        IReadOnlyDictionary<string, MemoryRegistry> registries,
        IEnumerable<FacadeModel> facades,
        string id = "gw-1",
        TimeProvider? time = null,
        string? state = null,
        Func<GatewayModel, GatewayModel>? change = null,
        LogLines? log = null)
    {
        var plugins = new PluginCatalog();
        plugins.Add(new Plugin(registries));
        var zones = registries.Keys.ToImmutableDictionary(static n => n, static n => new ZoneModel(n, [n], "10.0.0.9"));
        var model = Model(new GatewayModel
        {
            Id = id,
            Listeners = [new ListenerModel("text", "text", "127.0.0.1", 0, FrameLimits.Default, None)],
            Registries = [.. registries.Keys.Select(static n => new RegistryModel(n, "memory", None))],
            Routes = [new RouteModel { Name = "all" }],
            Zones = zones,
            StatePath = state,
        }, [.. facades]);
        var runtime = new GatewayRuntime(plugins, change?.Invoke(model) ?? model, ".", time ?? TimeProvider.System, (ILoggerFactory?)log ?? NullLoggerFactory.Instance);
        await runtime.StartAsync(CancellationToken.None);
        return new FacadeGateway(runtime);
    }

    /// <summary>The model with these facades and their routes, as the host makes it.</summary>
    internal static GatewayModel Model(GatewayModel model, ImmutableArray<FacadeModel> facades) => model with
    {
        Facades = facades,
        Routes = FacadeNames.Join([.. model.Routes.Where(static r => r.Facade is null)], facades, model.Zones),
    };

    internal static FacadeModel Rule(string name, string from, string to, string service = "orders", int withdrawAfterMs = 0) => new()
    {
        Name = name,
        From = from,
        To = to,
        Match = new ServiceMatch(service),
        Places = [new FacadePlace(to, "text")],
        WithdrawAfterMs = withdrawAfterMs,
    };

    internal static ServiceInstance Callee(string service = "orders", int port = 7001, string host = "10.0.0.1") =>
        new() { Service = new ServiceKey(service), Protocol = "text", Host = host, Port = port };

    internal async Task ApplyAsync(Func<GatewayModel, GatewayModel> change)
    {
        var outcome = await Runtime.ApplyAsync(change(Runtime.Model), CancellationToken.None);
        Assert.True(outcome.IsInForce, string.Join("; ", outcome.Problems));
        Assert.Empty(outcome.Problems);
    }

    /// <summary>Waits until the status says so.</summary>
    internal async Task UntilAsync(Func<IReadOnlyList<OfferedService>, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!isSo(Runtime.Status().Facades))
        {
            await Task.Yield();
            Assert.False(patience.IsCancellationRequested, string.Join("; ", Runtime.Status().Facades));
        }
    }

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();

    private sealed class Plugin(IReadOnlyDictionary<string, MemoryRegistry> registries) : IBridgePlugin
    {
        public int ContractVersion => PluginContract.Version;

        public void Configure(IPluginBuilder builder) => builder
            .AddFrameCodec(new TextCodec("text")).AddFrameCodec(new TextCodec("text2", correlationBits: 32)).AddRegistry(new MemoryRegistryFactory(registries));
    }
}
