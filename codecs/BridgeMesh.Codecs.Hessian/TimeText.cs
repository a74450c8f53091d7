using System.Buffers.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>java.time values as text, exactly as their toString writes them. Source: the Javadoc of each class's toString.</summary>
internal static class TimeText
{
    /// <summary>Room that <see cref="TryFormat"/> needs beside the zone id.</summary>
    internal const int MaxLength = 80;

    /// <summary>Zone ids that are taken; the longest in the IANA database has 32 characters.</summary>
    internal const int MaxZoneLength = 128;

    /// <summary>False when the parts are out of their ranges, so that no such value exists.</summary>
    internal static bool TryFormat(ObjectForm form, in TimeParts parts, Span<byte> into, out int length)
    {
        var text = new AsciiText(into);
        var ok = form switch
        {
            ObjectForm.LocalDate => parts.IsDate,
            ObjectForm.LocalTime => parts.IsTime,
            ObjectForm.LocalDateTime => parts.IsDate && parts.IsTime,
            ObjectForm.OffsetDateTime or ObjectForm.ZonedDateTime => parts.IsDate && parts.IsTime && parts.IsOffset,
            ObjectForm.OffsetTime => parts.IsTime && parts.IsOffset,
            ObjectForm.Instant or ObjectForm.Duration => parts.IsNano,
            ObjectForm.YearMonth or ObjectForm.MonthDay => parts.IsDate,
            ObjectForm.ZoneOffset => parts.IsOffset,
            _ => true,
        };
        length = 0;
        if (!ok)
        {
            return false;
        }

        switch (form)
        {
            case ObjectForm.LocalDate:
                Date(ref text, parts);
                break;
            case ObjectForm.LocalTime:
                Time(ref text, parts);
                break;
            case ObjectForm.OffsetTime:
                Time(ref text, parts);
                Offset(ref text, parts.Offset);
                break;
            case ObjectForm.LocalDateTime or ObjectForm.OffsetDateTime or ObjectForm.ZonedDateTime:
                DateTime(ref text, form, parts);
                break;
            case ObjectForm.Instant:
                return TryInstant(parts, into, out length);
            case ObjectForm.Duration:
                Duration(ref text, parts);
                break;
            case ObjectForm.Period:
                Period(ref text, parts);
                break;
            case ObjectForm.Year:
                text.Number(parts.Year);
                break;
            case ObjectForm.YearMonth:
                Year(ref text, parts.Year);
                text.Add('-');
                text.Padded(parts.Month, 2);
                break;
            case ObjectForm.MonthDay:
                text.Add("--"u8);
                text.Padded(parts.Month, 2);
                text.Add('-');
                text.Padded(parts.Day, 2);
                break;
            case ObjectForm.ZoneOffset:
                Offset(ref text, parts.Offset);
                break;
            default:
                text.Add(parts.Zone);
                break;
        }

        length = text.Length;
        return true;
    }

    /// <summary>The id of an offset: Z, +05:30, -01:00:15.</summary>
    internal static int FormatOffset(int seconds, Span<byte> into)
    {
        var text = new AsciiText(into);
        Offset(ref text, seconds);
        return text.Length;
    }

    private static void DateTime(ref AsciiText text, ObjectForm form, in TimeParts parts)
    {
        Date(ref text, parts);
        text.Add('T');
        Time(ref text, parts);
        if (form == ObjectForm.LocalDateTime)
        {
            return;
        }

        var offsetAt = text.Length;
        Offset(ref text, parts.Offset);
        if (form == ObjectForm.ZonedDateTime && !text.Written[offsetAt..].SequenceEqual(parts.Zone))
        {
            text.Add('[');
            text.Add(parts.Zone);
            text.Add(']');
        }
    }

    private static void Date(ref AsciiText text, in TimeParts parts)
    {
        Year(ref text, parts.Year);
        text.Add('-');
        text.Padded(parts.Month, 2);
        text.Add('-');
        text.Padded(parts.Day, 2);
    }

    private static void Year(ref AsciiText text, int year)
    {
        if (year is < 0 or > 9_999)
        {
            text.Add(year < 0 ? '-' : '+');
        }

        text.Padded(Math.Abs(year), 4);
    }

    private static void Time(ref AsciiText text, in TimeParts parts)
    {
        text.Padded(parts.Hour, 2);
        text.Add(':');
        text.Padded(parts.Minute, 2);
        if (parts.Second != 0 || parts.Nano != 0)
        {
            text.Add(':');
            text.Padded(parts.Second, 2);
            Fraction(ref text, parts.Nano);
        }
    }

