using System.Buffers.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>The text of java.time values back to their parts; takes what the classes' own parse methods take in ISO 8601 form.</summary>
internal static class TimeTextParser
{
    internal static bool TryParse(ObjectForm form, ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        var ok = form switch
        {
            ObjectForm.LocalDate => TryDate(ref text, ref parts),
            ObjectForm.LocalTime => TryTime(ref text, ref parts),
            ObjectForm.LocalDateTime => TryDateTime(ref text, ref parts),
            ObjectForm.OffsetDateTime => TryDateTime(ref text, ref parts) && TryOffset(ref text, ref parts),
            ObjectForm.ZonedDateTime => TryDateTime(ref text, ref parts) && TryOffset(ref text, ref parts) && TryZone(ref text, ref parts),
            ObjectForm.OffsetTime => TryTime(ref text, ref parts) && TryOffset(ref text, ref parts),
            ObjectForm.Instant => TryInstant(ref text, ref parts),
            ObjectForm.Duration => TryDuration(ref text, ref parts),
            ObjectForm.Period => TryPeriod(ref text, ref parts),
            ObjectForm.Year => TryYear(ref text, out parts.Year),
            ObjectForm.YearMonth => TryYear(ref text, out parts.Year) && Take(ref text, '-') && TryTwo(ref text, out parts.Month),
            ObjectForm.MonthDay => Take(ref text, '-') && Take(ref text, '-') && TryTwo(ref text, out parts.Month)
                && Take(ref text, '-') && TryTwo(ref text, out parts.Day),
            ObjectForm.ZoneOffset => TryOffset(ref text, ref parts),
            _ => TryWhole(ref text, ref parts),
        };
        return ok && text.IsEmpty;
    }

    private static bool TryWhole(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        parts.Zone = text;
        text = default;
        return !parts.Zone.IsEmpty;
    }

    private static bool TryInstant(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        if (!IsoInstant.TryParse(text, out var epochMs, out var nanosOfMs))
        {
            return false;
        }

        text = default;
        parts.Seconds = Math.DivRem(epochMs, 1_000, out var ms);
        if (ms < 0)
        {
            ms += 1_000;
            parts.Seconds--;
        }

        parts.Nano = ((int)ms * 1_000_000) + nanosOfMs;
        return true;
    }

    private static bool TryDateTime(ref ReadOnlySpan<byte> text, ref TimeParts parts) =>
        TryDate(ref text, ref parts) && (Take(ref text, 'T') || Take(ref text, 't')) && TryTime(ref text, ref parts);

    private static bool TryDate(ref ReadOnlySpan<byte> text, ref TimeParts parts) => TryYear(ref text, out parts.Year)
        && Take(ref text, '-') && TryTwo(ref text, out parts.Month) && Take(ref text, '-') && TryTwo(ref text, out parts.Day) && parts.IsDate;

    private static bool TryTime(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        if (!TryTwo(ref text, out parts.Hour) || !Take(ref text, ':') || !TryTwo(ref text, out parts.Minute))
        {
            return false;
        }

        if (Take(ref text, ':'))
        {
            if (!TryTwo(ref text, out parts.Second) || (Take(ref text, '.') && !TryFraction(ref text, out parts.Nano)))
            {
                return false;
            }
        }

        return parts.IsTime;
    }

    private static bool TryOffset(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        if (Take(ref text, 'Z') || Take(ref text, 'z'))
        {
            parts.Zone = "Z"u8;
            return true;
        }

        var sign = text.IsEmpty ? (byte)0 : text[0];
        if (sign is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        text = text[1..];
        if (!TryTwo(ref text, out var hours))
        {
            return false;
        }

        var minutes = 0;
        var seconds = 0;
        if ((Take(ref text, ':') || StartsWithDigit(text)) && !TryTwo(ref text, out minutes))
        {
            return false;
        }

        if ((Take(ref text, ':') || StartsWithDigit(text)) && !TryTwo(ref text, out seconds))
        {
            return false;
        }

        parts.Offset = ((hours * 3_600) + (minutes * 60) + seconds) * (sign == '-' ? -1 : 1);
        return minutes <= 59 && seconds <= 59 && parts.IsOffset;
    }

    /// <summary>A zone in brackets; without one the offset is the zone, which the writer fills in.</summary>
    private static bool TryZone(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        parts.Zone = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length < 3 || text.Length > TimeText.MaxZoneLength + 2 || text[0] != '[' || text[^1] != ']')
        {
            return false;
        }

        parts.Zone = text[1..^1];
        text = default;
        return true;
    }

