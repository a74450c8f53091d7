using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Files;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>How the last look at the configuration ended.</summary>
/// <param name="AppliedAt">When the configuration in force was put in force.</param>
/// <param name="Problems">Why a newer one was not; empty when it was.</param>
/// <param name="NeedRestart">Parts of it that are in force only after a restart.</param>
internal sealed record ReloadState(DateTimeOffset AppliedAt, ImmutableArray<SourceProblem> Problems, ImmutableArray<string> NeedRestart)
{
    /// <summary>What of running servers' contracts is not carried over whole.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>
/// Watches the configuration and contract files. A good change is put in force for the calls that come next; a bad one leaves everything as
/// it is and every problem in the log. Owned by the host.
/// </summary>
internal sealed class ConfigReloader : IAsyncDisposable
{
    /// <summary>New notes that are logged at once; the status has all.</summary>
    private const int MaxLoggedNotes = 20;

    private readonly GatewayRuntime _runtime;
    private readonly PluginSet _plugins;
    private readonly SeveritySwitch _severity;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConfigReading _first;
    private readonly FileWatch _watch;
    private readonly LiveContracts _live;
    private readonly ContractRefresh _refresh;
    private readonly SemaphoreSlim _changing = new(1);
    private ImmutableArray<ServiceContract> _fileContracts;
    private volatile ConfigReading _reading;
    private readonly CancellationTokenSource _stopping = new();
    private volatile GatewayConfig _config;
    private volatile ReloadState _state;
    private HashSet<string> _toldNotes = [];

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
        _config = reading.Config;
        _state = new ReloadState(time.GetUtcNow(), [], []);
        _fileContracts = runtime.Model.Contracts;
        _live = new LiveContracts(plugins.Catalog, time);
        _refresh = new ContractRefresh(() => _live.UntilDue(_config), RefreshAsync, time);
        _watch = new FileWatch(Files, ReloadAsync, time, () => ContractPatterns.Directories(_reading));
    }

    public ReloadState State => _state with { Problems = [.. _state.Problems, .. _live.Problems(_reading)], Notes = _live.Notes(_config) };

    /// <summary>The configuration in force.</summary>
    public GatewayConfig Config => _config;

    /// <summary>Asks the servers that the configuration names for their contracts, before the gateway starts.</summary>
    public Task FetchContractsAsync(CancellationToken cancellationToken) => RefreshAsync(cancellationToken);

    public void Start()
    {
        _watch.Start();
        _refresh.Start();
    }

    /// <summary>Looks again, whether a file changed or not: an operator asked. Safe for any thread.</summary>
    public void Request() => _watch.Nudge();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _refresh.DisposeAsync().ConfigureAwait(false);
    }

    private IReadOnlyList<string> Files()
    {
        var reading = _reading;
        try
        {
            var contracts = ContractPatterns.Watched(reading);
            return reading.Source.FullPath is { } path ? [path, .. contracts] : contracts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory went or closed while it was listed; the next look finds out.
            return reading.Source.FullPath is { } path ? [path] : [];
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            await LoadAndApplyAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The gateway stops: what is in force stays so.
        }
        catch (Exception e)
        {
            Log.ReloadFailed(_log, e);
            var problem = $"it could not be put in force: {e.Message}";
            Refuse([new SourceProblem(ValidateCommand.NameOf(_first.Source), 0, 0, problem, "see the log")]);
        }
    }

    private async Task LoadAndApplyAsync()
    {
        var outcome = ConfigLoader.Load(_first.Source, _plugins);
        if (outcome is not { Reading: { } reading, Model: { } model })
        {
            Refuse(outcome.Problems);
            return;
        }

        // From here on its files are watched, so that mending one of them is seen even when this version is refused.
        _reading = reading;
        await _changing.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            // Files first, with what servers said last: one that is away must not hold them up.
            if (await ApplyAsync(reading, model).ConfigureAwait(false))
            {
                await FetchAsync(all: true, _stopping.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _changing.Release();
            _refresh.Again();
        }
    }

    /// <summary>False when it was refused.</summary>
    private async Task<bool> ApplyAsync(ConfigReading reading, GatewayModel files)
    {
        var model = files with { Contracts = _live.Join(files.Contracts, reading.Config) };
        var applied = await _runtime.ApplyAsync(model, _stopping.Token).ConfigureAwait(false);
        ImmutableArray<SourceProblem> problems =
            [.. applied.Problems.Select(p => new SourceProblem(ValidateCommand.NameOf(reading.Source), 0, 0, p, "change it, or send SIGHUP to try again"))];
        if (!applied.IsInForce)
        {
            Refuse(problems);
            return false;
        }

        _fileContracts = files.Contracts;
        _severity.Set(reading.Config.Logging.Level);
        _config = reading.Config;
        ImmutableArray<string> needRestart = [.. OwnParts(reading.Config)];
        _state = new ReloadState(_time.GetUtcNow(), problems, needRestart);
        Log.Reloaded(_log, model.Routes.Length, model.Contracts.Length);
        foreach (var problem in problems)
        {
            Log.ReloadProblem(_log, problem.ToString());
        }

        if (needRestart.Length > 0)
        {
            Log.NeedRestart(_log, string.Join(", ", needRestart));
        }

        return true;
    }

    /// <summary>Asks the servers whose time has come, and puts what they say anew in force.</summary>
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FetchAsync(all: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The edge of a plugin: what it did not foresee must not end the asking.
            Log.FetchFailed(_log, e);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task FetchAsync(bool all, CancellationToken cancellationToken)
    {
        var config = _config;
        if (!await _live.FetchAsync(config, all, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var contracts = _live.Join(_fileContracts, config);
        if (!contracts.SequenceEqual(_runtime.Model.Contracts))
        {
            _runtime.UseContracts(contracts);
            Log.ContractsFetched(_log, contracts.Length);
        }

        foreach (var problem in _live.Problems(_reading))
        {
            Log.ContractsMissing(_log, problem.ToString());
        }

        TellNotes(_live.Notes(config));
    }

    /// <summary>Logs those that were not there before. Under the lock of changes.</summary>
    private void TellNotes(ImmutableArray<string> notes)
    {
        var added = notes.Where(n => !_toldNotes.Contains(n)).ToList();
        _toldNotes = [.. notes];
        foreach (var note in added.Take(MaxLoggedNotes))
        {
            Log.ContractsNoted(_log, note);
        }

        if (added.Count > MaxLoggedNotes)
        {
            Log.FurtherNotes(_log, added.Count - MaxLoggedNotes);
        }
    }

    private void Refuse(ImmutableArray<SourceProblem> problems)
    {
        foreach (var problem in problems)
        {
            Log.ReloadProblem(_log, problem.ToString());
        }

        Log.ReloadRefused(_log, problems.Length);
        _state = _state with { Problems = problems };
    }

    /// <summary>Parts of the host, not of the runtime, that are made once.</summary>
    private IEnumerable<string> OwnParts(GatewayConfig config)
    {
        if (config.Admin != _first.Config.Admin)
        {
            yield return "admin";
        }

        if ((config.Transport, config.Reactors) != (_first.Config.Transport, _first.Config.Reactors))
        {
            yield return "transport";
        }

        if (config.Plugins != _first.Config.Plugins)
        {
            yield return "plugins";
        }

        if (config.State != _first.Config.State)
        {
            yield return "state";
        }
    }
}
