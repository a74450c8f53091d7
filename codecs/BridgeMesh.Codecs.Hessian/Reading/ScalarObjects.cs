using System.Buffers;
using System.Buffers.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>Java classes that are one value in neutral terms although Hessian writes them as objects.</summary>
internal static class ScalarObjects
{
    /// <summary>Answer of a form's reader that does not recognise the instance.</summary>
    internal const int Declined = int.MinValue;

    private static readonly SearchValues<byte> ConstantBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
    private static readonly TypeName Locale = TypeName.Of("java.util.Locale");
    private static readonly TypeName GregorianCalendar = TypeName.Of("java.util.GregorianCalendar");

    /// <summary>
    /// Reads an instance whose class is known to be such a value. False without a fault, and with nothing taken, when this instance does
    /// not look like one: it is then read field by field and nothing of it is lost.
    /// </summary>
    internal static bool TryRead(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape, TypeShape? shape)
    {
        var from = cursor.At;
        var (slots, classes, types) = (cursor.State.SlotCount, cursor.State.ClassCount, cursor.State.TypeCount);

        // The object takes its slot before the objects that it is made of take theirs.
        var slot = cursor.State.AddSlot(HessianReadState.NoToken);
        var token = cls.Form switch
        {
            ObjectForm.SqlDate => ReadSqlDate(ref cursor, cls, tape),
            ObjectForm.Calendar => ReadCalendar(ref cursor, cls, tape),
            ObjectForm.Uuid => ReadUuid(ref cursor, cls, tape),
            ObjectForm.BigInteger => BigIntegers.Read(ref cursor, cls, tape),
            >= ObjectForm.LocalDate => TimeHandles.Read(ref cursor, cls, tape),
            _ => ReadSingleText(ref cursor, cls, tape, shape),
        };
        if (!cursor.Fault.IsOk)
        {
            return false;
        }

        if (token == Declined)
        {
            cursor.At = from;
            cursor.State.Rewind(slots, classes, types);
            return false;
        }

        cursor.State.SetSlot(slot, token);
        if (cls.Form == ObjectForm.BigInteger && token >= 0)
        {
            BigIntegers.NameMagnitude(cursor.State, slot, token);
        }

        return ValueDecoder.Added(ref cursor, tape, token);
    }

    /// <summary>A class with one field, which must hold a string.</summary>
    private static int ReadSingleText(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape, TypeShape? shape)
    {
        if (cls.Fields.Length != 1 || !TryText(ref cursor, out var text))
        {
            return Declined;
        }

        return cls.Form switch
        {
            ObjectForm.EnumLike when IsConstant(text, shape) => tape.AddText(ValueKind.Enum, text, cls.Type),
            ObjectForm.EnumLike => Declined,
            ObjectForm.BigDecimal => AddDecimal(tape, text),
            ObjectForm.Locale => tape.AddText(ValueKind.Text, text, Locale),
            _ => tape.AddText(ValueKind.Text, text, cls.Type),
        };
    }

    internal static bool TryText(scoped ref HessianCursor cursor, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!cursor.TryPeek(out var tag) || !Texts.IsString(cursor.Kind(tag)))
        {
            return false;
        }

        cursor.At++;
        return Texts.TryUtf8(ref cursor, cursor.Kind(tag), tag, out text);
    }

    /// <summary>
    /// Whether the text is an enum constant's name. Nothing on the wire tells an enum from an object whose only field is called name: a
    /// contract does; without one, only the usual form of constants is taken for one (letters A to Z, digits, underscores).
    /// </summary>
    private static bool IsConstant(ReadOnlySpan<byte> text, TypeShape? shape) => shape?.Kind switch
    {
        ShapeKind.Enum => true,
        ShapeKind.Struct => false,
        _ => !text.IsEmpty && text[0] is >= (byte)'A' and <= (byte)'Z' && !text.ContainsAnyExcept(ConstantBytes),
    };

    /// <summary>BigDecimal's text as it was sent, with its exponent if it has one, once it is known to be a number.</summary>
    private static int AddDecimal(ValueTape tape, ReadOnlySpan<byte> text)
    {
        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        return IsPlain(text) || NumberText.TryPlain(text, plain, out _) ? tape.AddText(ValueKind.Decimal, text) : Declined;
    }

    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        var digits = !text.IsEmpty && text[0] == '-' ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "0"u8 : digits[(point + 1)..];
        return !whole.IsEmpty && !fraction.IsEmpty
            && whole.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static int ReadSqlDate(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape) =>
        cls.Fields.Length == 1 && TryDate(ref cursor, out var epochMs) ? tape.AddInstant(epochMs, 0, cls.Type) : Declined;

    private static int ReadCalendar(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape)
    {
        var epochMs = 0L;
        var seen = 0;
        foreach (var field in cls.Fields)
        {
            if (field.Text == "date" && TryDate(ref cursor, out epochMs))
            {
                seen |= 1;
            }
            else if (field.Text == "type" && cursor.PeekKind() == TagKind.Null)
            {
                // Null stands for java.util.GregorianCalendar; other classes are kept by their fields.
                cursor.At++;
                seen |= 2;
            }
            else
            {
                return Declined;
            }
        }

        return seen == 3 ? tape.AddInstant(epochMs, 0, GregorianCalendar) : Declined;
    }

    private static bool TryDate(scoped ref HessianCursor cursor, out long epochMs)
    {
        epochMs = 0;
        switch (cursor.PeekKind())
        {
            case TagKind.DateMs:
                cursor.At++;
                return cursor.TryInt64(out epochMs);
            case TagKind.DateMinutes:
                cursor.At++;
                var ok = cursor.TryInt32(out var minutes);
                epochMs = minutes * 60_000L;
                return ok;
            default:
                return false;
        }
    }

    private static int ReadUuid(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape)
    {
        if (cls.Fields.Length == 1)
        {
            return TryText(ref cursor, out var text) && IsUuid(text) ? tape.AddText(ValueKind.Text, text, cls.Type) : Declined;
        }

        Span<byte> octets = stackalloc byte[16];
        var seen = 0;
        foreach (var field in cls.Fields)
        {
            if (!TryLong(ref cursor, out var bits))
            {
                return Declined;
            }

            var at = field.Text switch
            {
                "mostSigBits" => 0,
                "leastSigBits" => 8,
                _ => -1,
            };
            if (at < 0)
            {
                return Declined;
            }

            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(octets[at..], bits);
            seen |= at + 1;
        }

        if (seen != 9)
        {
            return Declined;
        }

        Span<byte> formatted = stackalloc byte[36];
        Utf8Formatter.TryFormat(new Guid(octets, bigEndian: true), formatted, out _);
        return tape.AddText(ValueKind.Text, formatted, cls.Type);
    }

    /// <summary>An int or long field; false without a fault when it holds something else.</summary>
    internal static bool TryLong(scoped ref HessianCursor cursor, out long value)
    {
        value = 0;
        if (!cursor.TryPeek(out var tag))
        {
            return cursor.FailTruncated();
        }

        var kind = cursor.Kind(tag);
        if (kind is >= TagKind.Int1 and <= TagKind.Int5)
        {
            cursor.At++;
            var ok = cursor.TryIntBody(kind, tag, out var narrow);
            value = narrow;
            return ok;
        }

        if (kind is < TagKind.Long1 or > TagKind.Long9)
        {
            return false;
        }

        cursor.At++;
        return cursor.TryLongBody(kind, tag, out value);
    }

    private static bool IsUuid(ReadOnlySpan<byte> text) =>
        text.Length == 36 && Utf8Parser.TryParse(text, out Guid _, out var used, 'D') && used == 36;
}