    /// <summary>None, three, six or nine digits.</summary>
    private static void Fraction(ref AsciiText text, int nano)
    {
        if (nano == 0)
        {
            return;
        }

        text.Add('.');
        if (nano % 1_000_000 == 0)
        {
            text.Padded(nano / 1_000_000, 3);
        }
        else if (nano % 1_000 == 0)
        {
            text.Padded(nano / 1_000, 6);
        }
        else
        {
            text.Padded(nano, 9);
        }
    }

    private static void Offset(ref AsciiText text, int seconds)
    {
        if (seconds == 0)
        {
            text.Add('Z');
            return;
        }

        text.Add(seconds < 0 ? '-' : '+');
        seconds = Math.Abs(seconds);
        text.Padded(seconds / 3_600, 2);
        text.Add(':');
        text.Padded(seconds / 60 % 60, 2);
        if (seconds % 60 != 0)
        {
            text.Add(':');
            text.Padded(seconds % 60, 2);
        }
    }

    private static bool TryInstant(in TimeParts parts, Span<byte> into, out int length)
    {
        length = 0;

        // Java's range is wider than that of milliseconds in 64 bits.
        if (parts.Seconds is > long.MaxValue / 1_000 - 1 or < long.MinValue / 1_000 + 1)
        {
            return false;
        }

        length = IsoInstant.Format((parts.Seconds * 1_000) + (parts.Nano / 1_000_000), parts.Nano % 1_000_000, 0, into);
        if (parts.Nano == 0)
        {
            // .000Z
            into[length - 5] = (byte)'Z';
            length -= 4;
        }

        return true;
    }

    // Source: java.time.Duration.toString: hours, minutes and seconds, the seconds' sign carried by the fraction.
    private static void Duration(ref AsciiText text, in TimeParts parts)
    {
        if (parts is { Seconds: 0, Nano: 0 })
        {
            text.Add("PT0S"u8);
            return;
        }

        var total = parts.Seconds < 0 && parts.Nano > 0 ? parts.Seconds + 1 : parts.Seconds;
        var hours = total / 3_600;
        var minutes = (int)(total % 3_600 / 60);
        var seconds = (int)(total % 60);
        text.Add("PT"u8);
        Unit(ref text, hours, 'H');
        Unit(ref text, minutes, 'M');
        if (seconds == 0 && parts.Nano == 0 && text.Length > 2)
        {
            return;
        }

        if (parts.Seconds < 0 && parts.Nano > 0 && seconds == 0)
        {
            text.Add("-0"u8);
        }
        else
        {
            text.Number(seconds);
        }

        if (parts.Nano > 0)
        {
            text.Add('.');
            text.Padded(parts.Seconds < 0 ? 1_000_000_000 - parts.Nano : parts.Nano, 9);
            text.TrimZeros();
        }

        text.Add('S');
    }

    private static void Period(ref AsciiText text, in TimeParts parts)
    {
        text.Add('P');
        Unit(ref text, parts.Years, 'Y');
        Unit(ref text, parts.Months, 'M');
        Unit(ref text, parts.Days, 'D');
        if (text.Length == 1)
        {
            text.Add("0D"u8);
        }
    }

    private static void Unit(ref AsciiText text, long value, char unit)
    {
        if (value != 0)
        {
            text.Number(value);
            text.Add(unit);
        }
    }

    private ref struct AsciiText(Span<byte> into)
    {
        private readonly Span<byte> _into = into;

        internal int Length { get; private set; }

        internal readonly ReadOnlySpan<byte> Written => _into[..Length];

        internal void Add(char ascii) => _into[Length++] = (byte)ascii;

        internal void Add(scoped ReadOnlySpan<byte> ascii)
        {
            ascii.CopyTo(_into[Length..]);
            Length += ascii.Length;
        }

        internal void Number(long value)
        {
            Utf8Formatter.TryFormat(value, _into[Length..], out var written);
            Length += written;
        }

        internal void Padded(int value, byte digits)
        {
            Utf8Formatter.TryFormat(value, _into[Length..], out var written, new System.Buffers.StandardFormat('D', digits));
            Length += written;
        }

        internal void TrimZeros()
        {
            while (_into[Length - 1] == '0')
            {
                Length--;
            }
        }
    }
}
