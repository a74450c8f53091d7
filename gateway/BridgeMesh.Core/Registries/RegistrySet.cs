using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// The registries of a gateway, through changes of their configuration: a new one has answered before the one it replaces is let go. One
/// change at a time; reading is safe for any thread.
/// </summary>
internal sealed class RegistrySet(Func<RegistryModel, RegistryWatcher> create, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>For one of which an earlier life left what it knew: long enough for a registry that is there.</summary>
    private static readonly TimeSpan SeededPatience = TimeSpan.FromSeconds(1);

    private ImmutableDictionary<string, WatchedRegistry> _watched = ImmutableDictionary<string, WatchedRegistry>.Empty;

    internal bool IsReady => Watched.Values.All(static w => w.Watcher.Ready.IsCompletedSuccessfully || w.Watcher.Seeds > 0);

    private ImmutableDictionary<string, WatchedRegistry> Watched => Volatile.Read(ref _watched);

    /// <summary>What is known now. Nothing of it counts as a change for <see cref="TakeChanges"/>.</summary>
    internal List<RegistryServices> TakeAll() => [.. Watched.Select(static w => new RegistryServices(w.Key, w.Value.Watcher.TakeAll()))];

    internal IEnumerable<RegistryStatus> Statuses() => Watched.OrderBy(static w => w.Key, StringComparer.Ordinal).Select(static w => w.Value.Watcher.Status());

    /// <summary>What has changed since the last call.</summary>
    internal List<RegistryServices> TakeChanges() => [.. Watched.Select(static w => new RegistryServices(w.Key, w.Value.Watcher.TakeChanges()))];

    /// <summary>The registry of that name, to publish in; null when there is none.</summary>
    internal IRegistryAdapter? AdapterOf(string name) => Watched.GetValueOrDefault(name)?.Watcher.Adapter;

    /// <summary>Whether nothing that the registry of that name told is sure at this moment, or it has told nothing yet.</summary>
    internal bool IsAway(string name) =>
        Watched.GetValueOrDefault(name)?.Watcher.Status() is { } status && (!status.Answered || (status.Services > 0 && status.Stale == status.Services));

    /// <summary>Starts all and waits for what they know, but not for ever: one that is away is followed when it comes.</summary>
    internal async Task StartAsync(ImmutableArray<RegistryModel> models, CancellationToken cancellationToken)
    {
        var watched = models.Select(m => new WatchedRegistry(m, create(m))).ToArray();
        Volatile.Write(ref _watched, watched.ToImmutableDictionary(w => w.Model.Name, StringComparer.Ordinal));
        foreach (var registry in watched)
        {
            registry.Watcher.Seed();
            registry.Watcher.Start();
            registry.Watcher.Keep();
        }

        foreach (var away in await AwaitAsync(watched, cancellationToken).ConfigureAwait(false))
        {
            if (away.Watcher.Seeds > 0)
            {
                Log.StartsWithStored(log, away.Model.Name, away.Watcher.Seeds);
            }
            else
            {
                Log.NotReady(log, away.Model.Name, Patience.TotalSeconds);
            }
        }
    }

    /// <summary>Starts what is new or changed and waits for it. The result is to be committed or undone.</summary>
    internal async Task<RegistryChange> PrepareAsync(ImmutableArray<RegistryModel> models, CancellationToken cancellationToken)
    {
        var current = Watched;
        var next = ImmutableDictionary.CreateBuilder<string, WatchedRegistry>(StringComparer.Ordinal);
        var started = new List<WatchedRegistry>();
        var problems = new List<string>();
        foreach (var model in models)
        {
            if (current.TryGetValue(model.Name, out var old) && old.Model.IsSame(model))
            {
                next.Add(model.Name, old);
                continue;
            }

            try
            {
                var fresh = new WatchedRegistry(model, create(model));
                started.Add(fresh);
                next.Add(model.Name, fresh);
                fresh.Watcher.Start();
            }
            catch (FormatException wrong)
            {
                problems.Add($"registry {model.Name}: {wrong.Message}");
            }
        }

        foreach (var away in await AwaitAsync(started, cancellationToken).ConfigureAwait(false))
        {
            problems.Add($"registry {away.Model.Name} has not answered within {Patience.TotalSeconds} s");
        }

        return new RegistryChange(next.ToImmutable(), [.. started], [.. problems]);
    }

    /// <summary>Puts a prepared change in force and returns what it replaces, to be let go once nothing reads it any longer.</summary>
    internal ImmutableArray<WatchedRegistry> Commit(RegistryChange change)
    {
        var old = Watched;
        Volatile.Write(ref _watched, change.Next);
        return [.. old.Values.Where(w => !change.Next.TryGetValue(w.Model.Name, out var now) || !ReferenceEquals(now, w))];
    }

    /// <summary>After <see cref="Commit"/>: lets go of what it replaced; what took its place keeps its own on disk from now on.</summary>
    internal async Task SettleAsync(ImmutableArray<WatchedRegistry> replaced)
    {
        foreach (var registry in replaced)
        {
            await registry.Watcher.KeepNoLongerAsync().ConfigureAwait(false);
        }

        foreach (var registry in Watched.Values)
        {
            registry.Watcher.Keep();
        }

        await LetGoAsync(replaced).ConfigureAwait(false);
    }

    internal async Task LetGoAsync(IEnumerable<WatchedRegistry> registries)
    {
        foreach (var registry in registries)
        {
            try
            {
                await registry.Watcher.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception failed)
            {
                // An adapter is a plugin: whatever it throws must not end the gateway.
                Runtime.Log.RegistryStuck(log, registry.Model.Name, failed);
            }
        }
    }

    internal Task StopAsync() => LetGoAsync(Interlocked.Exchange(ref _watched, ImmutableDictionary<string, WatchedRegistry>.Empty).Values);

    /// <summary>Those that have not told all they know within their patience, which runs for all of them together.</summary>
    private async Task<List<WatchedRegistry>> AwaitAsync(IEnumerable<WatchedRegistry> registries, CancellationToken cancellationToken)
    {
        var away = new List<WatchedRegistry>();
        var limit = Task.Delay(Patience, time, cancellationToken);
        var seededLimit = Task.Delay(SeededPatience, time, cancellationToken);
        foreach (var registry in registries)
        {
            var ready = registry.Watcher.Ready;
            if (await Task.WhenAny(ready, registry.Watcher.Seeds > 0 ? seededLimit : limit).ConfigureAwait(false) != ready)
            {
                cancellationToken.ThrowIfCancellationRequested();
                away.Add(registry);
            }
        }

        return away;
    }
}

internal sealed record WatchedRegistry(RegistryModel Model, RegistryWatcher Watcher);

/// <param name="Next">All registries as they shall be.</param>
/// <param name="Started">Those of them that are new.</param>
/// <param name="Problems">Why the change cannot be put in force; empty when it can.</param>
internal sealed record RegistryChange(
    ImmutableDictionary<string, WatchedRegistry> Next, ImmutableArray<WatchedRegistry> Started, ImmutableArray<string> Problems);
