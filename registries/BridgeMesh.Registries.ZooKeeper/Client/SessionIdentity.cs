namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>What a client shows to be given its session again. Held by the session's task; the id is read by any.</summary>
internal sealed class SessionIdentity
{
    private static readonly byte[] NoPassword = new byte[16];

    private long _id;
    private long _lastZxid;

    /// <summary>0 for none yet.</summary>
    public long Id => Interlocked.Read(ref _id);

    public byte[] Password { get; private set; } = NoPassword;

    /// <summary>The last transaction that an answer told of; a server that has not seen it yet refuses the session.</summary>
    public long LastZxid => Interlocked.Read(ref _lastZxid);

    /// <summary>A read-only server made it up: servers with a quorum do not know it.</summary>
    public bool IsReadOnly { get; private set; }

    public void Grant(long id, byte[] password, bool isReadOnly)
    {
        Interlocked.Exchange(ref _id, id);
        (Password, IsReadOnly) = (password, isReadOnly);
    }

    public void Saw(long zxid)
    {
        if (zxid > LastZxid)
        {
            Interlocked.Exchange(ref _lastZxid, zxid);
        }
    }

    public void Forget(bool withHistory)
    {
        Grant(0, NoPassword, isReadOnly: false);
        if (withHistory)
        {
            Interlocked.Exchange(ref _lastZxid, 0);
        }
    }
}
