using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>
/// java.time values. Both dialects write a handle object with the value's parts, under their own class names and field orders; a date with
/// time holds two handles, one with a zone three or four. The handles' own slots can be referred to by nobody.
/// </summary>
internal static class TimeHandles
{
    /// <summary>A zoned time holds a local one, which holds a date: no handle goes deeper.</summary>
    private const int MaxNested = 3;

    private static readonly TypeName?[] JavaTypes = BuildTypes();

    internal static int Read(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape)
    {
        TimeParts parts = default;
        if (!TryParts(ref cursor, cls, ref parts, 0) || parts.Zone.Length > TimeText.MaxZoneLength)
        {
            return ScalarObjects.Declined;
        }

        // What the writer could not take apart again (an empty zone, a period of -2^31 days) is kept by its fields.
        Span<byte> text = stackalloc byte[TimeText.MaxLength + TimeText.MaxZoneLength];
        scoped TimeParts again = default;
        return TimeText.TryFormat(cls.Form, parts, text, out var length) && TimeTextParser.TryParse(cls.Form, text[..length], ref again)
            ? tape.AddText(ValueKind.Text, text[..length], JavaTypes[(int)cls.Form])
            : ScalarObjects.Declined;
    }

    private static bool TryParts(scoped ref HessianCursor cursor, HessianClass cls, ref TimeParts parts, int depth)
    {
        if (cls.Form == ObjectForm.YearMonth)
        {
            parts.Day = 1;
        }

        var expected = KnownClasses.Of(cls.Form, cursor.Dialect);
        if (cls.Fields.Length != expected.Fields.Length)
        {
            return false;
        }

        foreach (var field in cls.Fields)
        {
            if (expected.Find(field.Utf8) < 0 || !TryField(ref cursor, cls.Form, field.Text, ref parts, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryField(scoped ref HessianCursor cursor, ObjectForm form, string name, ref TimeParts parts, int depth)
    {
        switch (name)
        {
            case "zoneId":
                return ScalarObjects.TryText(ref cursor, out parts.Zone) && System.Text.Ascii.IsValid(parts.Zone);
            case "date" or "time" or "dateTime" or "localTime" or "offset" or "zoneOffset":
                return TryNested(ref cursor, name, ref parts, depth + 1);
        }

        if (!ScalarObjects.TryLong(ref cursor, out var value))
        {
            return false;
        }

        if (name == "seconds" && form != ObjectForm.ZoneOffset)
        {
            parts.Seconds = value;
            return true;
        }

        if (value != (int)value)
        {
            return false;
        }

        var number = (int)value;
        switch (name)
        {
            case "year":
                parts.Year = number;
                return true;
            case "month":
                parts.Month = number;
                return true;
            case "day":
                parts.Day = number;
                return true;
            case "hour":
                parts.Hour = number;
                return true;
            case "minute":
                parts.Minute = number;
                return true;
            case "second":
                parts.Second = number;
                return true;
            case "nano" or "nanos":
                parts.Nano = number;
                return true;
            case "years":
                parts.Years = number;
                return true;
            case "months":
                parts.Months = number;
                return true;
            case "days":
                parts.Days = number;
                return true;
            default:
                parts.Offset = number;
                return true;
        }
    }

    private static bool TryNested(scoped ref HessianCursor cursor, string name, ref TimeParts parts, int depth)
    {
        var expected = name switch
        {
            "date" => ObjectForm.LocalDate,
            "time" or "localTime" => ObjectForm.LocalTime,
            "dateTime" => ObjectForm.LocalDateTime,
            _ => ObjectForm.ZoneOffset,
        };
        while (depth <= MaxNested && cursor.TryTag(out var tag))
        {
            HessianClass cls;
            switch (cursor.Kind(tag))
            {
                case TagKind.ClassDefinition when Definitions.ReadClass(ref cursor):
                    continue;
                case TagKind.Object when cursor.TryInt(out var index) && Definitions.TryClass(ref cursor, index, out cls):
                    break;
                case TagKind.ObjectShort when Definitions.TryClass(ref cursor, tag - 0x60, out cls):
                    break;
                default:
                    return false;
            }

            if (cls.Form != expected)
            {
                return false;
            }

            cursor.State.AddSlot(HessianReadState.NoToken);
            return TryParts(ref cursor, cls, ref parts, depth);
        }

        return false;
    }

    private static TypeName?[] BuildTypes()
    {
        var types = new TypeName?[(int)ObjectForm.ZoneId + 1];
        for (var form = ObjectForm.LocalDate; form <= ObjectForm.ZoneId; form++)
        {
            types[(int)form] = TypeName.Of("java.time." + form);
        }

        return types;
    }
}
