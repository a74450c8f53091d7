using System.Buffers;
using System.Buffers.Binary;

namespace BridgeMesh.Wire;

/// <summary>
/// A growing pooled buffer for outgoing frames that lets a codec go back: patch a length it now knows, or drop a frame that failed halfway.
/// Frames lie one behind another. Not thread-safe.
/// </summary>
public sealed class FrameWriter : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer;
    private int _length;

    /// <param name="initialBytes">First size, 1 or more.</param>
    public FrameWriter(int initialBytes = 2_048)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(initialBytes);
    }

    public int Length => _length;

    public int Capacity => _buffer.Length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>What was written from a position on, to be patched.</summary>
    public Span<byte> From(int position) => _buffer.AsSpan(position, _length - position);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsSpan(_length);
    }

    /// <param name="bytes">Not this writer's own: growing gives those away.</param>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Write(in ReadOnlySequence<byte> bytes)
    {
        var length = checked((int)bytes.Length);
        Reserve(length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += length;
    }

    public void WriteByte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    public void WriteUInt16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    public void WriteInt32(int value)
    {
        Reserve(4);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    public void WriteInt64(long value)
    {
        Reserve(8);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length), value);
        _length += 8;
    }

    public void PatchInt32(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(From(position), value);

    public void PatchUInt16(int position, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(From(position), value);

    /// <summary>Drops everything from a position on.</summary>
    public void Truncate(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)position, (uint)_length);
        _length = position;
    }

    /// <summary>Empties the buffer; one that has grown past <paramref name="keepBytes"/> is given back and a small one taken.</summary>
    public void Clear(int keepBytes = 64 << 10)
    {
        _length = 0;
        if (_buffer.Length > keepBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(keepBytes, 2_048));
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length >= more)
        {
            return;
        }

        var wanted = Math.Max((long)_buffer.Length * 2, (long)_length + more);
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        _buffer.AsSpan(0, _length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
