using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>A gateway process's parts, from start to drain: the runtime and the endpoint for operators.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly ConfigReading _reading;
    private readonly PluginSet _plugins;
    private readonly SeveritySwitch _severity;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly GatewayRuntime _runtime;

    public GatewayHost(
        ConfigReading reading, PluginSet plugins, GatewayModel model, SeveritySwitch severity, TimeProvider time, ILoggerFactory logs)
    {
        _reading = reading;
        _plugins = plugins;
        _severity = severity;
        _time = time;
        _log = logs.CreateLogger("BridgeMesh");
        _runtime = new GatewayRuntime(plugins.Catalog, model, reading.Source.BaseDirectory, time, logs);
    }

    /// <summary>Throws <see cref="IOException"/> when a port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Starting(_log, _runtime.Model.Id, Commands.VersionCommand.Read().Version, _reading.Source.File ?? ConfigReader.BuiltIn);
        foreach (var plugin in _plugins.Plugins.Where(p => p.Path is not null))
        {
            Log.PluginLoaded(_log, plugin.Name, plugin.Version);
        }

        await _runtime.StartAsync(cancellationToken).ConfigureAwait(false);
        var ports = _runtime.Ports;
        foreach (var listener in _runtime.Model.Listeners)
        {
            Log.Listening(_log, listener.Name, listener.Protocol, listener.Host, ports.GetValueOrDefault(listener.Name));
        }

        Log.Started(_log);
    }

    /// <summary>Until told to stop; then drains.</summary>
    public async Task RunAsync(StopSignal stopping)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Drain.Register(told.SetResult).ConfigureAwait(false);
        await told.Task.ConfigureAwait(false);

        var drainMs = _reading.Config.DrainMs;
        Log.Draining(_log, drainMs);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(drainMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.End);
        await _runtime.StopAsync(either.Token).ConfigureAwait(false);
        Log.Stopped(_log);
    }

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();
}
