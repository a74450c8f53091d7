using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// One call to one instance, from the moment the channel gets the exchange until its sink is called, or its stream of replies disposed. Not
/// pooled: HttpClient's own objects outweigh it, and a cancellation that comes late finds an attempt that has ended instead of another call.
/// </summary>
internal sealed class RpcAttempt : IThreadPoolWorkItem, IDisposable
{
    private readonly RpcChannel _channel;
    private readonly Exchange _exchange;
    private readonly IAttemptSink _sink;
    private readonly AttemptClock _clock;

    internal RpcAttempt(RpcChannel channel, Exchange exchange, IAttemptSink sink)
    {
        _channel = channel;
        _exchange = exchange;
        _sink = sink;

        // A stream may last for days, and a forwarded call may be one: only a deadline that its own caller set ends it.
        IsStream = exchange is { Lane: Lane.Translate, Shape: { } shape } && StreamRules.NeededBy(shape) != StreamSupport.None;
        var isTimed = exchange.CallerTimeoutMs > 0 || !(IsStream || exchange.Lane == Lane.Forward);
        Packer = exchange.Lane == Lane.Translate ? MessagePacker.Of(channel.Packing) : null;
        TimeoutMs = isTimed ? Math.Max(1, exchange.RemainingMs) : 0;
        _clock = new AttemptClock(exchange, channel.Settings.Time, isTimed);
    }

    internal RpcChannel Channel => _channel;

    internal Exchange Exchange => _exchange;

    internal CancellationToken Token => _clock.Token;

    internal bool IsGivenUp => _clock.IsGivenUp;

    /// <summary>Null where requests go out as they are.</summary>
    internal MessagePacker? Packer { get; }

    /// <summary>The method streams, and its messages are opened.</summary>
    internal bool IsStream { get; }

    /// <summary>Time that the attempt has, in ms; 0 for a stream without end.</summary>
    internal int TimeoutMs { get; }

    // The task ends without an exception whatever happens: RunAsync tells it all to the exchange, and the sink is the one who waits.
    public void Execute() => _ = RunAsync();

    public void Dispose()
    {
        Packer?.Dispose();
        _clock.Dispose();
    }

    /// <summary>The pipeline no longer wants the answer. Safe at any time, also after the end.</summary>
    internal void GiveUp() => _clock.GiveUp();

    /// <summary>Ends whatever is on its way. Safe at any time, also after the end.</summary>
    internal void Stop() => _clock.Cut();

    /// <summary>Ends the attempt and hands the exchange back; nothing of it may be touched afterwards.</summary>
    internal void Complete()
    {
        End();
        HandBack();
    }

    /// <summary>To be called once.</summary>
    internal void End()
    {
        Dispose();
        _channel.OnAttemptEnded();
    }

    /// <summary>Turns what HttpClient threw into a neutral status.</summary>
    internal void SetFault(Exception exception) => _clock.SetFault(_channel.Protocol, exception);

    /// <summary>Hands the exchange back. An attempt that goes on, for a stream of replies, is ended by that stream.</summary>
    private void HandBack()
    {
        _channel.Reachability.OnEnded(_exchange);
        _sink.OnAttemptCompleted(_exchange);
    }

    private async Task RunAsync()
    {
        var goesOn = false;
        try
        {
            if (_exchange is { Lane: Lane.Forward, CallerItem: RpcCall call })
            {
                await ForwardLane.RunAsync(this, call).ConfigureAwait(false);
            }
            else if (IsStream)
            {
                goesOn = await StreamingCall.RunAsync(this).ConfigureAwait(false);
            }
            else
            {
                await UnaryCall.RunAsync(this).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The edge of this side: whatever it is, a caller waits for an answer.
            SetFault(exception);
        }

        if (goesOn)
        {
            HandBack();
        }
        else
        {
            Complete();
        }
    }
}
