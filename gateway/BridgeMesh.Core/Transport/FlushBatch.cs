namespace BridgeMesh.Core.Transport;

/// <summary>
/// Connections written to while one read is worked through. A reader drains every buffered frame first; then each connection is flushed
/// once, so many small frames share a system call. One per thread.
/// </summary>
internal sealed class FlushBatch
{
    [ThreadStatic]
    private static FlushBatch? _current;

    private readonly List<FrameConnection> _dirty = new(64);
    private int _depth;

    internal static FlushBatch Enter()
    {
        var batch = _current ??= new FlushBatch();
        batch._depth++;
        return batch;
    }

    /// <summary>Flushes now, or at the end of the batch that this thread is in.</summary>
    internal static void Request(FrameConnection connection)
    {
        var batch = _current;
        if (batch is null || batch._depth == 0)
        {
            connection.Flush();
        }
        else if (connection.MarkDirty())
        {
            batch._dirty.Add(connection);
        }
    }

    internal void Leave()
    {
        if (--_depth > 0)
        {
            return;
        }

        // A flush may complete at once and hand in more work, but never to this list: depth is zero now.
        for (var i = 0; i < _dirty.Count; i++)
        {
            _dirty[i].FlushDirty();
        }

        _dirty.Clear();
    }
}
