using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>
/// Turns SOFARPC's methodArgSigs, one Class.getName each, into the run of descriptors under which signatures are shared, without a string
/// per name. A run that does not fit fails: Java's limit is 255 parameters.
/// </summary>
internal ref struct ArgumentSignature(Span<byte> room)
{
    internal const int MaxBytes = 4_096;
    internal const int MaxArguments = 255;

    private readonly Span<byte> _room = room;
    private int _length;

    internal int Count { get; private set; }

    /// <summary>Adds <c>int</c>, <c>java.lang.String</c>, <c>[Lcom.acme.Item;</c>, or the source form <c>int[]</c>.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> typeName)
    {
        if (typeName.IsEmpty || Count == MaxArguments || typeName.Length + 2 > _room.Length - _length)
        {
            return false;
        }

        Count++;
        while (typeName.Length > 2 && typeName.EndsWith("[]"u8))
        {
            Append((byte)'[');
            typeName = typeName[..^2];
        }

        if (typeName[0] == (byte)'[')
        {
            AppendSlashed(typeName);
            return true;
        }

        var primitive = Primitive(typeName);
        if (primitive != 0)
        {
            Append(primitive);
            return true;
        }

        Append((byte)'L');
        AppendSlashed(typeName);
        Append((byte)';');
        return true;
    }

    internal readonly JavaSignature ToSignature() => JavaSignature.Of(_room[.._length]);

    private static byte Primitive(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("int"u8) => (byte)'I',
        4 when name.SequenceEqual("long"u8) => (byte)'J',
        4 when name.SequenceEqual("byte"u8) => (byte)'B',
        4 when name.SequenceEqual("char"u8) => (byte)'C',
        5 when name.SequenceEqual("short"u8) => (byte)'S',
        5 when name.SequenceEqual("float"u8) => (byte)'F',
        6 when name.SequenceEqual("double"u8) => (byte)'D',
        7 when name.SequenceEqual("boolean"u8) => (byte)'Z',
        _ => 0,
    };

    private void Append(byte value) => _room[_length++] = value;

    private void AppendSlashed(ReadOnlySpan<byte> name)
    {
        var to = _room[_length..];
        name.CopyTo(to);
        to[..name.Length].Replace((byte)'.', (byte)'/');
        _length += name.Length;
    }
}
