using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Plugins;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>
/// The listeners of a gateway, through changes of their configuration: what does not change is left alone, what is new is bound before
/// anything is taken away, and what goes drains in the background. One change at a time; reading is safe for any thread.
/// </summary>
internal sealed class ListenerSet(
    Func<ListenerModel, IListener> create, Func<ListenerModel, ListenerSettings> settingsOf, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>A listener's port is free as soon as it has stopped accepting, long before its callers are gone.</summary>
    private static readonly TimeSpan RebindPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RebindPause = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly List<Task> _leaving = [];
    private readonly CancellationTokenSource _endLeaving = new();
    private ImmutableArray<OpenListener> _open = [];
    private ImmutableArray<string> _unbound = [];
    private volatile bool _started;

    /// <summary>Ports bound, by listener's name.</summary>
    internal IReadOnlyDictionary<string, int> Ports =>
        Open.ToDictionary(l => l.Model.Name, l => l.Listener.Port, StringComparer.Ordinal);

    /// <summary>Whether every listener of the configuration in force is bound.</summary>
    internal bool IsComplete => _started && Unbound.IsEmpty;

    /// <summary>Listeners that could not be put back after a change; empty as a rule.</summary>
    internal ImmutableArray<string> Unbound
    {
        get
        {
            lock (_lock)
            {
                return _unbound;
            }
        }
    }

    private ImmutableArray<OpenListener> Open
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Throws <see cref="IOException"/> naming the listener when a port is taken.</summary>
    internal async Task StartAsync(ImmutableArray<ListenerModel> models, CancellationToken cancellationToken)
    {
        foreach (var model in models)
        {
            var opened = await OpenAsync(model, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _open = _open.Add(opened);
            }
        }

        _started = true;
    }

    /// <summary>
    /// Binds what is new. Throws <see cref="IOException"/>, with nothing changed, when a port is taken. The result is to be committed.
    /// </summary>
    internal async Task<ListenerChange> PrepareAsync(ImmutableArray<ListenerModel> models, CancellationToken cancellationToken)
    {
        var current = Open;
        var change = new ListenerChange();
        var goingPorts = current.Where(o => !models.Any(m => m.Name == o.Model.Name && IsSamePlace(m, o.Model)))
            .Select(o => o.Listener.Port).ToHashSet();
        try
        {
            foreach (var model in models)
            {
                var old = current.FirstOrDefault(o => o.Model.Name == model.Name);
                if (old is not null && IsSamePlace(model, old.Model))
                {
                    change.Kept.Add((model, old));
                }
                else if (goingPorts.Contains(model.Port))
                {
                    change.Waiting.Add(model);
                }
                else
                {
                    change.Opened.Add(await OpenAsync(model, cancellationToken).ConfigureAwait(false));
                }
            }
        }
        catch
        {
            foreach (var opened in change.Opened)
            {
                await opened.Listener.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        change.Going.AddRange(current.Where(o => !change.Kept.Exists(k => ReferenceEquals(k.Old, o))));
        return change;
    }

    /// <summary>
    /// Puts a prepared change in force. Names the listeners that could not be bound anew at an address that another listener had; the
    /// other is then back in its place where possible.
    /// </summary>
    internal async Task<ImmutableArray<string>> CommitAsync(ListenerChange change, int drainMs)
    {
        var open = new List<OpenListener>(change.Opened);
        var waiting = change.Waiting.Select(m => (Model: m, Former: change.Going.Find(g => g.Listener.Port == m.Port)?.Model)).ToList();
        foreach (var (model, old) in change.Kept)
        {
            if (old.Model.IsSame(model) || old.Listener.TryChange(settingsOf(model)))
            {
                open.Add(old with { Model = model });
            }
            else
            {
                change.Going.Add(old);
                waiting.Add((model with { Port = old.Listener.Port }, old.Model with { Port = old.Listener.Port }));
            }
        }

        lock (_lock)
        {
            _open = [.. open];
            _leaving.RemoveAll(t => t.IsCompleted);
            _leaving.AddRange(change.Going.Select(g => LeaveAsync(g, drainMs)));
        }

        var failures = ImmutableArray.CreateBuilder<string>();
        var unbound = ImmutableArray.CreateBuilder<string>();
        foreach (var (model, former) in waiting)
        {
            var (opened, failure) = await RebindAsync(model).ConfigureAwait(false);
            if (opened is null)
            {
                failures.Add(failure);
                opened = former is null ? null : (await RebindAsync(former).ConfigureAwait(false)).Opened;
            }

            if (opened is null)
            {
                unbound.Add(model.Name);
                continue;
            }

            lock (_lock)
            {
                _open = _open.Add(opened);
            }
        }

        lock (_lock)
        {
            _unbound = unbound.ToImmutable();
        }

        return failures.ToImmutable();
    }

    /// <summary>Drains all, those that are leaving already included.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        // What leaves after a change has its own time, but none beyond the whole gateway's.
        var registration = cancellationToken.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _endLeaving);
        await using (registration.ConfigureAwait(false))
        {
            Task[] leaving;
            lock (_lock)
            {
                leaving = [.. _leaving];
            }

            await Task.WhenAll([.. leaving, .. Open.Select(l => l.Listener.StopAsync(cancellationToken))]).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Open)
        {
            await opened.Listener.DisposeAsync().ConfigureAwait(false);
        }

        lock (_lock)
        {
            _open = [];
        }

        await _endLeaving.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_leaving).ConfigureAwait(false);
    }

    private static bool IsSamePlace(ListenerModel a, ListenerModel b) => a.Protocol == b.Protocol && a.Host == b.Host && a.Port == b.Port;

    private async Task<OpenListener> OpenAsync(ListenerModel model, CancellationToken cancellationToken)
    {
        var listener = create(model);
        try
        {
            await listener.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new OpenListener(model, listener);
    }

    private async Task<(OpenListener? Opened, string Failure)> RebindAsync(ListenerModel model)
    {
        var giveUp = time.GetTimestamp() + (long)(RebindPatience.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            try
            {
                return (await OpenAsync(model, CancellationToken.None).ConfigureAwait(false), string.Empty);
            }
            catch (IOException taken)
            {
                if (time.GetTimestamp() >= giveUp)
                {
                    return (null, taken.Message);
                }
            }

            await Task.Delay(RebindPause, time).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(OpenListener leaving, int drainMs)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Log.ListenerLeaves(log, leaving.Model.Name, drainMs);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(drainMs), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _endLeaving.Token);
            await leaving.Listener.StopAsync(either.Token).ConfigureAwait(false);
            await leaving.Listener.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            // A listener may be a plugin's: its end must not take the others with it.
            Log.ListenerStuck(log, leaving.Model.Name, failed);
        }
    }
}

/// <summary>A listener that is bound.</summary>
internal sealed record OpenListener(ListenerModel Model, IListener Listener);

/// <summary>What a new configuration means for the listeners; the ones it adds are bound already.</summary>
internal sealed class ListenerChange
{
    /// <summary>Bound by now.</summary>
    internal List<OpenListener> Opened { get; } = [];

    /// <summary>Of the same protocol at the same address; limits and settings may differ.</summary>
    internal List<(ListenerModel Model, OpenListener Old)> Kept { get; } = [];

    /// <summary>To be bound once one that goes has let go of the port.</summary>
    internal List<ListenerModel> Waiting { get; } = [];

    internal List<OpenListener> Going { get; } = [];
}
