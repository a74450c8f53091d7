using System.Text;

namespace BridgeMesh.Values;

public sealed class JavaTextTests
{
    [Theory]
    [InlineData("java.time.LocalDate", "2024-02-29")]
    [InlineData("java.time.LocalTime", "07:08")]
    [InlineData("java.time.LocalTime", "07:08:09.123456789")]
    [InlineData("java.time.LocalDateTime", "2024-05-06T07:08:09")]
    [InlineData("java.time.Instant", "2024-05-06T07:08:09.123Z")]
    [InlineData("java.time.OffsetDateTime", "2024-05-06T07:08:09+08:00")]
    [InlineData("java.time.OffsetTime", "07:08:09Z")]
    [InlineData("java.time.ZonedDateTime", "2024-05-06T07:08:09+08:00[Asia/Shanghai]")]
    [InlineData("java.time.ZonedDateTime", "2024-05-06T07:08:09Z")]
    [InlineData("java.time.Duration", "PT1H30M")]
    [InlineData("java.time.Duration", "P2DT-3.5S")]
    [InlineData("java.time.Duration", "PT0S")]
    [InlineData("java.time.Period", "P1Y2M3D")]
    [InlineData("java.time.Period", "-P2W")]
    [InlineData("java.time.Year", "2024")]
    [InlineData("java.time.YearMonth", "2024-05")]
    [InlineData("java.time.MonthDay", "--02-29")]
    [InlineData("java.time.ZoneOffset", "+08:00")]
    [InlineData("java.time.ZoneId", "Asia/Shanghai")]
    [InlineData("java.util.UUID", "123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("java.util.Locale", "zh_CN")]
    public void IsValid_TextOfTheClass_IsTrue(string type, string text)
    {
        Assert.True(JavaText.IsValid(TypeName.Of(type), Encoding.UTF8.GetBytes(text)));
        Assert.True(JavaText.IsValid(TypeName.Of(type), Encoding.UTF8.GetBytes(JavaText.Example(TypeName.Of(type)))));
    }

    [Theory]
    [InlineData("java.time.LocalDate", "2023-02-29")]
    [InlineData("java.time.LocalDate", "2024-05-06T00:00")]
    [InlineData("java.time.LocalTime", "25:00")]
    [InlineData("java.time.LocalDateTime", "2024-05-06T07:08:09Z")]
    [InlineData("java.time.Instant", "2024-05-06T07:08:09")]
    [InlineData("java.time.OffsetDateTime", "2024-05-06T07:08:09+08:00[Asia/Shanghai]")]
    [InlineData("java.time.ZonedDateTime", "2024-05-06T07:08:09+08:00[]")]
    [InlineData("java.time.Duration", "P")]
    [InlineData("java.time.Duration", "PT")]
    [InlineData("java.time.Duration", "P1Y")]
    [InlineData("java.time.Duration", "PT1M1H")]
    [InlineData("java.time.Duration", "PT0.1234567890S")]
    [InlineData("java.time.Period", "P")]
    [InlineData("java.time.Period", "P1H")]
    [InlineData("java.time.Year", "twenty")]
    [InlineData("java.time.YearMonth", "2024-13")]
    [InlineData("java.time.MonthDay", "--02-30")]
    [InlineData("java.time.ZoneOffset", "08:00")]
    [InlineData("java.util.UUID", "123e4567e89b12d3a456426614174000")]
    [InlineData("java.util.UUID", "")]
    public void IsValid_AnotherText_IsFalse(string type, string text) =>
        Assert.False(JavaText.IsValid(TypeName.Of(type), Encoding.UTF8.GetBytes(text)));
}
