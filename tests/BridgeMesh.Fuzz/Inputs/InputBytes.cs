using System.Buffers.Binary;

namespace BridgeMesh.Fuzz.Inputs;

/// <summary>
/// The bytes of one input while it is made. Grows to <see cref="MaxLength"/> and drops what is beyond. Owned by one worker, which uses it
/// again for every input.
/// </summary>
internal sealed class InputBytes
{
    /// <summary>Longer inputs cost time and find nothing that shorter ones do not.</summary>
    internal const int MaxLength = 2 << 20;

    private byte[] _bytes = new byte[4_096];

    internal int Length { get; private set; }

    internal Span<byte> Span => _bytes.AsSpan(0, Length);

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    internal void Add(byte value)
    {
        if (Reserve(1))
        {
            _bytes[Length++] = value;
        }
    }

    internal void Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, MaxLength - Length)];
        if (Reserve(bytes.Length))
        {
            bytes.CopyTo(_bytes.AsSpan(Length));
            Length += bytes.Length;
        }
    }

    internal void AddUInt16(int value)
    {
        Add((byte)(value >> 8));
        Add((byte)value);
    }

    internal void AddInt32(int value)
    {
        AddUInt16(value >> 16);
        AddUInt16(value);
    }

    internal void AddInt64(long value)
    {
        AddInt32((int)(value >> 32));
        AddInt32((int)value);
    }

    internal void PatchInt32(int at, int value)
    {
        if (at >= 0 && at + 4 <= Length)
        {
            BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at), value);
        }
    }

    internal void PatchUInt16(int at, int value)
    {
        if (at >= 0 && at + 2 <= Length)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(at), (ushort)value);
        }
    }

    internal void Set(int at, byte value)
    {
        if ((uint)at < (uint)Length)
        {
            _bytes[at] = value;
        }
    }

    internal void Truncate(int length) => Length = Math.Clamp(length, 0, Length);

    internal void Remove(int at, int count)
    {
        at = Math.Clamp(at, 0, Length);
        count = Math.Clamp(count, 0, Length - at);
        _bytes.AsSpan(at + count, Length - at - count).CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }

    /// <param name="bytes">Not this buffer's own.</param>
    internal void Insert(int at, scoped ReadOnlySpan<byte> bytes)
    {
        at = Math.Clamp(at, 0, Length);
        bytes = bytes[..Math.Min(bytes.Length, MaxLength - Length)];
        if (Reserve(bytes.Length))
        {
            _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan(at));
            Length += bytes.Length;
        }
    }

    private bool Reserve(int more)
    {
        if (Length + more > MaxLength)
        {
            return false;
        }

        if (Length + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(MaxLength, Math.Max(_bytes.Length * 2, Length + more)));
        }

        return true;
    }
}
