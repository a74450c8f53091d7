using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Values that Java writes as objects and a tape holds as one scalar; the recordings have the common ones, here are the odd ones.</summary>
public sealed class ScalarObjectTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "java.time.LocalDate", "2024-02-29" },
        { "java.time.LocalDate", "-0044-03-15" },
        { "java.time.LocalDate", "+12024-12-31" },
        { "java.time.LocalTime", "00:00" },
        { "java.time.LocalTime", "07:08:09" },
        { "java.time.LocalTime", "23:59:59.000000001" },
        { "java.time.LocalTime", "12:00:00.120" },
        { "java.time.LocalDateTime", "2024-02-29T23:59:58.123456" },
        { "java.time.Instant", "2023-11-14T22:13:20Z" },
        { "java.time.Instant", "1969-12-31T23:59:59.999999999Z" },
        { "java.time.OffsetDateTime", "2024-02-29T23:59-01:00:15" },
        { "java.time.OffsetTime", "23:59:58Z" },
        { "java.time.ZonedDateTime", "2024-02-29T23:59:58+08:00[Asia/Shanghai]" },
        { "java.time.ZonedDateTime", "2024-02-29T23:59:58+05:30" },
        { "java.time.ZonedDateTime", "2024-02-29T23:59:58Z" },
        { "java.time.ZonedDateTime", "2024-02-29T23:59:58Z[UTC]" },
        { "java.time.Duration", "PT0S" },
        { "java.time.Duration", "PT1M30.000000005S" },
        { "java.time.Duration", "PT-0.5S" },
        { "java.time.Duration", "PT-1H-2M-3.25S" },
        { "java.time.Duration", "PT26H" },
        { "java.time.Period", "P0D" },
        { "java.time.Period", "P1Y-2M3D" },
        { "java.time.Year", "2024" },
        { "java.time.Year", "-44" },
        { "java.time.YearMonth", "2024-02" },
        { "java.time.MonthDay", "--02-29" },
        { "java.time.ZoneOffset", "Z" },
        { "java.time.ZoneOffset", "-11:30" },
        { "java.time.ZoneId", "Europe/Kyiv" },
        { "java.util.UUID", "123e4567-e89b-12d3-a456-426614174000" },
        { "java.util.UUID", "ffffffff-ffff-ffff-8000-000000000000" },
        { "java.util.Locale", "zh_CN" },
        { "java.util.Locale", "" },
        { "java.lang.Class", "[I" },
        { "java.net.URI", "http://example.com/a?b=中" },
        { "java.util.Currency", "CNY" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_OfAJavaType_ComesBackInBothDialects(string type, string text)
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.AddString(text);
        tape.AddText(ValueKind.Text, text, TypeName.Of(type));
        tape.AddInt32(1);
        tape.End();
        foreach (var dialect in Enum.GetValues<HessianDialect>())
        {
            using var again = new ValueTape();
            Assert.True(Bytes.Read(Bytes.Whole(Bytes.Write(tape, dialect)), dialect, again, out _).IsOk);
            Assert.Null(TapeEquality.Differs(tape, again, dialect.ToString()));
        }
    }

    [Theory]
    [InlineData("java.time.LocalDate", "2024-02-30x")]
    [InlineData("java.time.LocalDate", "tomorrow")]
    [InlineData("java.time.Duration", "1h")]
    [InlineData("java.time.Duration", "PT")]
    [InlineData("java.time.Period", "P")]
    [InlineData("java.time.ZonedDateTime", "2024-02-29T23:59:58")]
    [InlineData("java.time.OffsetTime", "23:59+19:00")]
    [InlineData("java.math.BigDecimal", "5")]
    public void Text_ThatIsNoneOfItsType_FailsWithThePath(string type, string text)
    {
        using var tape = new ValueTape();
        tape.BeginMap();
        tape.AddString("when"u8);
        tape.AddText(ValueKind.Text, text, TypeName.Of(type));
        tape.End();
        using var output = new Wire.FrameWriter();
        var state = HessianWriteState.Rent();
        var status = new HessianWriter(output, HessianDialect.Final, state).WriteValue(tape, 0);
        state.Return();
        Assert.Equal(CodecError.TypeMismatch, status.Error);
        Assert.Equal("args[0][when]", status.Path);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("255")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("-340282366920938463463374607431768211456")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    public void BigInteger_OfAnySize_ComesBack(string text)
    {
        using var tape = new ValueTape();
        tape.AddText(ValueKind.BigInteger, text);
        RoundTripsInBoth(tape);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.50")]
    [InlineData("0.0000001")]
    [InlineData("1E-7")]
    [InlineData("1E+10")]
    [InlineData("123456789012345678901234567890.5")]
    public void Decimal_OfAnyScale_KeepsItsSendersText(string text)
    {
        using var tape = new ValueTape();
        tape.AddText(ValueKind.Decimal, text);
        var bytes = Bytes.Write(tape, HessianDialect.Final);
        Assert.EndsWith(Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text)), Convert.ToHexString(bytes), StringComparison.Ordinal);
        RoundTripsInBoth(tape);
    }

    /// <summary>x and x.negate() share the array of their magnitude in Java.</summary>
    [Fact]
    public void BigInteger_WithTheMagnitudeOfAnother_IsRead()
    {
        const string Class = "43146a6176612e6d6174682e426967496e7465676572" + "92036d6167067369676e756d";
        var bytes = Convert.FromHexString("7a" + Class + "60" + "72045b696e749190" + "91" + "60" + "5192" + "8f");
        using var tape = new ValueTape();
        var status = Bytes.Read(Bytes.Whole(bytes), HessianDialect.Final, tape, out _);
        Assert.True(status.IsOk, status.ToString());
        Assert.Equal(["4294967296", "-4294967296"], [tape.Text(1), tape.Text(2)]);
    }

    [Theory]
    [InlineData("RED", ValueKind.Enum)]
    [InlineData("NOT_PAID_2", ValueKind.Enum)]
    [InlineData("Red", ValueKind.Object)]
    [InlineData("red", ValueKind.Object)]
    [InlineData("", ValueKind.Object)]
    public void ObjectWithOnlyAName_WithoutContract_IsAnEnumWhenItLooksLikeAConstant(string name, ValueKind expected)
    {
        using var tape = new ValueTape();
        tape.AddText(ValueKind.Enum, name, TypeName.Of("com.acme.Color"));
        var bytes = Bytes.Write(tape, HessianDialect.Final);
        using var again = new ValueTape();
        Assert.True(Bytes.Read(Bytes.Whole(bytes), HessianDialect.Final, again, out _).IsOk);
        Assert.Equal(expected, again[0].Kind);
        Assert.Equal(bytes, Bytes.Write(again, HessianDialect.Final));
    }

    [Fact]
    public void ObjectWithOnlyAName_WithAContract_IsWhatTheContractSays()
    {
        var bytes = Convert.FromHexString("4305" + Convert.ToHexString("A.Bcd"u8) + "91046e616d6560" + "03524544");
        var enumShape = new TypeShape { Kind = ShapeKind.Enum, JavaType = TypeName.Of("A.Bcd"), JavaDescriptor = "LA/Bcd;" };
        var structShape = new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = TypeName.Of("A.Bcd"),
            JavaDescriptor = "LA/Bcd;",
            Struct = new StructShape(TypeName.Of("A.Bcd"), isException: false),
        };
        Assert.Equal(ValueKind.Enum, Read(bytes, enumShape));
        Assert.Equal(ValueKind.Object, Read(bytes, structShape));
    }

    private static ValueKind Read(byte[] bytes, TypeShape shape)
    {
        using var tape = new ValueTape();
        Assert.True(HessianPayloadCodec.Final.Read(Bytes.Whole(bytes), shape, ValuePolicy.Default, tape).IsOk);
        return tape[0].Kind;
    }

    private static void RoundTripsInBoth(ValueTape tape)
    {
        foreach (var dialect in Enum.GetValues<HessianDialect>())
        {
            using var again = new ValueTape();
            Assert.True(Bytes.Read(Bytes.Whole(Bytes.Write(tape, dialect)), dialect, again, out _).IsOk);
            Assert.Null(TapeEquality.Differs(tape, again, dialect.ToString()));
        }
    }
}
