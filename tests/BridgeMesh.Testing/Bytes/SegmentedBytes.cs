using System.Buffers;

namespace BridgeMesh.Testing.Bytes;

/// <summary>
/// The same bytes as sequences of several segments. Each segment lies in the middle of its own array, between bytes that are not part of
/// the message, so that reading past an edge is seen. The sequences live as long as anything refers to them.
/// </summary>
public static class SegmentedBytes
{
    private const byte Outside = 0xA5;

    /// <summary>One segment.</summary>
    public static ReadOnlySequence<byte> Whole(ReadOnlySpan<byte> bytes) => new(Padded(bytes));

    /// <summary>Two segments, cut at <paramref name="at"/>, 0 to the length; an empty half is kept as an empty segment.</summary>
    public static ReadOnlySequence<byte> SplitAt(ReadOnlySpan<byte> bytes, int at) => Of([Padded(bytes[..at]), Padded(bytes[at..])]);

    public static ReadOnlySequence<byte> OneByteEach(ReadOnlySpan<byte> bytes) => Chunked(bytes, 1);

    public static ReadOnlySequence<byte> Chunked(ReadOnlySpan<byte> bytes, int chunkBytes)
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < bytes.Length; at += chunkBytes)
        {
            segments.Add(Padded(bytes.Slice(at, Math.Min(chunkBytes, bytes.Length - at))));
        }

        return Of(segments);
    }

    /// <summary>Segments of random lengths, 0 to 64 bytes.</summary>
    public static ReadOnlySequence<byte> Random(ReadOnlySpan<byte> bytes, Random random)
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(65), bytes.Length - at);
            segments.Add(Padded(bytes.Slice(at, length)));
            at += length;
        }

        return Of(segments);
    }

    public static ReadOnlySequence<byte> Of(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        if (segments.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segment(segments[0]);
        var last = first;
        for (var i = 1; i < segments.Count; i++)
        {
            last = last.Append(segments[i]);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static ReadOnlyMemory<byte> Padded(ReadOnlySpan<byte> bytes)
    {
        var array = new byte[bytes.Length + 16];
        array.AsSpan().Fill(Outside);
        bytes.CopyTo(array.AsSpan(8));
        return array.AsMemory(8, bytes.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
