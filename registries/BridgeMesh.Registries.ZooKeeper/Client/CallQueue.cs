using System.Threading.Channels;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// Operations in their order: those that wait to be sent, whatever the connection, and those whose answers are awaited on the present one.
/// Bounded in number and bytes; what passes a bound is refused, nothing is dropped. Safe for any thread.
/// </summary>
internal sealed class CallQueue(int maxCalls, int maxBytes)
{
    private readonly Channel<PendingCall> _waiting = Channel.CreateUnbounded<PendingCall>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<PendingCall> _sent = new();
    private readonly Lock _lock = new();
    private int _calls;
    private long _bytes;
    private KeeperError _refusal;

    public ChannelReader<PendingCall> Waiting => _waiting.Reader;

    /// <summary>Calls that are not over, and those given up whose answer is still to come.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _calls;
            }
        }
    }

    public KeeperError Enqueue(PendingCall call)
    {
        lock (_lock)
        {
            if (_refusal != KeeperError.Ok)
            {
                return _refusal;
            }

            if (_calls >= maxCalls || _bytes + call.Packet.Length > maxBytes)
            {
                return KeeperError.TooManyPending;
            }

            _calls++;
            _bytes += call.Packet.Length;
            _waiting.Writer.TryWrite(call);
            return KeeperError.Ok;
        }
    }

    /// <summary>Sent beside the calls, and counted by nobody: a ping.</summary>
    public void EnqueueControl(PendingCall call) => _waiting.Writer.TryWrite(call);

    /// <summary>Takes the next call that somebody still waits for; it then counts as sent. Null when there is none now.</summary>
    public PendingCall? TakeForSending(Func<int> nextXid)
    {
        while (_waiting.Reader.TryRead(out var call))
        {
            if (!call.IsAnsweredInOrder)
            {
                return call;
            }

            if (call.IsFinished)
            {
                Release(call);
                continue;
            }

            lock (_lock)
            {
                call.Number(nextXid());
                _sent.Enqueue(call);
            }

            return call;
        }

        return null;
    }

    /// <summary>The call that the next answer must be for; null when none is awaited.</summary>
    public PendingCall? TakeForAnswer()
    {
        PendingCall? call;
        lock (_lock)
        {
            if (!_sent.TryDequeue(out call))
            {
                return null;
            }
        }

        Release(call);
        return call;
    }

    /// <summary>The connection is over: nobody knows what became of the calls that were sent.</summary>
    public void FailSent(KeeperError error)
    {
        while (TakeForAnswer() is { } call)
        {
            call.TryFail(error);
        }
    }

    /// <summary>Ends the calls that were not sent.</summary>
    public void FailWaiting(KeeperError error)
    {
        while (_waiting.Reader.TryRead(out var call))
        {
            call.TryFail(error);
            if (call.IsAnsweredInOrder)
            {
                Release(call);
            }
        }
    }

    /// <summary>From now on every call is refused so; Ok takes them again.</summary>
    public void Refuse(KeeperError error)
    {
        lock (_lock)
        {
            _refusal = error;
        }
    }

    private void Release(PendingCall call)
    {
        lock (_lock)
        {
            _calls--;
            _bytes -= call.Packet.Length;
        }
    }
}
