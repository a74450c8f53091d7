using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// An instance and its lease. The lease runs by the machine's steady clock: a wall clock that is set gives nothing up and keeps nothing
/// alive. For one thread at a time: the table locks.
/// </summary>
internal sealed class LeasedInstance(EurekaInstance instance, long registeredMs, long now)
{
    internal EurekaInstance Instance { get; private set; } = instance with { Lease = instance.Lease with { RegistrationTimestamp = registeredMs } };

    private long _renewedAt = now;
    private long _renewedMs = registeredMs;

    internal void Renew(long now, long nowMs)
    {
        _renewedAt = now;
        _renewedMs = nowMs;
    }

    internal void Change(EurekaInstance instance) => Instance = instance;

    /// <param name="grace">Time that counts for nothing, as the server itself stood still.</param>
    internal bool HasEnded(TimeProvider time, TimeSpan grace) =>
        time.GetElapsedTime(_renewedAt) > TimeSpan.FromSeconds(Instance.Lease.DurationS) + grace;

    /// <summary>With the time of its last renewal, as it is shown.</summary>
    internal EurekaInstance Show() => Instance with { Lease = Instance.Lease with { LastRenewalTimestamp = _renewedMs } };
}
