namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>Counts a listener's open connections and lets in no more than its bound. Safe for any thread.</summary>
internal sealed class ConnectionGate(int max)
{
    private int _max = max;
    private int _open;

    /// <summary>For the connections that come next; those that there are stay.</summary>
    internal int Max
    {
        set => Volatile.Write(ref _max, value);
    }

    internal int Open => Volatile.Read(ref _open);

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= Volatile.Read(ref _max))
        {
            return true;
        }

        Leave();
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _open);
}
