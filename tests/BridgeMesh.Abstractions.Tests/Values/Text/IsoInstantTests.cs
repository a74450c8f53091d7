using System.Globalization;
using System.Text;

namespace BridgeMesh.Values;

public sealed class IsoInstantTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0, 0)]
    [InlineData("1970-01-01T08:00:00+08:00", 0, 0)]
    [InlineData("1970-01-01T08:00+0800", 0, 0)]
    [InlineData("1969-12-31T16:00:00-08", 0, 0)]
    [InlineData("2024-05-06T07:08:09.123Z", 1714979289123, 0)]
    [InlineData("2024-05-06t07:08:09.1234567z", 1714979289123, 456700)]
    [InlineData("2024-02-29T12:34:56.789123456Z", 1709210096789, 123456)]
    [InlineData("1969-12-31T23:59:59.999Z", -1, 0)]
    [InlineData("0000-01-01T00:00:00Z", -62167219200000, 0)]
    [InlineData("-0001-12-31T00:00:00Z", -62167305600000, 0)]
    [InlineData("+10000-01-01T00:00:00Z", 253402300800000, 0)]
    public void TryParse_PointInTime_IsExact(string text, long epochMs, int nanos)
    {
        Assert.True(IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var readMs, out var readNanos));
        Assert.Equal((epochMs, nanos), (readMs, readNanos));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-05-06")]
    [InlineData("2024-05-06T07:08:09")]
    [InlineData("2024-05-06 07:08:09Z")]
    [InlineData("2024-13-06T07:08:09Z")]
    [InlineData("2023-02-29T07:08:09Z")]
    [InlineData("1900-02-29T07:08:09Z")]
    [InlineData("2024-05-06T24:00:00Z")]
    [InlineData("2024-05-06T07:60:00Z")]
    [InlineData("2024-05-06T07:08:60Z")]
    [InlineData("2024-05-06T07:08:09.Z")]
    [InlineData("2024-05-06T07:08:09.1234567890Z")]
    [InlineData("2024-05-06T07:08:09+19:00")]
    [InlineData("2024-05-06T07:08:09+08:60")]
    [InlineData("2024-05-06T07:08:09+08:")]
    [InlineData("2024-05-06T07:08:09Zx")]
    [InlineData("24-05-06T07:08:09Z")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("+999999999-01-01T00:00:00Z")]
    [InlineData("2024-5-6T07:08:09Z")]
    public void TryParse_NoPointInTime_IsFalse(string text) => Assert.False(IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));

    [Theory]
    [InlineData(0, 0, 0, "1970-01-01T00:00:00.000Z")]
    [InlineData(0, 0, 480, "1970-01-01T08:00:00.000+08:00")]
    [InlineData(0, 0, -570, "1969-12-31T14:30:00.000-09:30")]
    [InlineData(-1, 0, 0, "1969-12-31T23:59:59.999Z")]
    [InlineData(1714979289123, 456700, 0, "2024-05-06T07:08:09.123456700Z")]
    [InlineData(1714979289123, 456000, 0, "2024-05-06T07:08:09.123456Z")]
    [InlineData(253402300800000, 0, 0, "+010000-01-01T00:00:00.000Z")]
    [InlineData(-62198755200000, 0, 0, "-0001-01-01T00:00:00.000Z")]
    [InlineData(long.MaxValue, 0, 1080, "+292278994-08-17T07:12:55.807Z")]
    [InlineData(long.MinValue, 0, -1080, "-292275055-05-16T16:47:04.192Z")]
    public void Format_Instant_IsIso(long epochMs, int nanos, int offset, string expected) => Assert.Equal(expected, Format(epochMs, nanos, offset));

    [Fact]
    public void Format_EveryDayOfTwoCenturies_AgreesWithDateTime()
    {
        for (var day = new DateTime(1899, 1, 1, 1, 2, 3, DateTimeKind.Utc); day.Year < 2102; day = day.AddDays(1))
        {
            var ms = (day.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
            var expected = day.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            Assert.Equal(expected, Format(ms, 0, 0));
        }
    }

    [Fact]
    public void Format_RandomInstants_ReadBackTheSame()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var ms = random.NextInt64(-9_000_000_000_000_000, 9_000_000_000_000_000) >> random.Next(0, 40);
            var nanos = random.Next(0, 3) == 0 ? random.Next(0, 1_000_000) : 0;
            var text = Format(ms, nanos, random.Next(-1_080, 1_081));
            Assert.True(IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var readMs, out var readNanos), text);
            Assert.Equal((ms, nanos), (readMs, readNanos));
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue - 86_400_000)]
    public void Format_EndsOfTheRange_ReadBackTheSame(long epochMs)
    {
        Assert.True(IsoInstant.TryParse(Encoding.UTF8.GetBytes(Format(epochMs, 0, 0)), out var readMs, out _));
        Assert.Equal(epochMs, readMs);
    }

    [Theory]
    [InlineData("+292278994-08-17T07:12:55.808Z")]
    [InlineData("-292275055-05-16T16:47:04.191Z")]
    [InlineData("+292278994-08-17T07:12:55.807-00:01")]
    [InlineData("+999999999-12-31T23:59:59Z")]
    public void TryParse_BeyondTheRange_IsRefused(string text) => Assert.False(IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));

    private static string Format(long epochMs, int nanos, int offset)
    {
        Span<byte> into = stackalloc byte[IsoInstant.MaxLength];
        return Encoding.UTF8.GetString(into[..IsoInstant.Format(epochMs, nanos, offset, into)]);
    }
}
