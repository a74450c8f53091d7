using System.Buffers;

namespace BridgeMesh.Fuzz.Inputs;

/// <summary>The same bytes as one piece or as a chain of segments, without new objects for every input. Not thread-safe.</summary>
internal sealed class SegmentChain
{
    /// <summary>Segments of one chain at most; the last one takes the rest.</summary>
    private const int MaxSegments = 64;

    private readonly Segment[] _segments = new Segment[MaxSegments];

    internal SegmentChain()
    {
        for (var i = 0; i < MaxSegments; i++)
        {
            _segments[i] = new Segment();
        }
    }

    /// <summary>How bytes are cut follows from the bytes alone, so that a replay is cut alike.</summary>
    internal ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, uint hash) => (hash & 7) switch
    {
        0 => Cut(bytes, 1),
        1 => Cut(bytes, 7),
        2 => Cut(bytes, Math.Max(1, (int)(hash >> 8) % Math.Max(1, bytes.Length))),
        _ => new ReadOnlySequence<byte>(bytes),
    };

    internal ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, int length)
    {
        var count = 0;
        for (var at = 0; at < bytes.Length || count == 0; count++)
        {
            var taken = count == MaxSegments - 1 ? bytes.Length - at : Math.Min(length, bytes.Length - at);
            _segments[count].Set(bytes.Slice(at, taken), at, count == 0 ? null : _segments[count - 1]);
            at += taken;
        }

        var last = _segments[count - 1];
        last.End();
        return new ReadOnlySequence<byte>(_segments[0], 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal void Set(ReadOnlyMemory<byte> memory, long index, Segment? previous)
        {
            Memory = memory;
            RunningIndex = index;
            if (previous is not null)
            {
                previous.Next = this;
            }
        }

        internal void End() => Next = null;
    }
}
