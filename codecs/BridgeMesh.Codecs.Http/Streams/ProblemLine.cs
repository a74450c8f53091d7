using System.Buffers;

namespace BridgeMesh.Codecs.Http.Streams;

/// <summary>
/// The last line of a stream of lines that failed: an object whose only member is the problem document. No class of Java or message of
/// protobuf has a field of such a name by custom.
/// </summary>
internal static class ProblemLine
{
    internal static ReadOnlySpan<byte> Start => "{\"$problem\":"u8;

    /// <summary>Whether a line is one; the document then lies between its start and the last brace.</summary>
    internal static bool TryRead(in ReadOnlySequence<byte> line, out ReadOnlySequence<byte> document)
    {
        document = default;
        if (line.Length <= Start.Length)
        {
            return false;
        }

        Span<byte> first = stackalloc byte[Start.Length];
        line.Slice(0, first.Length).CopyTo(first);
        if (!first.SequenceEqual(Start))
        {
            return false;
        }

        document = line.Slice(Start.Length, line.Length - Start.Length - 1);
        return true;
    }
}
