using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Hessian;

/// <summary>Numbers, texts and openings in any of the forms that a dialect has, not only the shortest.</summary>
internal static class HessianForms
{
    private static readonly string[] TypeNames =
    [
        "java.util.ArrayList", "java.util.HashMap", "java.util.HashSet", "java.util.TreeMap", "[int", "[string", "[object", "[long", "[[int", "[",
        "com.acme.Order", "java.math.BigDecimal", "java.math.BigInteger", "java.util.UUID", "java.util.Locale", "java.lang.Class", "java.sql.Timestamp",
        "com.acme.OrderStatus", "com.caucho.hessian.io.LocaleHandle", "com.alibaba.com.caucho.hessian.io.LocaleHandle", "java.util.Calendar",
        "com.alibaba.com.caucho.hessian.io.java8.LocalDateTimeHandle", "com.caucho.hessian.io.java8.ZonedDateTimeHandle", "java.lang.RuntimeException",
        "com.caucho.hessian.io.java8.DurationHandle", "com.caucho.hessian.io.CalendarHandle", "java.lang.StackTraceElement", "java.util.Currency", "",
    ];

    private static readonly string[] FieldNames =
    [
        "name", "value", "mag", "signum", "bitCount", "id", "detailMessage", "cause", "stackTrace", "suppressedExceptions", "year", "month", "day",
        "hour", "minute", "second", "nano", "nanos", "seconds", "date", "time", "dateTime", "offset", "zoneId", "calendarClass", "language", "country",
        "mostSigBits", "leastSigBits", "class", "@type", "$ref", "中", "",
    ];

    internal static string TypeName(FuzzRandom random) => random.Chance(85) ? random.Pick<string>(TypeNames) : $"com.fuzz.T{random.Below(200_000)}";

    internal static string FieldName(FuzzRandom random) => random.Chance(90) ? random.Pick<string>(FieldNames) : $"f{random.Below(200_000)}";

    internal static void Int(InputBytes to, FuzzRandom random, int value)
    {
        var form = random.Chance(80) ? 0 : random.Below(3);
        if (value is >= -16 and <= 47 && form == 0)
        {
            to.Add((byte)(0x90 + value));
        }
        else if (value is >= -2_048 and <= 2_047 && form <= 1)
        {
            to.AddUInt16(((0xC8 + (value >> 8)) << 8) | (value & 0xFF));
        }
        else if (value is >= -262_144 and <= 262_143 && form <= 1)
        {
            to.Add((byte)(0xD4 + (value >> 16)));
            to.AddUInt16(value);
        }
        else
        {
            to.Add((byte)'I');
            to.AddInt32(value);
        }
    }

    /// <summary>A string in chunks of any size.</summary>
    internal static void Text(InputBytes to, FuzzRandom random, bool draft, ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && random.Chance(5))
        {
            var part = text[..random.Below(text.Length + 1)];
            to.Add(draft ? (byte)'s' : (byte)'R');
            to.AddUInt16(part.Length);
            Units(to, part);
            text = text[part.Length..];
        }

        if (text.Length < 32 && random.Chance(90))
        {
            to.Add((byte)text.Length);
        }
        else if (!draft && text.Length < 1_024 && random.Chance(70))
        {
            to.AddUInt16(0x3000 + text.Length);
        }
        else
        {
            to.Add((byte)'S');
            to.AddUInt16(text.Length);
        }

        Units(to, text);
    }

    internal static void Octets(InputBytes to, FuzzRandom random, bool draft, int length)
    {
        while (random.Chance(10))
        {
            to.Add(draft ? (byte)'b' : (byte)'A');
            var chunk = random.Below(40);
            to.AddUInt16(chunk);
            Random(to, random, chunk);
        }

        if (length < 16)
        {
            to.Add((byte)(0x20 + length));
        }
        else if (!draft && length < 1_024)
        {
            to.AddUInt16(0x3400 + length);
        }
        else
        {
            to.Add((byte)'B');
            to.AddUInt16(length);
        }

        Random(to, random, length);
    }

    /// <summary>Opens a container that what follows stands in, without its end.</summary>
    internal static void Opening(InputBytes to, FuzzRandom random, bool draft)
    {
        switch (random.Below(5))
        {
            case 0 when draft:
                to.Add("V"u8);
                break;
            case 1 when draft:
                to.Add("Vn\u0001"u8);
                break;
            case 2 when draft:
                to.Add("M"u8);
                break;
            case 3 when draft:
                to.Add((byte)'o');
                to.Add((byte)0x90);
                break;
            case 0:
                to.Add((byte)0x79);
                break;
            case 1:
                to.Add("W"u8);
                break;
            case 2:
                to.Add("H"u8);
                break;
            case 3:
                to.Add((byte)0x60);
                break;
            default:
                to.Add(draft ? "Mt\0\u0001aN"u8 : "M\u0001aN"u8);
                break;
        }
    }

    internal static void Reference(InputBytes to, FuzzRandom random, bool draft, int slot)
    {
        if (!draft)
        {
            to.Add((byte)'Q');
            Int(to, random, slot);
            return;
        }

        switch (slot is < 0 or > 0xFFFF ? 2 : slot > 0xFF ? random.Between(1, 2) : random.Below(3))
        {
            case 0:
                to.Add((byte)'J');
                to.Add((byte)slot);
                break;
            case 1:
                to.Add((byte)'K');
                to.AddUInt16(slot);
                break;
            default:
                to.Add((byte)'R');
                to.AddInt32(slot);
                break;
        }
    }

    private static void Units(InputBytes to, ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            if (unit < 0x80)
            {
                to.Add((byte)unit);
            }
            else if (unit < 0x800)
            {
                to.Add((byte)(0xC0 | (unit >> 6)));
                to.Add((byte)(0x80 | (unit & 0x3F)));
            }
            else
            {
                to.Add((byte)(0xE0 | (unit >> 12)));
                to.Add((byte)(0x80 | ((unit >> 6) & 0x3F)));
                to.Add((byte)(0x80 | (unit & 0x3F)));
            }
        }
    }

    private static void Random(InputBytes to, FuzzRandom random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            to.Add(random.NextByte());
        }
    }
}
