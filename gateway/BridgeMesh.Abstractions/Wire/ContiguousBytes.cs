using System.Buffers;

namespace BridgeMesh.Wire;

/// <summary>
/// A payload, or a part of a frame, in one piece: its only segment, or a rented copy of several, owned until disposed. Copying a segmented
/// body costs a fraction of reading it piecewise. Valid as long as the bytes that it was made of; not to be copied, as a copy would give
/// the rented array back twice.
/// </summary>
public ref struct ContiguousBytes
{
    private byte[]? _rented;

    public ContiguousBytes(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            Span = bytes.FirstSpan;
            return;
        }

        var length = checked((int)bytes.Length);
        _rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    public ReadOnlySpan<byte> Span { get; private set; }

    public void Dispose()
    {
        Span = default;
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
