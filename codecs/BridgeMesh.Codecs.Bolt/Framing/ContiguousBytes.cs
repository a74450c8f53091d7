using System.Buffers;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>
/// A short part of a frame as one span: the frame's own bytes where they lie in one segment, else a rented copy that
/// <see cref="Dispose"/> gives back. Valid as long as the frame.
/// </summary>
internal readonly ref struct ContiguousBytes
{
    private readonly byte[]? _rented;

    internal ContiguousBytes(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            Span = bytes.FirstSpan;
            return;
        }

        var length = (int)bytes.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    internal ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
