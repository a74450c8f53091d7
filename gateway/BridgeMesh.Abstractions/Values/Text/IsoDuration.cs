using System.Buffers.Text;

namespace BridgeMesh.Values;

/// <summary>
/// Durations in seconds and nanoseconds as java.time.Duration writes and reads them: <c>PT1H30M</c>, <c>PT-1.5S</c>. Source:
/// java.time.Duration.toString and parse. Allocates nothing.
/// </summary>
public static class IsoDuration
{
    /// <summary>Room that <see cref="Format"/> needs.</summary>
    public const int MaxLength = 48;

    /// <summary>About 10,000 years. Source: google/protobuf/duration.proto.</summary>
    public const long MaxSeconds = 315_576_000_000;

    public const int NanosPerSecond = 1_000_000_000;

    /// <summary>Writes as Java does; <paramref name="into"/> must hold <see cref="MaxLength"/>.</summary>
    /// <param name="nanos">-999,999,999 to 999,999,999, of the seconds' sign.</param>
    public static int Format(long seconds, int nanos, Span<byte> into)
    {
        "PT"u8.CopyTo(into);
        var at = 2;
        if (seconds == 0 && nanos == 0)
        {
            "0S"u8.CopyTo(into[at..]);
            return at + 2;
        }

        at = Unit(into, at, seconds / 3_600, (byte)'H');
        at = Unit(into, at, seconds / 60 % 60, (byte)'M');
        var rest = seconds % 60;
        if (rest == 0 && nanos == 0)
        {
            return at;
        }

        if (rest == 0 && nanos < 0)
        {
            into[at++] = (byte)'-';
        }

        Utf8Formatter.TryFormat(rest, into[at..], out var written);
        at += written;
        if (nanos != 0)
        {
            into[at++] = (byte)'.';
            at = Fraction(into, at, Math.Abs(nanos));
        }

        into[at++] = (byte)'S';
        return at;
    }

    /// <summary>False for what is no such text or goes past <see cref="MaxSeconds"/>. Each part has a sign of its own.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds, out int nanos)
    {
        seconds = 0;
        nanos = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        text = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (text.Length < 3 || (text[0] | 0x20) != 'p')
        {
            return false;
        }

        Int128 total = 0;
        var inTime = false;
        var parts = 0;
        for (text = text[1..]; !text.IsEmpty; parts++)
        {
            if (!inTime && (text[0] | 0x20) == 't')
            {
                inTime = true;
                text = text[1..];
            }

            if (!TryTakePart(ref text, inTime, out var partNanos))
            {
                return false;
            }

            total += partNanos;
        }

        total = negative ? -total : total;
        var whole = total / NanosPerSecond;
        if (parts == 0 || Int128.Abs(whole) > MaxSeconds)
        {
            return false;
        }

        seconds = (long)whole;
        nanos = (int)(total % NanosPerSecond);
        return true;
    }

    /// <summary>Nine digits or fewer, without trailing zeros.</summary>
    private static int Fraction(Span<byte> into, int at, int nanos)
    {
        var digits = 9;
        while (nanos % 10 == 0)
        {
            nanos /= 10;
            digits--;
        }

        for (var i = at + digits - 1; i >= at; i--)
        {
            into[i] = (byte)('0' + (nanos % 10));
            nanos /= 10;
        }

        return at + digits;
    }

    private static int Unit(Span<byte> into, int at, long value, byte unit)
    {
        if (value == 0)
        {
            return at;
        }

        Utf8Formatter.TryFormat(value, into[at..], out var written);
        into[at + written] = unit;
        return at + written + 1;
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> text, bool inTime, out Int128 nanos)
    {
        nanos = 0;
        var sign = !text.IsEmpty && text[0] == '-' ? -1 : 1;
        var at = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var digits = text[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 18 || !Utf8Parser.TryParse(text.Slice(at, digits), out long value, out _))
        {
            return false;
        }

        at += digits;
        long fraction = 0;
        var hasFraction = text[at] is (byte)'.' or (byte)',';
        if (hasFraction)
        {
            var scale = NanosPerSecond / 10;
            for (at++; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, scale /= 10)
            {
                if (scale == 0)
                {
                    return false;
                }

                fraction += (text[at] - '0') * (long)scale;
            }
        }

        if (at >= text.Length)
        {
            return false;
        }

        var unit = (inTime, text[at] | 0x20) switch
        {
            (false, 'd') => 86_400L,
            (true, 'h') => 3_600L,
            (true, 'm') => 60L,
            (true, 's') => 1L,
            _ => 0L,
        };
        text = text[(at + 1)..];
        nanos = sign * (((Int128)value * unit * NanosPerSecond) + fraction);
        return unit != 0 && (!hasFraction || unit == 1);
    }
}
