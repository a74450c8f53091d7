namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>Something that a reactor does every so often between its batches.</summary>
internal sealed class ReactorTick(Reactor reactor, long period, long now, Action action) : IDisposable
{
    /// <summary>Timestamp of the next time. The reactor's thread's.</summary>
    internal long Due { get; private set; } = now + period;

    public void Dispose() => reactor.Remove(this);

    internal void RunIfDue(long now)
    {
        if (now >= Due)
        {
            Due = now + period;
            action();
        }
    }
}
