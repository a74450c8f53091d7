using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Description;

/// <summary>Reads one field after another and tells each; after the end of the bytes it tells nothing more.</summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> bytes, ICollection<FrameField> fields)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ICollection<FrameField> _fields = fields;

    /// <summary>Offset of the next field.</summary>
    internal int Position { get; private set; }

    /// <summary>The bytes ended before a field that was asked for.</summary>
    internal bool Ended { get; private set; }

    internal readonly void Add(FrameField field) => _fields.Add(field);

    internal byte Byte(string name, string? meaning, Func<int, string?>? meaningOf = null)
    {
        var taken = Take(1);
        if (taken.IsEmpty)
        {
            return 0;
        }

        Tell(1, name, taken[0], meaning ?? meaningOf?.Invoke(taken[0]));
        return taken[0];
    }

    internal short Int16(string name, Func<int, string?>? meaningOf = null)
    {
        var taken = Take(2);
        if (taken.IsEmpty)
        {
            return 0;
        }

        var value = BinaryPrimitives.ReadInt16BigEndian(taken);
        Tell(2, name, value, meaningOf?.Invoke(value));
        return value;
    }

    internal int Int32(string name, Func<int, string?>? meaningOf = null)
    {
        var taken = Take(4);
        if (taken.IsEmpty)
        {
            return 0;
        }

        var value = BinaryPrimitives.ReadInt32BigEndian(taken);
        Tell(4, name, value, meaningOf?.Invoke(value));
        return value;
    }

    internal void UInt32(string name)
    {
        var taken = Take(4);
        if (!taken.IsEmpty)
        {
            Tell(4, name, BinaryPrimitives.ReadUInt32BigEndian(taken), null);
        }
    }

    internal void Text(string name, int length)
    {
        var at = Position;
        var taken = Take(length);
        if (!Ended)
        {
            _fields.Add(new FrameField(at, length, name, Encoding.UTF8.GetString(taken)));
        }
    }

    /// <summary>The next bytes; empty, and the end for all that follows, when there are not so many.</summary>
    internal ReadOnlySpan<byte> Take(int length)
    {
        if (Ended || length > _bytes.Length - Position)
        {
            Ended = true;
            return default;
        }

        var taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }

    private readonly void Tell(int length, string name, long value, string? meaning) =>
        _fields.Add(new FrameField(Position - length, length, name, value.ToString(CultureInfo.InvariantCulture), meaning));
}
