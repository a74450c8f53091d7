using System.Buffers.Binary;
using System.Text;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>
/// The header map between class name and content, walked without copies: per pair an i32 length and UTF-8 of the key, then the same for
/// the value; length -1 stands for null. Source: SOFARPC SimpleMapSerializer.
/// </summary>
internal ref struct HeaderMap(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Ok while the bytes were a map so far.</summary>
    internal CodecStatus Fault { get; private set; }

    /// <summary>Offset behind the pair read last.</summary>
    internal readonly int Position => _at;

    /// <summary>Reads the next pair; false at the end or at a fault. A null key or value comes as empty.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        key = default;
        return _at < _bytes.Length && TryText(out key) && TryText(out value);
    }

    /// <summary>
    /// First value of a key, and whether the map has it. <paramref name="fault"/> is not Ok where the map is broken before it.
    /// </summary>
    internal static bool TryFind(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> value, out CodecStatus fault)
    {
        var map = new HeaderMap(bytes);
        while (map.TryNext(out var key, out value))
        {
            if (key.SequenceEqual(wanted))
            {
                fault = default;
                return true;
            }
        }

        fault = map.Fault;
        value = default;
        return false;
    }

    internal static void Write(FrameWriter output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        output.WriteInt32(key.Length);
        output.Write(key);
        output.WriteInt32(value.Length);
        output.Write(value);
    }

    internal static void Write(FrameWriter output, ReadOnlySpan<byte> key, string value)
    {
        output.WriteInt32(key.Length);
        output.Write(key);
        WriteText(output, value);
    }

    /// <param name="prefix">Goes before the key.</param>
    internal static void Write(FrameWriter output, ReadOnlySpan<byte> prefix, string key, string value)
    {
        output.WriteInt32(prefix.Length + Encoding.UTF8.GetByteCount(key));
        output.Write(prefix);
        WriteUtf8(output, key);
        WriteText(output, value);
    }

    private static void WriteText(FrameWriter output, string text)
    {
        output.WriteInt32(Encoding.UTF8.GetByteCount(text));
        WriteUtf8(output, text);
    }

    private static void WriteUtf8(FrameWriter output, string text)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, room));
    }

    private bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_bytes.Length - _at < 4)
        {
            Fault = CodecStatus.Fail(CodecError.Malformed, "the header map ends inside a length", _at);
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_bytes[_at..]);
        if (length < -1 || length > _bytes.Length - _at - 4)
        {
            Fault = CodecStatus.Fail(CodecError.Malformed, $"a text of {length} bytes does not fit into the header map", _at);
            return false;
        }

        _at += 4;
        if (length > 0)
        {
            text = _bytes.Slice(_at, length);
            _at += length;
        }

        return true;
    }
}
