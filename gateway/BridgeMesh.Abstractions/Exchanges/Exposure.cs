using System.Collections.Frozen;
using BridgeMesh.Contracts;

namespace BridgeMesh.Exchanges;

/// <summary>How far a gateway is on its way from start to stop.</summary>
public enum ServingPhase : byte
{
    Serving,

    /// <summary>It says that it will stop, so that callers go elsewhere, and still takes calls.</summary>
    Announcing,

    /// <summary>It takes no new callers and waits for the calls in flight.</summary>
    Draining,
}

/// <summary>A service as callers of the gateway see it.</summary>
/// <param name="Interface">The name that callers use.</param>
/// <param name="Contract">Null where it has none, and its calls pass as they are.</param>
/// <param name="IsCallable">Whether an instance takes calls now.</param>
public sealed record ExposedService(string Interface, ServiceContract? Contract, bool IsCallable);

/// <summary>
/// What callers can reach at one moment, for services that tell of others: health, reflection. Immutable but for being replaced; safe for any
/// thread.
/// </summary>
/// <param name="services">Asked once, when somebody first wants to know.</param>
public sealed class Exposure(ServingPhase phase, Func<IEnumerable<ExposedService>> services)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lazy<FrozenDictionary<string, ExposedService>> _services = new(
        () => services().ToFrozenDictionary(static s => s.Interface, StringComparer.Ordinal));

    /// <summary>Nothing, and for ever.</summary>
    public static Exposure Nothing { get; } = new(ServingPhase.Serving, static () => []);

    public ServingPhase Phase { get; } = phase;

    /// <summary>By interface; of a service with several versions the one that a caller gets who names none.</summary>
    public FrozenDictionary<string, ExposedService> Services => _services.Value;

    /// <summary>Completes when there is a newer one.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>To be called by whoever has put a newer one in its place.</summary>
    public void Replace() => _replaced.TrySetResult();
}
