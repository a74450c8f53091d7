using System.Buffers.Text;

namespace BridgeMesh.Values;

/// <summary>
/// Points in time as ISO 8601 text, over Java's whole range: DateTimeOffset ends at the year 9999. Years outside 0000 to 9999 carry a sign
/// and four to nine digits. Source: RFC 3339; java.time.format.DateTimeFormatter.ISO_OFFSET_DATE_TIME. Allocates nothing.
/// </summary>
public static class IsoInstant
{
    /// <summary>Room that <see cref="Format"/> needs: sign, nine digits of year, nine of fraction, offset.</summary>
    public const int MaxLength = 48;

    private const long DayMs = 86_400_000;

    /// <summary>
    /// A date, a time with or without seconds and up to nine digits of fraction, and an offset (<c>Z</c>, <c>+08</c>, <c>+0800</c>,
    /// <c>+08:00</c>). Without an offset it names no point in time and is refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long epochMs, out int nanosOfMs)
    {
        epochMs = 0;
        nanosOfMs = 0;
        var rest = text;
        if (!TryTakeDate(ref rest, out var day) || rest.IsEmpty || rest[0] is not ((byte)'T' or (byte)'t'))
        {
            return false;
        }

        rest = rest[1..];
        if (!TryTakeTime(ref rest, out var nanoOfDay) || !TryTakeOffset(ref rest, out var offsetSeconds) || !rest.IsEmpty)
        {
            return false;
        }

        // Nine digits of year reach further than milliseconds in 64 bits do.
        var exactMs = ((Int128)day * DayMs) + (nanoOfDay / 1_000_000) - (offsetSeconds * 1_000L);
        if (exactMs < long.MinValue || exactMs > long.MaxValue)
        {
            return false;
        }

        epochMs = (long)exactMs;
        nanosOfMs = (int)(nanoOfDay % 1_000_000);
        return true;
    }

    /// <summary>A date alone, as days since 1970-01-01.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out long epochDay) => TryTakeDate(ref text, out epochDay) && text.IsEmpty;

    /// <summary>
    /// Writes with milliseconds always, finer digits where there are some, and <c>Z</c> for offset 0. <paramref name="into"/> must hold
    /// <see cref="MaxLength"/>.
    /// </summary>
    /// <param name="offsetMinutes">-1,080 to 1,080.</param>
    public static int Format(long epochMs, int nanosOfMs, int offsetMinutes, Span<byte> into)
    {
        // At the ends of the range an offset would overflow; there UTC says the same.
        var shift = offsetMinutes * 60_000L;
        if ((shift > 0 && epochMs > long.MaxValue - shift) || (shift < 0 && epochMs < long.MinValue - shift))
        {
            (shift, offsetMinutes) = (0, 0);
        }

        var local = epochMs + shift;
        var day = Math.DivRem(local, DayMs, out var msOfDay);
        if (msOfDay < 0)
        {
            msOfDay += DayMs;
            day--;
        }

        var at = FormatDate(day, into);
        into[at++] = (byte)'T';
        at = Digits(into, at, msOfDay / 3_600_000, 2);
        into[at++] = (byte)':';
        at = Digits(into, at, msOfDay / 60_000 % 60, 2);
        into[at++] = (byte)':';
        at = Digits(into, at, msOfDay / 1_000 % 60, 2);
        into[at++] = (byte)'.';
        at = Digits(into, at, msOfDay % 1_000, 3);
        if (nanosOfMs != 0)
        {
            at = nanosOfMs % 1_000 == 0 ? Digits(into, at, nanosOfMs / 1_000, 3) : Digits(into, at, nanosOfMs, 6);
        }

        if (offsetMinutes == 0)
        {
            into[at++] = (byte)'Z';
            return at;
        }

        into[at++] = (byte)(offsetMinutes < 0 ? '-' : '+');
        at = Digits(into, at, Math.Abs(offsetMinutes) / 60, 2);
        into[at++] = (byte)':';
        return Digits(into, at, Math.Abs(offsetMinutes) % 60, 2);
    }

    internal static bool TryTakeDate(ref ReadOnlySpan<byte> text, out long epochDay)
    {
        epochDay = 0;
        if (!TryTakeYear(ref text, out var year)
            || !TryTakeSeparated(ref text, (byte)'-', out var month) || !TryTakeSeparated(ref text, (byte)'-', out var day))
        {
            return false;
        }

        if (month is < 1 or > 12 || day < 1 || day > DaysOf(year, month))
        {
            return false;
        }

        epochDay = ToEpochDay(year, month, day);
        return true;
    }

