using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries;

/// <summary>All instances of a service at one moment.</summary>
/// <param name="Revision">
/// Rises with every change that an adapter sees, by the adapter's own count: what comes with a lower one than before is taken for late and
/// passed over, so a number that a restored server begins anew will not do.
/// </param>
/// <param name="Stale">The registry is away and these are the last known.</param>
public sealed record ServiceSnapshot(ServiceKey Service, long Revision, bool Stale, ImmutableArray<ServiceInstance> Instances);

/// <summary>A registry of one kind at one place. Safe for any thread.</summary>
public interface IRegistryAdapter : IAsyncDisposable
{
    /// <summary>The current snapshot as soon as it is known, then every change. A service that is unknown gives an empty snapshot.</summary>
    IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken);

    /// <summary>All services that the registry has, now and after every change.</summary>
    IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Registers an instance until the result is disposed, which takes it out before it returns, where the registry can be reached. Returns
    /// once it was tried; where the registry is away, it goes on trying, and it registers anew whatever a registry forgets. What is found
    /// under the same service, protocol, host and port is this gateway's own from before, and is replaced rather than doubled.
    /// NotSupportedException where the registry cannot be written; <see cref="FormatException"/> where it has no words for the instance.
    /// </summary>
    ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken);

    /// <summary>
    /// Takes out what an earlier life of this gateway published and left, known by service, protocol, host and port; nothing when it is not
    /// there. Whether it was found; false too where leases end such things by themselves.
    /// </summary>
    ValueTask<bool> WithdrawAsync(ServiceInstance facade, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
