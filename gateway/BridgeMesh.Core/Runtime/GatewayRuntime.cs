using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>A running gateway: listeners, registries, routes and channels of one model. Safe for any thread.</summary>
public sealed class GatewayRuntime : IAsyncDisposable
{
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private GatewayModel _model;

    /// <param name="baseDirectory">Directory to which relative paths in registry settings refer.</param>
    public GatewayRuntime(PluginCatalog plugins, GatewayModel model, string baseDirectory, TimeProvider time, ILoggerFactory logs)
    {
        _ = plugins;
        _ = baseDirectory;
        _ = time;
        _ = logs;
        _model = model;
    }

    /// <summary>Ports bound, by listener's name.</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports;

    public GatewayModel Model => _model;

    /// <summary>Starts registries, then listeners. Throws <see cref="IOException"/> naming the listener when a port is taken.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ports.Clear();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Puts another model's routes, contracts and upstream settings in force for the calls that come next. Listeners and registries that
    /// differ need a restart: their names are returned.
    /// </summary>
    public IReadOnlyList<string> Apply(GatewayModel model)
    {
        _model = model;
        return [];
    }

    /// <summary>Drains: nothing new is accepted, calls in flight finish until the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _ports.Clear();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
}
