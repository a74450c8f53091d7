using System.Collections.Immutable;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Files;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>How the last look at the configuration ended.</summary>
/// <param name="AppliedAt">When the configuration in force was put in force.</param>
/// <param name="Problems">Why a newer one was not; empty when it was.</param>
/// <param name="NeedRestart">Parts of it that are in force only after a restart.</param>
internal sealed record ReloadState(DateTimeOffset AppliedAt, ImmutableArray<SourceProblem> Problems, ImmutableArray<string> NeedRestart);

/// <summary>
/// Watches the configuration and contract files. A good change is put in force for the calls that come next; a bad one leaves everything as
/// it is and every problem in the log. Owned by the host.
/// </summary>
internal sealed class ConfigReloader : IAsyncDisposable
{
    private readonly GatewayRuntime _runtime;
    private readonly PluginSet _plugins;
    private readonly SeveritySwitch _severity;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConfigReading _first;
    private readonly FileWatch _watch;
    private volatile ConfigReading _reading;
    private volatile ReloadState _state;

    public ConfigReloader(
        GatewayRuntime runtime, ConfigReading reading, PluginSet plugins, SeveritySwitch severity, TimeProvider time, ILogger log)
    {
        _runtime = runtime;
        _plugins = plugins;
        _severity = severity;
        _time = time;
        _log = log;
        _first = reading;
        _reading = reading;
        _state = new ReloadState(time.GetUtcNow(), [], []);
        _watch = new FileWatch(Files, ReloadAsync, time, () => ContractPatterns.Directories(_reading));
    }

    public ReloadState State => _state;

    /// <summary>Time for calls in flight when the gateway stops, as last configured.</summary>
    public int DrainMs => _reading.Config.DrainMs;

    public void Start() => _watch.Start();

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private IReadOnlyList<string> Files()
    {
        var reading = _reading;
        try
        {
            var contracts = ContractPatterns.Files(reading, []);
            return reading.Source.FullPath is { } path ? [path, .. contracts] : contracts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory went or closed while it was listed; the next look finds out.
            return reading.Source.FullPath is { } path ? [path] : [];
        }
    }

    private Task ReloadAsync()
    {
        try
        {
            Reload();
        }
        catch (Exception e)
        {
            Log.ReloadFailed(_log, e);
        }

        return Task.CompletedTask;
    }

    private void Reload()
    {
        var outcome = ConfigLoader.Load(_first.Source, _plugins);
        if (outcome is not { Reading: { } reading, Model: { } model })
        {
            foreach (var problem in outcome.Problems)
            {
                Log.ReloadProblem(_log, problem.ToString());
            }

            Log.ReloadRefused(_log, outcome.Problems.Length);
            _state = _state with { Problems = outcome.Problems };
            return;
        }

        _reading = reading;
        _severity.Set(reading.Config.Logging.Level);
        ImmutableArray<string> needRestart = [.. _runtime.Apply(model), .. OwnParts(reading.Config)];
        _state = new ReloadState(_time.GetUtcNow(), [], needRestart);
        Log.Reloaded(_log, model.Routes.Length, model.Contracts.Length);
        if (needRestart.Length > 0)
        {
            Log.NeedRestart(_log, string.Join(", ", needRestart));
        }
    }

    /// <summary>Parts of the host, not of the runtime, that are made once.</summary>
    private IEnumerable<string> OwnParts(GatewayConfig config)
    {
        if (config.Admin != _first.Config.Admin)
        {
            yield return "admin";
        }

        if (config.Plugins != _first.Config.Plugins)
        {
            yield return "plugins";
        }

        if (config.Id != _first.Config.Id)
        {
            yield return "id";
        }
    }
}
