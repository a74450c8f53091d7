using System.Buffers.Binary;

namespace BridgeMesh.Registries.ZooKeeper.Client;

internal delegate T ReplyReader<out T>(ref JuteReader reader);

/// <summary>A packet on its way to the server and, but for pings, what becomes of its answer. It owns its bytes.</summary>
internal class PendingCall(byte[] packet)
{
    public byte[] Packet => packet;

    public int Xid { get; private set; }

    /// <summary>False of pings: their answer is not awaited in order.</summary>
    public virtual bool IsAnsweredInOrder => false;

    public virtual bool IsFinished => false;

    public void Number(int xid)
    {
        Xid = xid;
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), xid);
    }

    public virtual bool TryFail(KeeperError error) => false;

    /// <summary>Takes the answer; false when it cannot be read.</summary>
    public virtual bool Answer(KeeperError error, ref JuteReader reader) => true;
}

/// <param name="read">Reads the answer's body, which is there when there is no error.</param>
/// <param name="answered">Called by the reading loop, before the next packet is read, when somebody still waits.</param>
internal sealed class PendingCall<T>(byte[] packet, ReplyReader<T> read, Action<KeeperError>? answered) : PendingCall(packet)
{
    private readonly TaskCompletionSource<KeeperResult<T>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<KeeperResult<T>> Result => _result.Task;

    public override bool IsAnsweredInOrder => true;

    public override bool IsFinished => _result.Task.IsCompleted;

    public override bool TryFail(KeeperError error) => _result.TrySetResult(new(error, default!)); // No value where there is an error.

    public override bool Answer(KeeperError error, ref JuteReader reader)
    {
        var value = error == KeeperError.Ok ? read(ref reader) : default!; // The same.
        if (reader.IsBroken)
        {
            TryFail(KeeperError.MarshallingError);
            return false;
        }

        if (!IsFinished)
        {
            answered?.Invoke(error);
            _result.TrySetResult(new(error, value));
        }

        return true;
    }
}