    // PnDTnHnMn.nS; every number may have its own sign, and one before the P turns them all.
    private static bool TryDuration(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        var negative = Take(ref text, '-');
        if (!TakeLetter(ref text, 'P'))
        {
            return false;
        }

        Int128 nanos = 0;
        var any = TryAmount(ref text, 'D', out var days);
        if (!any)
        {
            days = 0;
        }

        nanos += (Int128)days * 86_400 * 1_000_000_000;
        if (TakeLetter(ref text, 'T'))
        {
            var timed = false;
            foreach (var (unit, seconds) in (ReadOnlySpan<(char, int)>)[('H', 3_600), ('M', 60)])
            {
                if (TryAmount(ref text, unit, out var amount))
                {
                    nanos += (Int128)amount * seconds * 1_000_000_000;
                    timed = true;
                }
            }

            timed |= TrySeconds(ref text, ref nanos);
            any = timed;
        }

        nanos = negative ? -nanos : nanos;
        var whole = nanos / 1_000_000_000;
        var rest = (int)(nanos % 1_000_000_000);
        if (rest < 0)
        {
            rest += 1_000_000_000;
            whole--;
        }

        if (whole < long.MinValue || whole > long.MaxValue)
        {
            return false;
        }

        parts.Seconds = (long)whole;
        parts.Nano = rest;
        return any;
    }

    private static bool TrySeconds(ref ReadOnlySpan<byte> text, ref Int128 nanos)
    {
        var rest = text;
        var negative = !rest.IsEmpty && rest[0] == '-';
        if (!TryNumber(ref rest, out var seconds))
        {
            return false;
        }

        var fraction = 0;
        if (Take(ref rest, '.') && !TryFraction(ref rest, out fraction))
        {
            return false;
        }

        if (!TakeLetter(ref rest, 'S'))
        {
            return false;
        }

        nanos += ((Int128)seconds * 1_000_000_000) + (negative ? -fraction : fraction);
        text = rest;
        return true;
    }

    private static bool TryPeriod(ref ReadOnlySpan<byte> text, ref TimeParts parts)
    {
        var sign = Take(ref text, '-') ? -1 : 1;
        if (!TakeLetter(ref text, 'P') || text.IsEmpty)
        {
            return false;
        }

        _ = TryAmount(ref text, 'Y', out var years);
        _ = TryAmount(ref text, 'M', out var months);
        _ = TryAmount(ref text, 'W', out var weeks);
        _ = TryAmount(ref text, 'D', out var days);
        days += weeks * 7;
        if (Math.Abs(years) > int.MaxValue || Math.Abs(months) > int.MaxValue || Math.Abs(days) > int.MaxValue)
        {
            return false;
        }

        parts.Years = (int)years * sign;
        parts.Months = (int)months * sign;
        parts.Days = (int)days * sign;
        return true;
    }

    private static bool TryAmount(ref ReadOnlySpan<byte> text, char unit, out long amount)
    {
        var rest = text;
        if (!TryNumber(ref rest, out amount) || !TakeLetter(ref rest, unit))
        {
            amount = 0;
            return false;
        }

        text = rest;
        return true;
    }

    /// <summary>A signed number of up to fifteen digits, so that no sum can overflow.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> text, out long number)
    {
        var rest = text;
        _ = Take(ref rest, '+');
        var ok = Utf8Parser.TryParse(rest, out number, out var used) && number is >= -999_999_999_999_999_999 and <= 999_999_999_999_999_999;
        text = ok ? rest[used..] : text;
        return ok;
    }

    private static bool TryYear(ref ReadOnlySpan<byte> text, out int year)
    {
        var rest = text;
        _ = Take(ref rest, '+');
        var ok = Utf8Parser.TryParse(rest, out year, out var used) && year is >= -999_999_999 and <= 999_999_999;
        text = ok ? rest[used..] : text;
        return ok;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int nanos)
    {
        nanos = 0;
        var digits = 0;
        while (StartsWithDigit(text) && digits < 9)
        {
            nanos = (nanos * 10) + (text[0] - '0');
            text = text[1..];
            digits++;
        }

        for (var i = digits; i < 9; i++)
        {
            nanos *= 10;
        }

        return digits > 0;
    }

    private static bool TryTwo(ref ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length < 2 || !StartsWithDigit(text) || !StartsWithDigit(text[1..]))
        {
            return false;
        }

        value = ((text[0] - '0') * 10) + (text[1] - '0');
        text = text[2..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<byte> text, char ascii)
    {
        if (text.IsEmpty || text[0] != ascii)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TakeLetter(ref ReadOnlySpan<byte> text, char upper) => Take(ref text, upper) || Take(ref text, char.ToLowerInvariant(upper));

    private static bool StartsWithDigit(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9';
}
