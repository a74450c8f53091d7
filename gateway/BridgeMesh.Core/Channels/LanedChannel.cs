using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Channels;

/// <summary>
/// The connections to one instance of a framed protocol: some for requests that are passed on as their callers wrote them, others for those
/// that the gateway writes. They are kept apart because some peers cache class definitions per connection by class name (sofa-bolt-node
/// does) and would read a second writer's fields into the wrong places. Every reactor has connections of its own, so that a call stays on the
/// thread that it came by; several of a kind take turns. Each is made for the first call that needs it: of the many instances that registries
/// hold, few are called from every reactor and in both ways. Safe for any thread.
/// </summary>
/// <param name="each">Connections of one kind on one reactor, 1 or more.</param>
/// <param name="open">Makes a channel that the given reactor carries. Called under a lock.</param>
internal sealed class LanedChannel(IFrameCodec codec, ITransport transport, int each, Func<int, FramedChannel> open) : IUpstreamChannel
{
    private readonly Lock _lock = new();

    // Those of the first reactor, then those of the second, and so on.
    private readonly FramedChannel?[] _forwarding = new FramedChannel?[each * transport.Reactors];
    private readonly FramedChannel?[] _translating = new FramedChannel?[each * transport.Reactors];
    private bool _isDisposed;
    private uint _next;

    /// <summary>Those that were made so far.</summary>
    internal IEnumerable<FramedChannel> Channels => _forwarding.Concat(_translating).OfType<FramedChannel>();

    public string Protocol => codec.Protocol;

    public int InFlight => Channels.Sum(c => c.InFlight);

    public bool IsAvailable => AnyAvailable(_forwarding) && AnyAvailable(_translating);

    public bool CanForward(Exchange exchange) => codec.CanForward(exchange);

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var channels = exchange.Lane == Lane.Translate ? _translating : _forwarding;
        var first = First();
        var chosen = first;
        for (uint i = 1; i < channels.Length && channels[chosen % channels.Length] is { IsAvailable: false }; i++)
        {
            chosen = first + i;
        }

        var index = (int)(chosen % channels.Length);
        if ((Volatile.Read(ref channels[index]) ?? Open(channels, index)) is { } channel)
        {
            channel.Send(exchange, sink);
            return;
        }

        exchange.SetFault(ExchangeStatus.Unavailable, "the callee was taken out of service");
        sink.OnAttemptCompleted(exchange);
    }

    public void Cancel(Exchange exchange)
    {
        foreach (var channel in exchange.Lane == Lane.Translate ? _translating : _forwarding)
        {
            channel?.Cancel(exchange);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        foreach (var channel in Channels)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Null once the channel is disposed of.</summary>
    private FramedChannel? Open(FramedChannel?[] channels, int index)
    {
        lock (_lock)
        {
            if (channels[index] is null && !_isDisposed)
            {
                Volatile.Write(ref channels[index], open(index / each));
            }

            return channels[index];
        }
    }

    /// <summary>The place whose turn it is, of those of this thread's reactor where it is one.</summary>
    private uint First()
    {
        if (_forwarding.Length == 1)
        {
            return 0;
        }

        var reactor = transport.Current;
        if (reactor >= 0 && each == 1)
        {
            return (uint)reactor;
        }

        var turn = Interlocked.Increment(ref _next);
        return reactor >= 0 ? (uint)(reactor * each) + (turn % (uint)each) : turn;
    }

    /// <summary>One that was not made yet may be tried.</summary>
    private static bool AnyAvailable(FramedChannel?[] channels)
    {
        foreach (var channel in channels)
        {
            if (channel is null or { IsAvailable: true })
            {
                return true;
            }
        }

        return false;
    }
}
