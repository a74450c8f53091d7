using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>
/// Strings and octets. On the wire a string is a run of chunks, each with its length in UTF-16 units; every unit is written on its own in
/// one to three bytes, so a character beyond U+FFFF takes two times three bytes (CESU-8) and a lone surrogate three. A tape wants WTF-8.
/// </summary>
internal static class Texts
{
    internal static bool IsString(TagKind kind) => kind is >= TagKind.StringShort and <= TagKind.StringChunk;

    internal static bool IsBytes(TagKind kind) => kind is >= TagKind.BytesShort and <= TagKind.BytesChunk;

    /// <summary>Adds the string whose tag was taken to the tape.</summary>
    internal static bool Read(scoped ref HessianCursor cursor, TagKind kind, byte tag, ValueTape tape, ValueKind tokenKind, TypeName? type)
    {
        if (kind == TagKind.StringChunk)
        {
            return TryUtf8(ref cursor, kind, tag, out var whole) && (tape.AddText(tokenKind, whole, type) >= 0 || cursor.FailWith(tape));
        }

        if (!TryChunk(ref cursor, kind, tag, out var chunk, out var ascii))
        {
            return false;
        }

        if (!tape.TryReserveText(chunk.Length, out var room))
        {
            return cursor.FailWith(tape);
        }

        var offset = tape.TextPosition;
        var written = chunk.Length;
        if (ascii)
        {
            chunk.CopyTo(room);
        }
        else
        {
            written = Decode(chunk, room, 0);
        }

        tape.CommitText(written);
        return tape.AddStoredText(tokenKind, offset, written, type) >= 0 || cursor.FailWith(tape);
    }

    /// <summary>The string whose tag was taken as WTF-8, in the payload or in the state's scratch.</summary>
    internal static bool TryUtf8(scoped ref HessianCursor cursor, TagKind kind, byte tag, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (!TryChunk(ref cursor, kind, tag, out var chunk, out var ascii))
        {
            return false;
        }

        if (kind != TagKind.StringChunk && ascii)
        {
            utf8 = chunk;
            return true;
        }

        // What is left of the payload bounds what further chunks can hold.
        var room = cursor.State.Scratch(chunk.Length + (kind == TagKind.StringChunk ? cursor.Left : 0));
        var written = Decode(chunk, room, 0);
        while (kind == TagKind.StringChunk)
        {
            if (!TryNextChunk(ref cursor, out kind, out tag) || !TryChunk(ref cursor, kind, tag, out chunk, out _))
            {
                return false;
            }

            written = Decode(chunk, room, written);
        }

        utf8 = room[..written];
        return true;
    }

    internal static bool Skip(scoped ref HessianCursor cursor, TagKind kind, byte tag)
    {
        while (true)
        {
            if (!TryChunk(ref cursor, kind, tag, out _, out _))
            {
                return false;
            }

            if (kind != TagKind.StringChunk)
            {
                return true;
            }

            if (!TryNextChunk(ref cursor, out kind, out tag))
            {
                return false;
            }
        }
    }

    internal static bool ReadBytes(scoped ref HessianCursor cursor, TagKind kind, byte tag, ValueTape tape)
    {
        var offset = tape.TextPosition;
        var written = 0;
        while (true)
        {
            if (!TryBytesChunk(ref cursor, kind, tag, out var chunk))
            {
                return false;
            }

            if (!tape.TryReserveText(chunk.Length, out var room))
            {
                return cursor.FailWith(tape);
            }

            chunk.CopyTo(room);
            tape.CommitText(chunk.Length);
            written += chunk.Length;
            if (kind != TagKind.BytesChunk)
            {
                break;
            }

            if (!TryNextBytesChunk(ref cursor, out kind, out tag))
            {
                return false;
            }
        }

        return tape.AddStoredText(ValueKind.Bytes, offset, written) >= 0 || cursor.FailWith(tape);
    }

    internal static bool SkipBytes(scoped ref HessianCursor cursor, TagKind kind, byte tag)
    {
        while (true)
        {
            if (!TryBytesChunk(ref cursor, kind, tag, out _))
            {
                return false;
            }

            if (kind != TagKind.BytesChunk)
            {
                return true;
            }

            if (!TryNextBytesChunk(ref cursor, out kind, out tag))
            {
                return false;
            }
        }
    }

    private static bool TryNextChunk(scoped ref HessianCursor cursor, out TagKind kind, out byte tag)
    {
        kind = TagKind.Unknown;
        if (!cursor.TryTag(out tag))
        {
            return false;
        }

        kind = cursor.Kind(tag);
        return IsString(kind) || cursor.Fail(CodecError.Malformed, $"expected the next chunk of a string, found tag 0x{tag:x2}", cursor.At - 1);
    }

    private static bool TryNextBytesChunk(scoped ref HessianCursor cursor, out TagKind kind, out byte tag)
    {
        kind = TagKind.Unknown;
        if (!cursor.TryTag(out tag))
        {
            return false;
        }

        kind = cursor.Kind(tag);
        return IsBytes(kind) || cursor.Fail(CodecError.Malformed, $"expected the next chunk of bytes, found tag 0x{tag:x2}", cursor.At - 1);
    }

