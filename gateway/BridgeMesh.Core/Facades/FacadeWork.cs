using System.Collections.Concurrent;
using BridgeMesh.Core.Model;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>How a try to publish or withdraw ended.</summary>
/// <param name="Publication">What holds it; null when it is withdrawn, or the try failed.</param>
/// <param name="Problem">Why it failed; null when it did not.</param>
/// <param name="IsFinal">Trying the same again is of no use.</param>
/// <param name="TakenPort">Port that could not be bound; 0 for none.</param>
internal sealed record FacadeResult(
    FacadeState State,
    ServiceInstance? Tried,
    IRegistryAdapter? Adapter,
    IAsyncDisposable? Publication,
    string? Problem,
    bool IsFinal = false,
    int TakenPort = 0);

/// <summary>
/// Publishes and withdraws in the background, a few at a time in each registry, so that one that is slow holds up itself alone. Adapters are
/// plugins: what they throw becomes a result. Safe for any thread.
/// </summary>
internal sealed class FacadeWork(FacadeListeners listeners, Action<FacadeResult> ended)
{
    /// <summary>Publications and withdrawals at a time in one registry.</summary>
    internal const int MaxAtOnce = 8;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    internal async Task PublishAsync(
        FacadeState state, ServiceInstance instance, ListenerModel? own, IRegistryAdapter adapter, CancellationToken cancellationToken)
    {
        // Off the loop: an adapter may do its work before it first waits.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        ended(await TryPublishAsync(state, instance, own, adapter, cancellationToken).ConfigureAwait(false));
    }

    internal async Task WithdrawAsync(FacadeState state, IRegistryAdapter? adapter, IAsyncDisposable? publication, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        ended(await TryWithdrawAsync(state, adapter, publication, cancellationToken).ConfigureAwait(false));
    }

    private async Task<FacadeResult> TryPublishAsync(
        FacadeState state, ServiceInstance instance, ListenerModel? own, IRegistryAdapter adapter, CancellationToken cancellationToken)
    {
        var gate = GateOf(state.Key.Registry);
        var isIn = false;
        try
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            isIn = true;
            if (own is not null && await listeners.OpenAsync(own, cancellationToken).ConfigureAwait(false) is { } failed)
            {
                // A name that no listener takes would be refused at the next port as well.
                return failed.IsRefused
                    ? new FacadeResult(state, instance, adapter, null, $"it can have no port of its own: {failed.Why}", IsFinal: true)
                    : new FacadeResult(state, instance, adapter, null, $"its port cannot be bound: {failed.Why.TrimEnd('.')}", TakenPort: own.Port);
            }

            return new FacadeResult(state, instance, adapter, await adapter.PublishAsync(instance, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception refused) when (refused is NotSupportedException or FormatException)
        {
            return new FacadeResult(state, instance, adapter, null, refused.Message, IsFinal: true);
        }
        catch (Exception failed)
        {
            return new FacadeResult(state, instance, adapter, null, failed.Message);
        }
        finally
        {
            if (isIn)
            {
                gate.Release();
            }
        }
    }

    private async Task<FacadeResult> TryWithdrawAsync(
        FacadeState state, IRegistryAdapter? adapter, IAsyncDisposable? publication, CancellationToken cancellationToken)
    {
        var gate = GateOf(state.Key.Registry);
        var isIn = false;
        try
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            isIn = true;
            if (publication is not null)
            {
                await publication.DisposeAsync().ConfigureAwait(false);
            }
            else if (adapter is not null)
            {
                await adapter.WithdrawAsync(state.Key.ToInstance(), cancellationToken).ConfigureAwait(false);
            }

            return new FacadeResult(state, null, adapter, null, null);
        }
        catch (Exception failed)
        {
            return new FacadeResult(state, null, adapter, null, failed.Message);
        }
        finally
        {
            if (isIn)
            {
                gate.Release();
            }
        }
    }

    private SemaphoreSlim GateOf(string registry) => _gates.GetOrAdd(registry, static _ => new SemaphoreSlim(MaxAtOnce));
}
