using System.Buffers.Text;

namespace BridgeMesh.Values;

/// <summary>
/// google.type.Date as the java.time class that says as much: a whole date, a month of a year, a day of every year, a year. Source:
/// google/type/date.proto; a part that is 0 is not said.
/// </summary>
public static class PartialDate
{
    /// <summary>Room that <see cref="Format"/> needs.</summary>
    public const int MaxLength = 16;

    private static readonly TypeName LocalDate = TypeName.Of("java.time.LocalDate");
    private static readonly TypeName YearMonth = TypeName.Of("java.time.YearMonth");
    private static readonly TypeName MonthDay = TypeName.Of("java.time.MonthDay");
    private static readonly TypeName Year = TypeName.Of("java.time.Year");

    /// <summary>Null for what is no date, such as a day alone or 30 February.</summary>
    public static TypeName? Format(int year, int month, int day, Span<byte> into, out int length)
    {
        length = 0;
        if (year is < 0 or > 9_999 || month is < 0 or > 12 || day is < 0 or > 31)
        {
            return null;
        }

        var type = (year > 0, month > 0, day > 0) switch
        {
            (true, true, true) => LocalDate,
            (true, true, false) => YearMonth,
            (false, true, true) => MonthDay,
            (true, false, false) => Year,
            _ => null,
        };
        if (type is null)
        {
            return null;
        }

        if (year > 0)
        {
            Utf8Formatter.TryFormat(year, into, out length, new System.Buffers.StandardFormat('D', 4));
        }
        else
        {
            into[length++] = (byte)'-';
        }

        length = month > 0 ? Part(into, length, month) : length;
        length = day > 0 ? Part(into, length, day) : length;
        return JavaText.IsValid(type, into[..length]) ? type : null;
    }

    /// <summary>False for what is none of those, or lies outside the years 1 to 9999.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, 0);
        var type = text.Length switch
        {
            10 => LocalDate,
            7 when text[0] != '-' => YearMonth,
            7 => MonthDay,
            4 => Year,
            _ => null,
        };
        if (type is null || !JavaText.IsValid(type, text))
        {
            return false;
        }

        var hasYear = type != MonthDay;
        var rest = text[(hasYear ? 4 : 1)..];
        year = hasYear ? (Two(text) * 100) + Two(text[2..]) : 0;
        month = rest.Length >= 3 ? Two(rest[1..]) : 0;
        day = rest.Length >= 6 ? Two(rest[4..]) : 0;
        return year > 0 || !hasYear;
    }

    private static int Two(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';

    private static int Part(Span<byte> into, int at, int value)
    {
        into[at] = (byte)'-';
        into[at + 1] = (byte)('0' + (value / 10));
        into[at + 2] = (byte)('0' + (value % 10));
        return at + 3;
    }
}