    internal static bool TryTakeYear(ref ReadOnlySpan<byte> text, out long year)
    {
        year = 0;
        var signed = !text.IsEmpty && text[0] is (byte)'+' or (byte)'-';
        var digits = text[(signed ? 1 : 0)..];
        var length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? digits.Length : length;
        if (length < 4 || length > (signed ? 9 : 4) || !Utf8Parser.TryParse(digits[..length], out year, out _))
        {
            return false;
        }

        year = signed && text[0] == '-' ? -year : year;
        text = digits[length..];
        return true;
    }

    /// <summary>hh:mm, then seconds and fraction where they are written.</summary>
    internal static bool TryTakeTime(ref ReadOnlySpan<byte> text, out long nanoOfDay)
    {
        nanoOfDay = 0;
        if (!TryTakeTwo(ref text, out var hour) || !TryTakeSeparated(ref text, (byte)':', out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        nanoOfDay = ((hour * 60L) + minute) * 60_000_000_000L;
        if (text.IsEmpty || text[0] != ':')
        {
            return true;
        }

        if (!TryTakeSeparated(ref text, (byte)':', out var second) || second > 59)
        {
            return false;
        }

        nanoOfDay += second * 1_000_000_000L;
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        return TryTakeFraction(ref text, ref nanoOfDay);
    }

    /// <summary>Z or a signed offset up to 18 hours, as java.time.ZoneOffset allows.</summary>
    internal static bool TryTakeOffset(ref ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        var sign = text[0];
        text = text[1..];
        if (sign is (byte)'Z' or (byte)'z')
        {
            return true;
        }

        if (sign is not ((byte)'+' or (byte)'-') || !TryTakeTwo(ref text, out var hours))
        {
            return false;
        }

        var minutes = 0;
        var hasColon = !text.IsEmpty && text[0] == ':';
        if (hasColon ? !TryTakeSeparated(ref text, (byte)':', out minutes) : StartsWithDigit(text) && !TryTakeTwo(ref text, out minutes))
        {
            return false;
        }

        seconds = ((hours * 60) + minutes) * 60 * (sign == '-' ? -1 : 1);
        return minutes <= 59 && Math.Abs(seconds) <= 18 * 3_600;
    }

    internal static bool TryTakeSeparated(ref ReadOnlySpan<byte> text, byte separator, out int value)
    {
        value = 0;
        if (text.IsEmpty || text[0] != separator)
        {
            return false;
        }

        text = text[1..];
        return TryTakeTwo(ref text, out value);
    }

    internal static int DaysOf(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool StartsWithDigit(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9';

    private static bool TryTakeTwo(ref ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length < 2 || (uint)(text[0] - '0') > 9 || (uint)(text[1] - '0') > 9)
        {
            return false;
        }

        value = ((text[0] - '0') * 10) + (text[1] - '0');
        text = text[2..];
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, ref long nanoOfDay)
    {
        text = text[1..];
        var unit = 100_000_000;
        var digits = 0;
        while (StartsWithDigit(text))
        {
            if (++digits > 9)
            {
                return false;
            }

            nanoOfDay += (text[0] - '0') * (long)unit;
            unit /= 10;
            text = text[1..];
        }

        return digits > 0;
    }

    private static int FormatDate(long epochDay, Span<byte> into)
    {
        FromEpochDay(epochDay, out var year, out var month, out var day);
        var at = 0;
        if (year is < 0 or > 9_999)
        {
            into[at++] = (byte)(year < 0 ? '-' : '+');
        }

        var size = Math.Abs(year);
        at = Digits(into, at, size, size <= 9_999 ? 4 : size <= 999_999 ? 6 : 9);
        into[at++] = (byte)'-';
        at = Digits(into, at, month, 2);
        into[at++] = (byte)'-';
        return Digits(into, at, day, 2);
    }

    private static int Digits(Span<byte> into, int at, long value, int width)
    {
        for (var i = at + width - 1; i >= at; i--)
        {
            into[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        return at + width;
    }

    // Proleptic Gregorian calendar in 400-year eras that begin on 1 March. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static long ToEpochDay(long year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = (year >= 0 ? year : year - 399) / 400;
        var yearOfEra = year - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    private static void FromEpochDay(long epochDay, out long year, out int month, out int day)
    {
        epochDay += 719_468;
        var era = (epochDay >= 0 ? epochDay : epochDay - 146_096) / 146_097;
        var dayOfEra = epochDay - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = (int)(dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100)));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        day = dayOfYear - (((153 * shifted) + 2) / 5) + 1;
        month = shifted < 10 ? shifted + 3 : shifted - 9;
        year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
    }
}
