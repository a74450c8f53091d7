using BridgeMesh.Wire;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// Output buffers of one reactor, borrowed by connections while they have something to send. They come back with the capacity that they grew
/// to, up to <see cref="KeepBytes"/>, so that traffic soon finds buffers of its own size. Safe for any thread.
/// </summary>
internal sealed class WriterPool
{
    /// <summary>A larger one is given up for a small one: large frames are rare, and their buffers the array pool's.</summary>
    private const int KeepBytes = 64 << 10;

    /// <summary>4 MiB at most. As many connections as are ever dirty at the end of one batch, by measurement of 64 busy ones.</summary>
    private const int MaxPooled = 64;

    private readonly Lock _lock = new();
    private readonly FrameWriter[] _writers = new FrameWriter[MaxPooled];
    private int _count;

    internal FrameWriter Rent()
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                return _writers[--_count];
            }
        }

        return new FrameWriter();
    }

    internal void Return(FrameWriter writer)
    {
        writer.Clear(KeepBytes);
        lock (_lock)
        {
            if (_count < MaxPooled)
            {
                _writers[_count++] = writer;
                return;
            }
        }

        writer.Dispose();
    }
}
