using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Channels;

/// <summary>Several connections to one instance, taken in turn: large frames on one do not hold up the others.</summary>
internal sealed class ChannelGroup(FramedChannel[] channels) : IUpstreamChannel
{
    private uint _next;

    internal FramedChannel[] Channels => channels;

    public string Protocol => channels[0].Protocol;

    public int InFlight => channels.Sum(c => c.InFlight);

    public bool IsAvailable => Array.Exists(channels, c => c.IsAvailable);

    public bool CanForward(Exchange exchange) => channels[0].CanForward(exchange);

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var first = Interlocked.Increment(ref _next);
        for (uint i = 0; i < channels.Length; i++)
        {
            var channel = channels[(first + i) % (uint)channels.Length];
            if (channel.IsAvailable)
            {
                channel.Send(exchange, sink);
                return;
            }
        }

        channels[first % (uint)channels.Length].Send(exchange, sink);
    }

    public void Cancel(Exchange exchange)
    {
        foreach (var channel in channels)
        {
            channel.Cancel(exchange);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }
}
