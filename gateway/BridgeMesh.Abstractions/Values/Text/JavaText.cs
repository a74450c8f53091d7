using System.Buffers.Text;

namespace BridgeMesh.Values;

/// <summary>
/// Whether a text is a value of the Java class that a contract declares for it, so that a wrong one is refused at the boundary and named by
/// its path, not thrown at by the callee. Source: the parse methods of java.time and java.util.UUID. Classes not known here take any text.
/// </summary>
public static class JavaText
{
    public static bool IsValid(TypeName type, ReadOnlySpan<byte> text) => type.Text switch
    {
        "java.time.LocalDate" => IsDate(text),
        "java.time.LocalTime" => IsTime(text, Tail.None),
        "java.time.LocalDateTime" => IsDateTime(text, Tail.None),
        "java.time.Instant" => IsDateTime(text, Tail.Offset),
        "java.time.OffsetDateTime" => IsDateTime(text, Tail.Offset),
        "java.time.OffsetTime" => IsTime(text, Tail.Offset),
        "java.time.ZonedDateTime" => IsDateTime(text, Tail.OffsetAndZone),
        "java.time.Duration" => IsDuration(text),
        "java.time.Period" => IsPeriod(text),
        "java.time.Year" => IsYear(text),
        "java.time.YearMonth" => IsYearMonth(text),
        "java.time.MonthDay" => IsMonthDay(text),
        "java.time.ZoneOffset" => IsOffset(text),
        "java.util.UUID" => text.Length == 36 && Utf8Parser.TryParse(text, out Guid _, out var used, 'D') && used == 36,
        _ => true,
    };

    /// <summary>What a text of that class looks like, for messages.</summary>
    public static string Example(TypeName type) => type.Text switch
    {
        "java.time.LocalDate" => "2024-05-06",
        "java.time.LocalTime" => "07:08:09.123",
        "java.time.LocalDateTime" => "2024-05-06T07:08:09.123",
        "java.time.Instant" => "2024-05-06T07:08:09.123Z",
        "java.time.OffsetDateTime" => "2024-05-06T07:08:09+08:00",
        "java.time.OffsetTime" => "07:08:09+08:00",
        "java.time.ZonedDateTime" => "2024-05-06T07:08:09+08:00[Asia/Shanghai]",
        "java.time.Duration" => "PT1H30M",
        "java.time.Period" => "P1Y2M3D",
        "java.time.Year" => "2024",
        "java.time.YearMonth" => "2024-05",
        "java.time.MonthDay" => "--05-06",
        "java.time.ZoneOffset" => "+08:00",
        "java.util.UUID" => "123e4567-e89b-12d3-a456-426614174000",
        _ => "text",
    };

    private enum Tail
    {
        None,
        Offset,
        OffsetAndZone,
    }

    private static bool IsDate(ReadOnlySpan<byte> text) => IsoInstant.TryTakeDate(ref text, out _) && text.IsEmpty;

    private static bool IsTime(ReadOnlySpan<byte> text, Tail tail) => IsoInstant.TryTakeTime(ref text, out _) && EndsWith(text, tail);

    private static bool IsDateTime(ReadOnlySpan<byte> text, Tail tail)
    {
        if (!IsoInstant.TryTakeDate(ref text, out _) || text.IsEmpty || text[0] is not ((byte)'T' or (byte)'t'))
        {
            return false;
        }

        return IsTime(text[1..], tail);
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, Tail tail)
    {
        if (tail == Tail.None)
        {
            return text.IsEmpty;
        }

        if (!IsoInstant.TryTakeOffset(ref text, out _))
        {
            return false;
        }

        return text.IsEmpty || (tail == Tail.OffsetAndZone && text.Length > 2 && text[0] == '[' && text[^1] == ']');
    }

    private static bool IsOffset(ReadOnlySpan<byte> text) => IsoInstant.TryTakeOffset(ref text, out _) && text.IsEmpty;

    private static bool IsYear(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out int year, out var used)
        && used == text.Length && Math.Abs((long)year) <= 999_999_999;

    private static bool IsYearMonth(ReadOnlySpan<byte> text) => IsoInstant.TryTakeYear(ref text, out _)
        && IsoInstant.TryTakeSeparated(ref text, (byte)'-', out var month) && month is >= 1 and <= 12 && text.IsEmpty;

    // 2000 is a leap year: 29 February exists as a month and day.
    private static bool IsMonthDay(ReadOnlySpan<byte> text) => text.StartsWith("--"u8) && TryMonthDay(text[1..]);

    private static bool TryMonthDay(ReadOnlySpan<byte> text) => IsoInstant.TryTakeSeparated(ref text, (byte)'-', out var month)
        && IsoInstant.TryTakeSeparated(ref text, (byte)'-', out var day)
        && month is >= 1 and <= 12 && day >= 1 && day <= IsoInstant.DaysOf(2_000, month) && text.IsEmpty;

    private static bool IsDuration(ReadOnlySpan<byte> text)
    {
        if (!TryTakeP(ref text))
        {
            return false;
        }

        var dated = TakeUnit(ref text, 'D', fraction: false);
        if (text.IsEmpty)
        {
            return dated;
        }

        if (text[0] is not ((byte)'T' or (byte)'t'))
        {
            return false;
        }

        text = text[1..];
        var timed = TakeUnit(ref text, 'H', fraction: false)
            | TakeUnit(ref text, 'M', fraction: false)
            | TakeUnit(ref text, 'S', fraction: true);
        return timed && text.IsEmpty;
    }

    private static bool IsPeriod(ReadOnlySpan<byte> text) => TryTakeP(ref text)
        && (TakeUnit(ref text, 'Y', fraction: false) | TakeUnit(ref text, 'M', fraction: false)
            | TakeUnit(ref text, 'W', fraction: false) | TakeUnit(ref text, 'D', fraction: false))
        && text.IsEmpty;

    private static bool TryTakeP(ref ReadOnlySpan<byte> text)
    {
        var at = !text.IsEmpty && text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        if (text.Length <= at || text[at] is not ((byte)'P' or (byte)'p'))
        {
            return false;
        }

        text = text[(at + 1)..];
        return true;
    }

    private static bool TakeUnit(ref ReadOnlySpan<byte> text, char unit, bool fraction)
    {
        var at = !text.IsEmpty && text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var from = at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        if (at == from || at - from > 19)
        {
            return false;
        }

        if (fraction && at < text.Length && text[at] is (byte)'.' or (byte)',')
        {
            var point = at++;
            while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
            {
                at++;
            }

            if (at - point > 10)
            {
                return false;
            }
        }

        if (at == text.Length || (text[at] & ~0x20) != unit)
        {
            return false;
        }

        text = text[(at + 1)..];
        return true;
    }
}
