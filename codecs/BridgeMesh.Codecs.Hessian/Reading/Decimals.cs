using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>BigDecimal.toString's forms to plain digits.</summary>
internal static class Decimals
{
    /// <summary>Digits that an exponent may add. What is larger stays an object with its text, as it would fill the memory.</summary>
    private const int MaxPlainDigits = 1_000;

    /// <summary>Adds the number as plain text; <see cref="ScalarObjects.Declined"/> when it is not one or is too long written out.</summary>
    internal static int Add(ValueTape tape, ReadOnlySpan<byte> text)
    {
        var digits = text;
        var negative = false;
        if (!digits.IsEmpty && digits[0] is (byte)'-' or (byte)'+')
        {
            negative = digits[0] == '-';
            digits = digits[1..];
        }

        var mark = digits.IndexOfAny((byte)'e', (byte)'E');
        var exponent = 0;
        if (mark >= 0 && !TryExponent(digits[(mark + 1)..], out exponent))
        {
            return ScalarObjects.Declined;
        }

        var mantissa = mark < 0 ? digits : digits[..mark];
        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || !AreDigits(whole) || !AreDigits(fraction))
        {
            return ScalarObjects.Declined;
        }

        if (mark < 0 && whole.Length > 0 && (point < 0 || fraction.Length > 0) && (text[0] != '+'))
        {
            return tape.AddText(ValueKind.Decimal, text);
        }

        return AddShifted(tape, negative, whole, fraction, exponent);
    }

    private static int AddShifted(ValueTape tape, bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        if (Math.Abs((long)exponent) + whole.Length + fraction.Length > MaxPlainDigits)
        {
            return ScalarObjects.Declined;
        }

        Span<byte> plain = stackalloc byte[(MaxPlainDigits * 2) + 8];
        var at = 0;
        if (negative)
        {
            plain[at++] = (byte)'-';
        }

        // Position of the point within the run of all digits.
        var split = whole.Length + exponent;
        var total = whole.Length + fraction.Length;
        if (split <= 0)
        {
            plain[at++] = (byte)'0';
        }

        for (var i = 0; i < split; i++)
        {
            plain[at++] = Digit(whole, fraction, i);
        }

        if (total > split)
        {
            plain[at++] = (byte)'.';
        }

        for (var i = split; i < total; i++)
        {
            plain[at++] = Digit(whole, fraction, i);
        }

        return tape.AddText(ValueKind.Decimal, TrimLeading(plain[..at], negative));
    }

    private static byte Digit(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int position) =>
        position < 0 || position >= whole.Length + fraction.Length ? (byte)'0'
        : position < whole.Length ? whole[position] : fraction[position - whole.Length];

    /// <summary>Leading zeros that shifting left: 0012.5 to 12.5, but 0.5 and 0 stay.</summary>
    private static ReadOnlySpan<byte> TrimLeading(Span<byte> plain, bool negative)
    {
        var first = negative ? 1 : 0;
        var from = first;
        while (from + 1 < plain.Length && plain[from] == '0' && plain[from + 1] != '.')
        {
            from++;
        }

        if (from == first)
        {
            return plain;
        }

        if (negative)
        {
            plain[--from] = (byte)'-';
        }

        return plain[from..];
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        if (text.Length > 1 && text[0] == '+')
        {
            text = text[1..];
        }

        return System.Buffers.Text.Utf8Parser.TryParse(text, out exponent, out var used) && used == text.Length;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
