using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace BridgeMesh.Values;

/// <summary>Numbers as text, exactly: nothing passes through a double that was not declared one. Allocates nothing.</summary>
public static class NumberText
{
    /// <summary>
    /// Longest plain form of a number, in characters: what Jackson reads of one by default (StreamReadConstraints, 1,000). Bounds what an
    /// exponent can expand to and what Java's quadratic parser can be made to chew.
    /// </summary>
    public const int MaxLength = 1_000;

    /// <summary>Room that <see cref="Format(double, Span{byte})"/> needs.</summary>
    public const int MaxFloatLength = 32;

    /// <summary>A 64-bit integer; also one written with a fraction of zeros or an exponent (<c>5.0</c>, <c>1e3</c>).</summary>
    public static bool TryInt64(ReadOnlySpan<byte> text, out long value) =>
        (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length) || TryWholeInt64(text, out value);

    /// <summary>As above without a sign, up to 2^64 - 1.</summary>
    public static bool TryUInt64(ReadOnlySpan<byte> text, out ulong value) =>
        (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length) || TryWholeUInt64(text, out value);

    /// <summary>The nearest double; false for what is no number or beyond the range. NaN and the infinities only by those names.</summary>
    public static bool TryFloat64(ReadOnlySpan<byte> text, out double value)
    {
        if (TryNonFinite(text, out value))
        {
            return true;
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>The nearest float, found from the text and not from its double.</summary>
    public static bool TryFloat32(ReadOnlySpan<byte> text, out float value)
    {
        if (TryNonFinite(text, out var special))
        {
            value = (float)special;
            return true;
        }

        return float.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }

    public static bool TryNonFinite(ReadOnlySpan<byte> text, out double value)
    {
        value = text switch
        {
            _ when text.SequenceEqual("NaN"u8) => double.NaN,
            _ when text.SequenceEqual("Infinity"u8) => double.PositiveInfinity,
            _ when text.SequenceEqual("-Infinity"u8) => double.NegativeInfinity,
            _ => 0,
        };
        return value != 0;
    }

    /// <summary>
    /// The plain form of a decimal number: no exponent, no plus sign, no needless leading zeros; digits behind the point stay as written
    /// (<c>1.50</c>), as BigDecimal's scale is part of its value. <paramref name="into"/> must hold <see cref="MaxLength"/>.
    /// False for what is no decimal number or longer than that.
    /// </summary>
    public static bool TryPlain(ReadOnlySpan<byte> text, Span<byte> into, out int length)
    {
        length = 0;
        if (!TrySplit(text, out var number))
        {
            return false;
        }

        // Digits before the point: those written there, moved by the exponent.
        var whole = number.Whole;
        var fraction = number.Fraction;
        var pointAt = whole.Length + (long)number.Exponent;
        var digits = whole.Length + fraction.Length;
        if (Math.Max(digits, Math.Max(pointAt, digits - pointAt)) > MaxLength - 3)
        {
            return false;
        }

        var to = new PlainDigits(into);
        if (number.Negative)
        {
            to.Add((byte)'-');
        }

        var leading = true;
        for (var i = 0; i < pointAt; i++)
        {
            var digit = Digit(whole, fraction, i);
            leading &= digit == '0';
            if (!leading)
            {
                to.Add(digit);
            }
        }

        if (leading)
        {
            to.Add((byte)'0');
        }

        if (digits > pointAt)
        {
            to.Add((byte)'.');
            for (var i = pointAt; i < digits; i++)
            {
                to.Add(i < 0 ? (byte)'0' : Digit(whole, fraction, (int)i));
            }
        }

        length = to.Length;
        return true;
    }

    /// <summary>Whether the text is a plain number already, of any length, as JSON writes one too: <c>-12.50</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] == '-')
        {
            text = text[1..];
        }

        var whole = TakeDigits(ref text);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0'))
        {
            return false;
        }

        return text.IsEmpty || (text[0] == '.' && text.Length > 1 && text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);
    }

    /// <summary>The plain form of an integer of any size; false when a fraction would be lost.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, Span<byte> into, out int length)
    {
        if (!TryPlain(text, into, out length))
        {
            return false;
        }

        var point = into[..length].IndexOf((byte)'.');
        if (point < 0)
        {
            return true;
        }

        var integral = into[(point + 1)..length].IndexOfAnyExcept((byte)'0') < 0;
        length = point;
        return integral;
    }

    /// <summary>
    /// The shortest text that reads back as the same double; whole numbers keep a <c>.0</c> as Java writes them, so that the text alone
    /// still says that it is no integer. <paramref name="into"/> must hold <see cref="MaxFloatLength"/>.
    /// </summary>
    public static int Format(double value, Span<byte> into)
    {
        value.TryFormat(into, out var written, default, CultureInfo.InvariantCulture);
        return Finish(into, written, double.IsFinite(value));
    }

    /// <summary>As above for a float.</summary>
    public static int Format(float value, Span<byte> into)
    {
        value.TryFormat(into, out var written, default, CultureInfo.InvariantCulture);
        return Finish(into, written, float.IsFinite(value));
    }

    [SkipLocalsInit]
    private static bool TryWholeInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        Span<byte> digits = stackalloc byte[MaxLength];
        return TryInteger(text, digits, out var length) && Utf8Parser.TryParse(digits[..length], out value, out var used) && used == length;
    }

    [SkipLocalsInit]
    private static bool TryWholeUInt64(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        Span<byte> digits = stackalloc byte[MaxLength];
        if (!TryInteger(text, digits, out var length))
        {
            return false;
        }

        // -0 is 0.
        var plain = digits[..length];
        return plain.SequenceEqual("-0"u8) || (Utf8Parser.TryParse(plain, out value, out var used) && used == length);
    }

    private static int Finish(Span<byte> into, int written, bool finite)
    {
        if (!finite || into[..written].IndexOfAny((byte)'.', (byte)'E') >= 0)
        {
            return written;
        }

        ".0"u8.CopyTo(into[written..]);
        return written + 2;
    }

    private static byte Digit(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int at)
    {
        if (at < whole.Length)
        {
            return whole[at];
        }

        at -= whole.Length;
        return at < fraction.Length ? fraction[at] : (byte)'0';
    }

    private static bool TrySplit(ReadOnlySpan<byte> text, out Parts parts)
    {
        parts = default;
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            parts.Negative = text[0] == '-';
            text = text[1..];
        }

        parts.Whole = TakeDigits(ref text);
        if (!text.IsEmpty && text[0] == '.')
        {
            text = text[1..];
            parts.Fraction = TakeDigits(ref text);
        }

        if (parts.Whole.IsEmpty && parts.Fraction.IsEmpty)
        {
            return false;
        }

        if (text.IsEmpty)
        {
            return true;
        }

        // An exponent past four digits could only expand beyond the bound.
        return text[0] is (byte)'e' or (byte)'E'
            && text.Length is > 1 and <= 6
            && Utf8Parser.TryParse(text[1..], out parts.Exponent, out var used)
            && used == text.Length - 1;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }

    private ref struct Parts
    {
        internal bool Negative;
        internal ReadOnlySpan<byte> Whole;
        internal ReadOnlySpan<byte> Fraction;
        internal int Exponent;
    }

    private ref struct PlainDigits(Span<byte> into)
    {
        private readonly Span<byte> _into = into;

        internal int Length { get; private set; }

        internal void Add(byte digit) => _into[Length++] = digit;
    }
}
