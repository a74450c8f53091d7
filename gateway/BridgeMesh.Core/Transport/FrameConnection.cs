using BridgeMesh.Wire;

namespace BridgeMesh.Core.Transport;

/// <summary>
/// One TCP connection of a framed protocol, whatever carries it: what comes in goes whole to a <see cref="IFrameHandler"/>, and any thread may
/// append to the output under <see cref="OutputLock"/>.
/// Back-pressure: past <see cref="PauseBytes"/> of unsent output nothing more is read from this peer until less than
/// <see cref="ResumeBytes"/> is left; past <see cref="MaxQueuedBytes"/> it is closed.
/// </summary>
internal abstract class FrameConnection(int maxQueuedBytes)
{
    internal const int PauseBytes = 4 << 20;
    internal const int ResumeBytes = 1 << 20;

    private int _dirty;

    internal Lock OutputLock { get; } = new();

    /// <summary>
    /// Where a frame is appended. Only under <see cref="OutputLock"/>, and asked for anew for each frame; then
    /// <see cref="FlushBatch.Request"/> outside it.
    /// </summary>
    internal abstract FrameWriter Output { get; }

    internal int MaxQueuedBytes { get; } = maxQueuedBytes;

    internal abstract bool IsClosed { get; }

    /// <summary>Timestamps of the last bytes in and out.</summary>
    internal abstract long LastReceived { get; }

    internal abstract long LastSent { get; }

    /// <summary>Begins to read. Once; what was appended before it is sent too.</summary>
    internal abstract void Start();

    /// <summary>Sends what was appended, as far as the peer takes it; the rest follows by itself.</summary>
    internal abstract void Flush();

    /// <summary>Closes once everything appended has been sent.</summary>
    internal abstract void CloseWhenSent();

    /// <summary>
    /// Closes at once. The first reason is told to the handler, on this thread and before this returns; later ones are not.
    /// </summary>
    internal abstract void Close(CloseReason reason);

    internal bool MarkDirty() => Interlocked.Exchange(ref _dirty, 1) == 0;

    internal void FlushDirty()
    {
        Volatile.Write(ref _dirty, 0);
        Flush();
    }
}
