using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Plugins;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Facades;

/// <summary>
/// Listeners that stand for one service each, at ports that the gateway chose. One stays open when its facade is withdrawn: callers notice
/// later, and the facade may be back at once. Safe for any thread.
/// </summary>
internal sealed class FacadeListeners(
    Func<ListenerModel, IListener> create, Func<ListenerModel, ListenerSettings> settingsOf, Action changed, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private ImmutableDictionary<int, OpenListener> _open = ImmutableDictionary<int, OpenListener>.Empty;

    internal ICollection<OpenListener> Open => [.. Volatile.Read(ref _open).Values];

    /// <summary>
    /// Binds the listener, or gives it other settings. Why it could not, and whether that is for its settings rather than its port; null when it
    /// could.
    /// </summary>
    internal async Task<(string Why, bool IsRefused)?> OpenAsync(ListenerModel model, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_open.TryGetValue(model.Port, out var old))
            {
                var isThere = old.Model.Host == model.Host && old.Model.Protocol == model.Protocol;
                if (old.Model.IsSame(model) || (isThere && old.Listener.TryChange(settingsOf(model))))
                {
                    Set(_open.SetItem(model.Port, old with { Model = model }));
                    return null;
                }

                Set(_open.Remove(model.Port));
                await EndAsync(old, new CancellationToken(canceled: true)).ConfigureAwait(false);
            }

            IListener? listener = null;
            try
            {
                listener = create(model);
                await listener.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is IOException or FormatException)
            {
                if (listener is not null)
                {
                    await listener.DisposeAsync().ConfigureAwait(false);
                }

                return (failed.Message, failed is FormatException);
            }

            Set(_open.SetItem(model.Port, new OpenListener(model, listener)));
            return null;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Drains in the background what no rule has a port for any longer.</summary>
    internal void Retain(Func<int, bool> isWanted, int drainMs)
    {
        foreach (var (port, gone) in Volatile.Read(ref _open).Where(o => !isWanted(o.Key)).ToArray())
        {
            if (ImmutableInterlocked.TryRemove(ref _open, port, out _))
            {
                changed();
                _ = LeaveAsync(gone, drainMs);
            }
        }
    }

    /// <summary>Drains all.</summary>
    internal Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(Open.Select(o => EndAsync(o, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Interlocked.Exchange(ref _open, ImmutableDictionary<int, OpenListener>.Empty).Values)
        {
            await opened.Listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Set(ImmutableDictionary<int, OpenListener> open)
    {
        Volatile.Write(ref _open, open);
        changed();
    }

    private async Task LeaveAsync(OpenListener leaving, int drainMs)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(drainMs), time);
        await EndAsync(leaving, limit.Token).ConfigureAwait(false);
    }

    private async Task EndAsync(OpenListener leaving, CancellationToken cancellationToken)
    {
        try
        {
            await leaving.Listener.StopAsync(cancellationToken).ConfigureAwait(false);
            await leaving.Listener.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            // A listener may be a plugin's: its end must not take the others with it.
            Runtime.Log.ListenerStuck(log, leaving.Model.Name, failed);
        }
    }
}