    /// <summary>Takes one chunk's bytes; the units are counted and checked on the way.</summary>
    private static bool TryChunk(scoped ref HessianCursor cursor, TagKind kind, byte tag, out ReadOnlySpan<byte> chunk, out bool ascii)
    {
        chunk = default;
        ascii = true;
        int units;
        switch (kind)
        {
            case TagKind.StringShort:
                units = tag;
                break;
            case TagKind.StringMedium:
                if (!cursor.TryTag(out var low))
                {
                    return false;
                }

                units = ((tag - 0x30) << 8) | low;
                break;
            default:
                if (!cursor.TryTake(2, out var length))
                {
                    return false;
                }

                units = BinaryPrimitives.ReadUInt16BigEndian(length);
                break;
        }

        return TryUnits(ref cursor, units, out chunk, out ascii);
    }

    /// <summary>Takes the bytes of so many UTF-16 units.</summary>
    internal static bool TryUnits(scoped ref HessianCursor cursor, int units, out ReadOnlySpan<byte> chunk, out bool ascii)
    {
        ascii = true;
        chunk = default;
        if (units > cursor.Left)
        {
            return cursor.FailTruncated();
        }

        chunk = cursor.Bytes.Slice(cursor.At, units);
        if (Ascii.IsValid(chunk))
        {
            cursor.At += units;
            return true;
        }

        ascii = false;
        var rest = cursor.Bytes[cursor.At..];
        var at = 0;
        for (; units > 0; units--)
        {
            if (at >= rest.Length)
            {
                return cursor.FailTruncated();
            }

            var lead = rest[at];
            var size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 0;
            if (size == 0)
            {
                // Java's readers refuse the four-byte form too.
                return cursor.Fail(CodecError.Malformed, $"byte 0x{lead:x2} begins no character of a string", cursor.At + at);
            }

            if (at + size > rest.Length)
            {
                return cursor.FailTruncated();
            }

            for (var i = 1; i < size; i++)
            {
                if ((rest[at + i] & 0xC0) != 0x80)
                {
                    return cursor.Fail(CodecError.Malformed, $"byte 0x{rest[at + i]:x2} inside a character of a string", cursor.At + at + i);
                }
            }

            at += size;
        }

        chunk = rest[..at];
        cursor.At += at;
        return true;
    }

    /// <summary>Checked units as WTF-8, in place or in the state's scratch.</summary>
    internal static ReadOnlySpan<byte> ToUtf8(scoped ref HessianCursor cursor, ReadOnlySpan<byte> units)
    {
        if (Ascii.IsValid(units))
        {
            return units;
        }

        var room = cursor.State.Scratch(units.Length);
        return room[..Decode(units, room, 0)];
    }

    private static bool TryBytesChunk(scoped ref HessianCursor cursor, TagKind kind, byte tag, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        switch (kind)
        {
            case TagKind.BytesShort:
                return cursor.TryTake(tag - 0x20, out chunk);
            case TagKind.BytesMedium:
                return cursor.TryTag(out var low) && cursor.TryTake(((tag - 0x34) << 8) | low, out chunk);
            default:
                return cursor.TryTake(2, out var length) && cursor.TryTake(BinaryPrimitives.ReadUInt16BigEndian(length), out chunk);
        }
    }

    /// <summary>
    /// Appends checked units as WTF-8 behind the <paramref name="written"/> bytes of the same text and returns the new length; the text never
    /// gets longer than its units were. A pair of surrogates may lie across two chunks, so the bytes before are looked at.
    /// </summary>
    private static int Decode(ReadOnlySpan<byte> units, Span<byte> to, int written)
    {
        // Without a surrogate, which begins with 0xED, and in the shortest form, units are UTF-8 already.
        if (!units.Contains((byte)0xED) && Utf8.IsValid(units))
        {
            units.CopyTo(to[written..]);
            return written + units.Length;
        }

        var at = 0;
        while (at < units.Length)
        {
            var lead = units[at];
            if (lead < 0x80)
            {
                to[written++] = lead;
                at++;
            }
            else if (lead < 0xE0)
            {
                written += Append(to, written, ((lead & 0x1F) << 6) | (units[at + 1] & 0x3F));
                at += 2;
            }
            else
            {
                written += Append(to, written, ((lead & 0x0F) << 12) | ((units[at + 1] & 0x3F) << 6) | (units[at + 2] & 0x3F));
                at += 3;
            }
        }

        return written;
    }

    private static int Append(Span<byte> to, int at, int unit)
    {
        if (unit < 0x80)
        {
            to[at] = (byte)unit;
            return 1;
        }

        if (unit < 0x800)
        {
            to[at] = (byte)(0xC0 | (unit >> 6));
            to[at + 1] = (byte)(0x80 | (unit & 0x3F));
            return 2;
        }

        if (unit is >= 0xDC00 and <= 0xDFFF && at >= 3 && to[at - 3] == 0xED && to[at - 2] >= 0xA0 && to[at - 2] < 0xB0)
        {
            var high = 0xD000 | ((to[at - 2] & 0x3F) << 6) | (to[at - 1] & 0x3F);
            var scalar = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
            to[at - 3] = (byte)(0xF0 | (scalar >> 18));
            to[at - 2] = (byte)(0x80 | ((scalar >> 12) & 0x3F));
            to[at - 1] = (byte)(0x80 | ((scalar >> 6) & 0x3F));
            to[at] = (byte)(0x80 | (scalar & 0x3F));
            return 1;
        }

        to[at] = (byte)(0xE0 | (unit >> 12));
        to[at + 1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        to[at + 2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }
}
