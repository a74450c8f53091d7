using System.Globalization;
using System.Numerics;
using System.Text;

namespace BridgeMesh.Values;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "-0")]
    [InlineData("007", "7")]
    [InlineData("+1", "1")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E+2", "150")]
    [InlineData("1.234e2", "123.4")]
    [InlineData("1.50e1", "15.0")]
    [InlineData("1.5e-3", "0.0015")]
    [InlineData("-12e-2", "-0.12")]
    [InlineData("0e5", "0")]
    [InlineData("0.0001e2", "0.01")]
    [InlineData("12345678901234567890.10", "12345678901234567890.10")]
    [InlineData("1E-20", "0.00000000000000000001")]
    public void TryPlain_Number_HasNoExponent(string text, string expected) => Assert.Equal(expected, Plain(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1e1000")]
    [InlineData("1e-1000")]
    [InlineData("1e99999")]
    [InlineData("1e999999999999")]
    [InlineData("NaN")]
    public void TryPlain_NoNumberOrTooLong_IsFalse(string text) => Assert.Null(Plain(text));

    [Fact]
    public void TryPlain_LongestExponents_StayInBounds()
    {
        for (var exponent = -1_100; exponent <= 1_100; exponent++)
        {
            foreach (var mantissa in (string[])["1", "-1.5", "-0.001", "-12345.6789", "0"])
            {
                var plain = Plain($"{mantissa}e{exponent}");
                Assert.True(plain is null || plain.Length <= NumberText.MaxLength);
            }
        }

        Assert.NotNull(Plain("-1e990"));
        Assert.NotNull(Plain("-1e-990"));
    }

    [Fact]
    public void TryPlain_RandomNumbers_KeepTheirValue()
    {
        var random = new Random(20240506);
        for (var i = 0; i < 5_000; i++)
        {
            var unscaled = new BigInteger(random.NextInt64()) * random.Next(-3, 4);
            var exponent = random.Next(-40, 40);
            var plain = Plain($"{unscaled}e{exponent}");
            Assert.NotNull(plain);
            Assert.DoesNotContain("e", plain, StringComparison.OrdinalIgnoreCase);
            var (digits, scale) = Parse(plain);

            // unscaled * 10^exponent == digits * 10^-scale
            Assert.Equal(unscaled * BigInteger.Pow(10, 100 + exponent), digits * BigInteger.Pow(10, 100 - scale));
        }
    }

    [Theory]
    [InlineData("5.00", true)]
    [InlineData("5.01", false)]
    [InlineData("123456789012345678901234567890", true)]
    [InlineData("1e-1", false)]
    public void TryInteger_Fraction_OnlyOfZeros(string text, bool expected)
    {
        Span<byte> into = stackalloc byte[NumberText.MaxLength];
        Assert.Equal(expected, NumberText.TryInteger(Encoding.UTF8.GetBytes(text), into, out _));
    }

    [Theory]
    [InlineData("9223372036854775807", true, long.MaxValue)]
    [InlineData("-9223372036854775808", true, long.MinValue)]
    [InlineData("9223372036854775808", false, 0)]
    [InlineData("1e3", true, 1_000)]
    [InlineData("5.0", true, 5)]
    [InlineData("5.5", false, 0)]
    [InlineData("", false, 0)]
    [InlineData("12a", false, 0)]
    public void TryInt64_Text_IsExactOrRefused(string text, bool expected, long value)
    {
        Assert.Equal(expected, NumberText.TryInt64(Encoding.UTF8.GetBytes(text), out var read));
        if (expected)
        {
            Assert.Equal(value, read);
        }
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("nan")]
    [InlineData("∞")]
    public void TryFloat64_BeyondRangeOrNoNumber_IsFalse(string text) =>
        Assert.False(NumberText.TryFloat64(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryFloat32_PastTheLargest_IsFalse()
    {
        Assert.True(NumberText.TryFloat32("3.4028235e38"u8, out var largest));
        Assert.Equal(float.MaxValue, largest);
        Assert.False(NumberText.TryFloat32("3.5e38"u8, out _));
    }

    [Theory]
    [InlineData(5.0, "5.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1E+300")]
    [InlineData(3.141592653589793, "3.141592653589793")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Format_Double_IsShortestAndKeepsItsKind(double value, string expected)
    {
        Span<byte> into = stackalloc byte[NumberText.MaxFloatLength];
        Assert.Equal(expected, Encoding.UTF8.GetString(into[..NumberText.Format(value, into)]));
    }

    [Fact]
    public void Format_RandomBits_ReadBackTheSame()
    {
        var random = new Random(7);
        Span<byte> into = stackalloc byte[NumberText.MaxFloatLength];
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            var length = NumberText.Format(value, into);
            Assert.True(NumberText.TryFloat64(into[..length], out var read));
            Assert.Equal(value, read);

            var single = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            length = NumberText.Format(single, into);
            Assert.True(NumberText.TryFloat32(into[..length], out var readSingle));
            Assert.Equal(single, readSingle);
        }
    }

    private static string? Plain(string text)
    {
        Span<byte> into = stackalloc byte[NumberText.MaxLength];
        return NumberText.TryPlain(Encoding.UTF8.GetBytes(text), into, out var length) ? Encoding.UTF8.GetString(into[..length]) : null;
    }

    private static (BigInteger Digits, int Scale) Parse(string plain)
    {
        var point = plain.IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(plain.Replace(".", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return (digits, point < 0 ? 0 : plain.Length - point - 1);
    }
}
