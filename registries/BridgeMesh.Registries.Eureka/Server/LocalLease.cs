using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>One instance that the gateway registered with its own server: renewed by a timer, so that peers hear of it as of any other.</summary>
internal sealed class LocalLease(
    ServiceInstance facade, EurekaOperations operations, EurekaLease lease, TimeProvider time, Action<LocalLease> letGo) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private EurekaInstance _instance = InstanceMapping.ToEureka(facade, lease, time.GetUtcNow().ToUnixTimeMilliseconds());
    private ITimer? _timer;
    private bool _disposed;

    internal void Start()
    {
        operations.Register(_instance, isReplica: false);
        var interval = TimeSpan.FromSeconds(lease.RenewalIntervalS);
        var timer = time.CreateTimer(static self => ((LocalLease)self!).Renew(), this, interval, interval); // the state is this
        lock (_lock)
        {
            if (!_disposed)
            {
                _timer = timer;
                return;
            }
        }

        timer.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return ValueTask.CompletedTask;
            }

            _disposed = true;
            _timer?.Dispose();
            operations.Cancel(_instance.Name, isReplica: false);
        }

        letGo(this);
        return ValueTask.CompletedTask;
    }

    private void Renew()
    {
        // The table is told under the lock: a renewal that crosses the end would register what was just taken out.
        lock (_lock)
        {
            if (!_disposed
                && operations.Renew(_instance.Name, _instance.LastDirtyTimestamp, EurekaStatus.Unknown, isReplica: false, out _) == TableResult.NotFound)
            {
                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                _instance = _instance with { LastDirtyTimestamp = Math.Max(nowMs, _instance.LastDirtyTimestamp + 1) };
                operations.Register(_instance, isReplica: false);
            }
        }
    }
}
