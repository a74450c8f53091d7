using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace BridgeMesh.Codecs.Protobuf.Writing;

/// <content>Bytes.</content>
internal ref partial struct ProtoWriter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Varint(ulong value)
    {
        if (value < 0x80 && _at < _buffer.Length)
        {
            _buffer[_at++] = (byte)value;
            return;
        }

        LongVarint(value);
    }

    private void LongVarint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_at++] = (byte)value;
    }

    private void Byte(byte value)
    {
        Reserve(1);
        _buffer[_at++] = value;
    }

    private void Fixed32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_at), value);
        _at += 4;
    }

    private void Fixed64(ulong value)
    {
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_at), value);
        _at += 8;
    }

    private void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private void Length(scoped ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)bytes.Length);
        Raw(bytes);
    }

    /// <summary>Leaves room for a length below 128.</summary>
    private int BeginLength()
    {
        Reserve(1);
        return _at++;
    }

    private void EndLength(int place)
    {
        var length = _at - place - 1;
        if (length < 0x80)
        {
            _buffer[place] = (byte)length;
            return;
        }

        var more = (System.Numerics.BitOperations.Log2((uint)length) / 7);
        Reserve(more);
        _buffer.AsSpan(place + 1, length).CopyTo(_buffer.AsSpan(place + 1 + more));
        _at = place;
        LongVarint((ulong)length);
        _at += length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int more)
    {
        if (_buffer.Length - _at < more)
        {
            Grow(more);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int more)
    {
        var wanted = Math.Min(Math.Max((long)_buffer.Length * 2, (long)_at + more), Array.MaxLength);
        var grown = ArrayPool<byte>.Shared.Rent((int)wanted);
        _buffer.AsSpan(0, _at).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
