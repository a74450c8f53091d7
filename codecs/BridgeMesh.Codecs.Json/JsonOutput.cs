using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Appends JSON text to a buffer writer, a span at a time. Not Utf8JsonWriter, because that checks again what the tape already knows to be
/// right and cannot write a lone surrogate. <see cref="Flush"/> must be the last call.
/// </summary>
internal ref struct JsonOutput(IBufferWriter<byte> output)
{
    private const int ChunkBytes = 512;

    /// <summary>Bytes that base64 encodes at once: a multiple of 3, so that only the last chunk is padded.</summary>
    private const int Base64Chunk = 3 * 4_096;

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _room;
    private int _used;

    private long _flushed;

    /// <summary>Bytes written so far.</summary>
    public readonly long Written => _flushed + _used;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        if (_used == _room.Length)
        {
            Grow(1);
        }

        _room[_used++] = value;
    }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (_room.Length - _used < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_room[_used..]);
        _used += bytes.Length;
    }

    public void Int64(long value)
    {
        var room = Room(20);
        Utf8Formatter.TryFormat(value, room, out var length);
        _used += length;
    }

    public void UInt64(ulong value)
    {
        var room = Room(20);
        Utf8Formatter.TryFormat(value, room, out var length);
        _used += length;
    }

    /// <summary>A quoted string from UTF-8, or from WTF-8, whose lone surrogates are escaped.</summary>
    public void Text(ReadOnlySpan<byte> utf8, bool loneSurrogates)
    {
        Byte((byte)'"');
        while (true)
        {
            var plain = utf8.IndexOfAny(MustEscape);
            plain = plain < 0 ? utf8.Length : plain;
            if (loneSurrogates)
            {
                Wide(utf8[..plain]);
            }
            else
            {
                Raw(utf8[..plain]);
            }

            if (plain == utf8.Length)
            {
                break;
            }

            Escape(utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }

        Byte((byte)'"');
    }

    public void Base64Text(ReadOnlySpan<byte> bytes)
    {
        Byte((byte)'"');
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(Base64Chunk, bytes.Length)];
            var room = Room(Base64.GetMaxEncodedToUtf8Length(chunk.Length));
            Base64.EncodeToUtf8(chunk, room, out _, out var written);
            _used += written;
            bytes = bytes[chunk.Length..];
        }

        Byte((byte)'"');
    }

    /// <summary>A double or a float in its shortest form; those that JSON lacks as strings.</summary>
    public void Float(double value)
    {
        Span<byte> text = stackalloc byte[NumberText.MaxFloatLength];
        text = text[..NumberText.Format(value, text)];
        if (double.IsFinite(value))
        {
            Raw(text);
        }
        else
        {
            Quoted(text);
        }
    }

    /// <summary>As above for a float.</summary>
    public void Float(float value)
    {
        if (!float.IsFinite(value))
        {
            Float((double)value);
            return;
        }

        var room = Room(NumberText.MaxFloatLength);
        var length = NumberText.Format(value, room);
        _used += length;
    }

    public void Quoted(scoped ReadOnlySpan<byte> harmless)
    {
        Byte((byte)'"');
        Raw(harmless);
        Byte((byte)'"');
    }

    public void Flush()
    {
        _output.Advance(_used);
        _flushed += _used;
        _room = default;
        _used = 0;
    }

    // Copies runs of valid text and writes each half pair as its escape.
    private void Wide(ReadOnlySpan<byte> wtf8)
    {
        while (!wtf8.IsEmpty)
        {
            // In UTF-8 the byte ED is never followed by A0 to BF: there, and only there, is half a pair.
            var at = 0;
            while (at < wtf8.Length && !(wtf8[at] == 0xED && at + 2 < wtf8.Length && wtf8[at + 1] >= 0xA0))
            {
                at++;
            }

            Raw(wtf8[..at]);
            wtf8 = wtf8[at..];
            if (!wtf8.IsEmpty)
            {
                Unit((char)(((wtf8[0] & 0x0F) << 12) | ((wtf8[1] & 0x3F) << 6) | (wtf8[2] & 0x3F)));
                wtf8 = wtf8[3..];
            }
        }
    }

    private void Escape(byte value)
    {
        var single = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)0,
        };
        if (single == 0)
        {
            Unit((char)value);
            return;
        }

        Byte((byte)'\\');
        Byte(single);
    }

    private void Unit(char unit)
    {
        var room = Room(6);
        room[0] = (byte)'\\';
        room[1] = (byte)'u';
        Utf8Formatter.TryFormat((ushort)unit, room[2..], out _, new StandardFormat('x', 4));
        _used += 6;
    }

    /// <summary>Room for that many bytes; what is used of it must be added to the count by the caller.</summary>
    private Span<byte> Room(int bytes)
    {
        if (_room.Length - _used < bytes)
        {
            Grow(bytes);
        }

        return _room[_used..];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        Flush();
        _room = _output.GetSpan(Math.Max(bytes, ChunkBytes));
    }
}
