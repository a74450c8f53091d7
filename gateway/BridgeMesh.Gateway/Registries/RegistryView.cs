using System.Collections.Immutable;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>What a registry told within a time.</summary>
/// <param name="Answered">Whether that was all of it.</param>
/// <param name="Trouble">What its adapter complained of; empty for nothing.</param>
/// <param name="Services">By name.</param>
internal sealed record RegistryView(RegistryTarget Target, bool Answered, string Trouble, ImmutableArray<ServiceSnapshot> Services)
{
    public bool IsStale => Services.Any(static s => s.Stale);

    public int InstanceCount => Services.Sum(static s => s.Instances.Length);

    /// <summary>Asks all at the same time and waits for the slowest, as long as the limit is not over.</summary>
    /// <param name="names">Services that are wanted, with * for any text; empty for all.</param>
    public static async Task<ImmutableArray<RegistryView>> AskAsync(
        ImmutableArray<RegistryTarget> targets, IReadOnlyCollection<string> names, TimeSpan limit, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(targets.Select(t => AskAsync(t, names, limit, cancellationToken))).ConfigureAwait(false)];

    private static async Task<RegistryView> AskAsync(
        RegistryTarget target, IReadOnlyCollection<string> names, TimeSpan limit, CancellationToken cancellationToken)
    {
        var follower = new RegistryFollower(target, names, told: null, TimeProvider.System);
        await using var _ = follower.ConfigureAwait(false);
        try
        {
            await follower.Complete.WaitAsync(limit, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Told below: it has not answered.
        }

        return new(target, follower.Complete.IsCompletedSuccessfully, follower.Trouble, follower.Snapshots());
    }
}
