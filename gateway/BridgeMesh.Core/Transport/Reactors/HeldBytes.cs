using System.Buffers;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>A partial frame that waits for its rest, in a rented array as long as there is one. The connection's reactor's alone.</summary>
internal struct HeldBytes
{
    private const int MaxSpareBytes = 64 << 10;

    private byte[]? _bytes;

    internal int Length { get; private set; }

    internal readonly void CopyTo(Span<byte> target)
    {
        if (Length > 0)
        {
            _bytes.AsSpan(0, Length).CopyTo(target);
        }
    }

    /// <summary>The array to read on into, behind what is held. It grows as its bytes arrive, never ahead of them.</summary>
    internal byte[] MakeRoom()
    {
        var bytes = _bytes!; // Something is held.
        if (bytes.Length - Length < bytes.Length / 4)
        {
            var grown = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
            bytes.AsSpan(0, Length).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(bytes);
            _bytes = bytes = grown;
        }

        return bytes;
    }

    /// <summary>After a read into the array: what is left of it behind the frames that were taken.</summary>
    internal void Keep(int length, int taken)
    {
        var rest = length - taken;
        var bytes = _bytes!; // It was read into.
        if (rest == 0)
        {
            Clear();
        }
        else if (bytes.Length > MaxSpareBytes && rest <= bytes.Length / 4)
        {
            var small = ArrayPool<byte>.Shared.Rent(rest);
            bytes.AsSpan(taken, rest).CopyTo(small);
            ArrayPool<byte>.Shared.Return(bytes);
            _bytes = small;
            Length = rest;
        }
        else
        {
            if (taken > 0)
            {
                bytes.AsSpan(taken, rest).CopyTo(bytes);
            }

            Length = rest;
        }
    }

    /// <summary>Holds a copy of these bytes, which are not its own, and nothing else.</summary>
    internal void Replace(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            Clear();
            return;
        }

        if (_bytes is null || _bytes.Length < bytes.Length)
        {
            Clear();
            _bytes = ArrayPool<byte>.Shared.Rent(bytes.Length);
        }

        bytes.CopyTo(_bytes);
        Length = bytes.Length;
    }

    internal void Clear()
    {
        if (_bytes is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            _bytes = null;
            Length = 0;
        }
    }
}
