using System.Buffers.Binary;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Steps through the fields of one message, for descriptors, which are read once and by number. Descriptors come from files and, by
/// reflection, from peers: what is broken ends the walk and says where.
/// </summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public int Number { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>Of a varint or a fixed number.</summary>
    public ulong Varint { get; private set; }

    /// <summary>Of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool IsBroken { get; private set; }

    public readonly int Offset => _at;

    public readonly int Int32 => (int)Varint;

    public readonly bool Bool => Varint != 0;

    public readonly string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Takes the next field; false at the end and where the bytes are broken.</summary>
    public bool Next()
    {
        if (_at >= _bytes.Length)
        {
            return false;
        }

        if (!TryVarint(out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
        {
            return Broken();
        }

        Number = (int)(tag >> 3);
        Wire = (WireType)(tag & 7);
        Bytes = default;
        Varint = 0;
        switch (Wire)
        {
            case WireType.Varint:
                if (!TryVarint(out var value))
                {
                    return Broken();
                }

                Varint = value;
                return true;
            case WireType.Length when TryVarint(out var length) && length <= (ulong)(_bytes.Length - _at):
                Bytes = _bytes.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            case WireType.Fixed32 when _bytes.Length - _at >= 4:
                Varint = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[_at..]);
                _at += 4;
                return true;
            case WireType.Fixed64 when _bytes.Length - _at >= 8:
                Varint = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
                _at += 8;
                return true;
            default:
                // descriptor.proto has no groups.
                return Broken();
        }
    }

    private bool Broken()
    {
        IsBroken = true;
        return false;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && _at < _bytes.Length; shift += 7)
        {
            var b = _bytes[_at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
