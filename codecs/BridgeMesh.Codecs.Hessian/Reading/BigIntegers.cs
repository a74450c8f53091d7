using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>
/// java.math.BigInteger, which Java writes by its fields: the sign, the magnitude as big-endian 32-bit words in an int[], and caches whose
/// names differ from JDK to JDK and whose values follow from the number.
/// </summary>
internal static class BigIntegers
{
    /// <summary>Words of a magnitude that is turned into text: 3,328 bits, <see cref="NumberText.MaxLength"/> digits. Larger ones stay objects.</summary>
    private const int MaxWords = 104;

    /// <summary>Two numbers may share one magnitude (x and x.negate()), so its slot remembers the number that had it first.</summary>
    private const int FirstMagnitude = -2;

    internal static int Read(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape)
    {
        Span<byte> magnitude = stackalloc byte[MaxWords * 4];
        var words = -1;
        var sign = int.MinValue;
        foreach (var field in cls.Fields)
        {
            if (field.Text == "mag")
            {
                if (!TryMagnitude(ref cursor, tape, magnitude, out words))
                {
                    return ScalarObjects.Declined;
                }
            }
            else
            {
                if (!ScalarObjects.TryLong(ref cursor, out var number))
                {
                    return ScalarObjects.Declined;
                }

                sign = field.Text == "signum" ? (int)Math.Clamp(number, -2, 2) : sign;
            }
        }

        // Zero has no words; a sign that does not go with the words is no BigInteger.
        if (words < 0 || sign is < -1 or > 1 || (sign == 0) != (words == 0))
        {
            return ScalarObjects.Declined;
        }

        var value = new BigInteger(magnitude[..(words * 4)], isUnsigned: true, isBigEndian: true) * sign;
        Span<char> text = stackalloc char[NumberText.MaxLength + 8];
        return value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture)
            ? tape.AddText(ValueKind.BigInteger, text[..length])
            : ScalarObjects.Declined;
    }

    /// <summary>The number's own slot is followed by its magnitude's, unless that was a reference.</summary>
    internal static void NameMagnitude(HessianReadState state, int slot, int token)
    {
        if (state.SlotCount > slot + 1)
        {
            state.SetSlot(slot + 1, FirstMagnitude - token);
        }
    }

    private static bool TryMagnitude(scoped ref HessianCursor cursor, ValueTape tape, scoped Span<byte> magnitude, out int words)
    {
        words = -1;
        if (!cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = cursor.Kind(tag);
        if (kind is >= TagKind.ReferenceInt and <= TagKind.Reference32)
        {
            return Definitions.TryReference(ref cursor, kind, out var slot) && TryShared(cursor.State.Slot(slot), tape, magnitude, out words);
        }

        if (kind is < TagKind.ListOpenTyped or > TagKind.ListDraftFixed || !ContainerHeads.TryList(ref cursor, kind, tag, out var head))
        {
            return false;
        }

        cursor.State.AddSlot(HessianReadState.NoToken);
        words = 0;
        while (ContainerHeads.TryNext(ref cursor, ref head))
        {
            if (words == MaxWords || !ScalarObjects.TryLong(ref cursor, out var word) || word != (int)word)
            {
                return false;
            }

            BinaryPrimitives.WriteInt32BigEndian(magnitude[(words * 4)..], (int)word);
            words++;
        }

        return cursor.Fault.IsOk && (words == 0 || magnitude[..4].ContainsAnyExcept((byte)0));
    }

    private static bool TryShared(int slot, ValueTape tape, Span<byte> magnitude, out int words)
    {
        words = -1;
        var token = FirstMagnitude - slot;
        if (slot > FirstMagnitude || token >= tape.Count || tape[token].Kind != ValueKind.BigInteger)
        {
            return false;
        }

        Span<char> text = stackalloc char[NumberText.MaxLength + 8];
        if (!Encoding.ASCII.TryGetChars(tape.Utf8(token), text, out var length)
            || !BigInteger.TryParse(text[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            || !BigInteger.Abs(value).TryWriteBytes(magnitude, out var bytes, isUnsigned: true, isBigEndian: true))
        {
            return false;
        }

        if (value.IsZero)
        {
            words = 0;
            return true;
        }

        // Right-aligned into whole words.
        words = (bytes + 3) / 4;
        magnitude[..bytes].CopyTo(magnitude[((words * 4) - bytes)..]);
        magnitude[..((words * 4) - bytes)].Clear();
        return true;
    }
}
