using System.Net;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Gateway.Admin;
using BridgeMesh.Gateway.Calling;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>A gateway process's parts, from start to drain: the runtime, the watch on its files, the endpoint for operators.</summary>
internal sealed class GatewayHost : IAdminSource, IAsyncDisposable
{
    private readonly ConfigReading _reading;
    private readonly PluginSet _plugins;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly GatewayRuntime _runtime;
    private readonly InstanceCalls _calls;
    private readonly ConfigReloader _reloader;
    private readonly AdminEndpoint? _admin;
    private readonly long _createdAt;
    private volatile bool _isStopping;

    public GatewayHost(
        ConfigReading reading, PluginSet plugins, GatewayModel model, SeveritySwitch severity, TimeProvider time, ILoggerFactory logs)
    {
        _reading = reading;
        _plugins = plugins;
        _time = time;
        _createdAt = time.GetTimestamp();
        _log = logs.CreateLogger("BridgeMesh");
        _runtime = new GatewayRuntime(plugins.Catalog, model, reading.Source.BaseDirectory, time, logs)
        {
            Calls = _calls = new InstanceCalls(plugins.Catalog, time),
        };
        _reloader = new ConfigReloader(_runtime, reading, plugins, severity, time, _log);
        var admin = reading.Config.Admin;
        _admin = admin.Enabled && ListenAddress.TryParse(admin.Address, out var address, out _)
            ? new AdminEndpoint(new IPEndPoint(address.Address, address.Port), this)
            : null;
    }

    /// <summary>Port of the admin endpoint; 0 where there is none.</summary>
    public int AdminPort => _admin?.Port ?? 0;

    /// <summary>Ports bound, by listener's name.</summary>
    public IReadOnlyDictionary<string, int> Ports => _runtime.Ports;

    /// <summary>Throws <see cref="IOException"/> when a port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Starting(_log, _runtime.Model.Id, VersionCommand.Read().Version, ValidateCommand.NameOf(_reading.Source));
        foreach (var plugin in _plugins.Plugins.Where(p => p.Path is not null))
        {
            Log.PluginLoaded(_log, plugin.Name, plugin.Version);
        }

        // First, so that a start that waits for a registry can be watched.
        if (_admin is not null)
        {
            await _admin.StartAsync(cancellationToken).ConfigureAwait(false);
            Log.AdminListening(_log, _reading.Config.Admin.Address, _admin.Port);
        }

        await _reloader.FetchContractsAsync(cancellationToken).ConfigureAwait(false);
        await _runtime.StartAsync(cancellationToken).ConfigureAwait(false);
        _reloader.Start();
        var ports = _runtime.Ports;
        foreach (var listener in _runtime.Model.Listeners)
        {
            Log.Listening(_log, listener.Name, listener.Protocol, listener.Host, ports.GetValueOrDefault(listener.Name));
        }

        Log.Started(_log);
    }

    /// <summary>Looks for another configuration now. Safe for any thread, also before the start.</summary>
    public void RequestReload() => _reloader.Request();

    /// <summary>
    /// Until told to stop. Then it first says that it is not ready, so that balancers and registries send callers elsewhere while it still
    /// takes them; then it drains.
    /// </summary>
    public async Task RunAsync(StopSignal stopping)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Drain.Register(told.SetResult).ConfigureAwait(false);
        await told.Task.ConfigureAwait(false);

        _isStopping = true;
        await _reloader.DisposeAsync().ConfigureAwait(false); // What stops takes no other configuration.
        var (announceMs, drainMs) = (_reloader.Config.AnnounceMs, _reloader.Config.DrainMs);
        if (announceMs > 0)
        {
            Log.Announcing(_log, announceMs);
            _runtime.AnnounceStop();
            await AnnounceAsync(announceMs, stopping.End).ConfigureAwait(false);
        }

        Log.Draining(_log, drainMs);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(drainMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.End);
        await _runtime.StopAsync(either.Token).ConfigureAwait(false);
        Log.Stopped(_log);
    }

    public IReadOnlyList<string> NotReady()
    {
        if (_isStopping)
        {
            return ["the gateway is stopping"];
        }

        if (_runtime.IsReady)
        {
            return [];
        }

        var unbound = _runtime.Unbound;
        return unbound.Count > 0 ? [.. unbound.Select(name => $"listener {name} is not bound")] : ["a registry has not answered"];
    }

    public AdminStatus Status()
    {
        var (version, commit) = VersionCommand.Read();
        var state = _reloader.State;
        var configuration = new ConfigurationStatus(
            ValidateCommand.NameOf(_reading.Source), state.AppliedAt, state.Problems, state.NeedRestart, state.Notes);
        var uptimeMs = (long)_time.GetElapsedTime(_createdAt).TotalMilliseconds;
        return new(version, commit, uptimeMs, configuration, _plugins.Plugins, _runtime.Status());
    }

    private async Task AnnounceAsync(int announceMs, CancellationToken end)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(announceMs), _time, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A second signal: nothing is waited for.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reloader.DisposeAsync().ConfigureAwait(false);
        await _runtime.DisposeAsync().ConfigureAwait(false);
        if (_admin is not null)
        {
            await _admin.DisposeAsync().ConfigureAwait(false);
        }

        _calls.Dispose();
    }
}
