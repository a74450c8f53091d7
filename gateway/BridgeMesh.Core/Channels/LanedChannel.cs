using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Channels;

/// <summary>
/// The connections to one instance of a framed protocol: some for requests that are passed on as their callers wrote them, others for those
/// that the gateway writes. They are kept apart because some peers cache class definitions per connection by class name (sofa-bolt-node
/// does) and would read a second writer's fields into the wrong places. Each kind connects on first use; several of a kind take turns.
/// Every reactor has connections of its own, so that a call stays on the thread that it came by.
/// </summary>
internal sealed class LanedChannel(ITransport transport, FramedChannel[] forwarding, FramedChannel[] translating) : IUpstreamChannel
{
    private uint _next;

    internal IEnumerable<FramedChannel> Channels => forwarding.Concat(translating);

    public string Protocol => forwarding[0].Protocol;

    public int InFlight => Channels.Sum(c => c.InFlight);

    public bool IsAvailable => AnyAvailable(forwarding) && AnyAvailable(translating);

    public bool CanForward(Exchange exchange) => forwarding[0].CanForward(exchange);

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var channels = exchange.Lane == Lane.Translate ? translating : forwarding;
        if (channels.Length == 1)
        {
            channels[0].Send(exchange, sink);
            return;
        }

        var first = First(channels.Length);
        var chosen = channels[first % (uint)channels.Length];
        for (uint i = 1; i < channels.Length && !chosen.IsAvailable; i++)
        {
            chosen = channels[(first + i) % (uint)channels.Length];
        }

        chosen.Send(exchange, sink);
    }

    /// <summary>The channel whose turn it is, of those of this thread's reactor where it is one.</summary>
    private uint First(int channels)
    {
        var reactor = transport.Current;
        var each = (uint)(channels / transport.Reactors);
        if (reactor >= 0 && each == 1)
        {
            return (uint)reactor;
        }

        var turn = Interlocked.Increment(ref _next);
        return reactor >= 0 ? ((uint)reactor * each) + (turn % each) : turn;
    }

    public void Cancel(Exchange exchange)
    {
        foreach (var channel in exchange.Lane == Lane.Translate ? translating : forwarding)
        {
            channel.Cancel(exchange);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in Channels)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool AnyAvailable(FramedChannel[] channels)
    {
        foreach (var channel in channels)
        {
            if (channel.IsAvailable)
            {
                return true;
            }
        }

        return false;
    }
}
