using System.Buffers;
using System.Text;

namespace BridgeMesh.Values;

/// <content>Texts and octets, which lie in an array of their own: copied in, or decoded in place by a reader.</content>
public sealed partial class ValueTape
{
    public int AddString(ReadOnlySpan<char> value, TypeName? type = null) => AddText(ValueKind.String, value, type);

    public int AddString(ReadOnlySpan<byte> utf8, TypeName? type = null) => AddText(ValueKind.String, utf8, type);

    public int AddBytes(ReadOnlySpan<byte> value, TypeName? type = null)
    {
        var offset = Store(value);
        return offset < 0 ? -1 : Leaf(ValueKind.Bytes, Slice(offset, value.Length), 0, type);
    }

    /// <param name="kind">String, Text, Enum, Decimal or BigInteger.</param>
    public int AddText(ValueKind kind, ReadOnlySpan<char> value, TypeName? type = null)
    {
        // Near the budget the worst case is not good enough: plain ASCII takes a third of it.
        var most = Wtf8.MaxBytes(value.Length);
        if ((long)_textLength + most > Budget.MaxTextBytes)
        {
            most = Wtf8.Utf8Length(value);
        }

        if (!TryReserveText(most, out var room))
        {
            return -1;
        }

        var offset = _textLength;
        var written = Wtf8.FromUtf16(value, room, out var loneSurrogate);
        CommitText(written);
        var flags = loneSurrogate ? ValueFlags.LoneSurrogate : written == value.Length ? ValueFlags.Ascii : ValueFlags.None;
        return Leaf(kind, Slice(offset, written), value.Length, type, flags);
    }

    /// <summary>As above from UTF-8, which the caller has checked or which may hold three-byte lone surrogates.</summary>
    public int AddText(ValueKind kind, ReadOnlySpan<byte> utf8, TypeName? type = null)
    {
        var offset = Store(utf8);
        return offset < 0 ? -1 : AddStoredText(kind, offset, utf8.Length, type);
    }

    /// <summary>
    /// Room for a text that a reader decodes in place: write to the span, <see cref="CommitText"/> what was used, and add the token
    /// with <see cref="AddStoredText"/>. False past the budget, which fails the tape, and on a tape that has failed. The whole of
    /// <paramref name="maxBytes"/> must fit in the budget, so it should be no more than the bytes that the payload still has.
    /// </summary>
    public bool TryReserveText(int maxBytes, out Span<byte> room)
    {
        if (Failed)
        {
            room = default;
            return false;
        }

        if ((long)_textLength + maxBytes > Budget.MaxTextBytes)
        {
            Fail(CodecError.OverBudget, $"more than {Budget.MaxTextBytes} bytes of text in one payload");
            room = default;
            return false;
        }

        if (_textLength + maxBytes > _text.Length)
        {
            GrowText(maxBytes);
        }

        room = _text.AsSpan(_textLength);
        return true;
    }

    /// <summary>Where the next committed text byte goes; to be noted before <see cref="CommitText"/>.</summary>
    public int TextPosition => _textLength;

    public void CommitText(int bytes) => _textLength += bytes;

    /// <summary>Adds a text token over bytes that were committed from <paramref name="offset"/> on; flags and UTF-16 length are found here.</summary>
    public int AddStoredText(ValueKind kind, int offset, int length, TypeName? type = null)
    {
        var utf8 = _text.AsSpan(offset, length);
        if (kind == ValueKind.Bytes)
        {
            return Leaf(kind, Slice(offset, length), 0, type);
        }

        if (Ascii.IsValid(utf8))
        {
            return Leaf(kind, Slice(offset, length), length, type, ValueFlags.Ascii);
        }

        var flags = System.Text.Unicode.Utf8.IsValid(utf8) ? ValueFlags.None : ValueFlags.LoneSurrogate;
        return Leaf(kind, Slice(offset, length), Wtf8.Utf16Length(utf8), type, flags);
    }

    private static long Slice(int offset, int length) => ((long)offset << 32) | (uint)length;

    private int Store(ReadOnlySpan<byte> bytes)
    {
        // A value copied within this tape: growing would give its bytes back to the pool before they are read.
        var own = _text.AsSpan().Overlaps(bytes, out var from) ? from : -1;
        if (!TryReserveText(bytes.Length, out var room))
        {
            return -1;
        }

        (own < 0 ? bytes : _text.AsSpan(own, bytes.Length)).CopyTo(room);
        var offset = _textLength;
        _textLength += bytes.Length;
        return offset;
    }

    private void GrowText(int more)
    {
        var wanted = (int)Math.Min(Math.Max(Math.Max(FirstTextBytes, (long)_text.Length * 2), (long)_textLength + more), Array.MaxLength);
        var grown = ArrayPool<byte>.Shared.Rent(wanted);
        _text.AsSpan(0, _textLength).CopyTo(grown);
        GiveBack(_text);
        _text = grown;
    }
}
