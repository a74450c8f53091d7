using BridgeMesh.Core.Channels;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Routing;

/// <summary>An instance and the way to it.</summary>
internal sealed class Endpoint(ServiceInstance instance, ChannelPool pool)
{
    private IUpstreamChannel? _channel;
    private HeldChannel? _held;
    private int _isReleased;
    private int _isLetGo;

    internal ServiceInstance Instance { get; } = instance;

    /// <summary>Whether the registry says that it is a gateway too.</summary>
    internal bool IsGateway { get; } = instance.Metadata.ContainsKey(InstanceMarks.Gateway);

    /// <summary>Why calls cannot go there; null when they can.</summary>
    internal string? WhyNotCallable { get; } = WhyNotUp(instance.Health) ?? pool.WhyNotCallable(instance);

    internal IUpstreamChannel Channel => Volatile.Read(ref _channel) ?? Hold();

    internal bool IsAvailable => _channel?.IsAvailable ?? true;

    /// <summary>No table holds the instance any longer. A call that was planned before may still go there.</summary>
    internal void Release()
    {
        Interlocked.Exchange(ref _isReleased, 1);
        LetGo();
    }

    private IUpstreamChannel Hold()
    {
        var held = pool.Hold(Instance);
        if (Interlocked.CompareExchange(ref _held, held, null) is { } other)
        {
            pool.LetGo(held); // Two calls were the first.
            held = other;
        }

        Volatile.Write(ref _channel, held.Channel);
        if (Volatile.Read(ref _isReleased) == 1)
        {
            LetGo();
        }

        return held.Channel;
    }

    private void LetGo()
    {
        if (Volatile.Read(ref _held) is { } held && Interlocked.Exchange(ref _isLetGo, 1) == 0)
        {
            pool.LetGo(held);
        }
    }

    private static string? WhyNotUp(InstanceHealth health) => health switch
    {
        InstanceHealth.Up => null,
        InstanceHealth.Starting => "its registry says that it is still starting",
        InstanceHealth.Down => "its registry says that it is down",
        InstanceHealth.OutOfService => "its registry says that it was taken out of service",
        _ => "its registry does not know whether it is up",
    };
}
