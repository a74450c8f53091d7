using BridgeMesh.Contracts;

namespace BridgeMesh.Values;

public sealed class TextScalarTests
{
    private static readonly TypeShape Colours = new()
    {
        Kind = ShapeKind.Enum,
        JavaType = TypeName.Of("com.acme.Colour"),
        JavaDescriptor = "Lcom/acme/Colour;",
        Enum = new EnumShape(TypeName.Of("com.acme.Colour"), ["RED", "GREEN"]),
    };

    [Theory]
    [InlineData("true", ShapeKind.Bool, ValueKind.Bool)]
    [InlineData("-128", ShapeKind.Int8, ValueKind.Int32)]
    [InlineData("32767", ShapeKind.Int16, ValueKind.Int32)]
    [InlineData("-2147483648", ShapeKind.Int32, ValueKind.Int32)]
    [InlineData("9007199254740993", ShapeKind.Int64, ValueKind.Int64)]
    [InlineData("0.1", ShapeKind.Float32, ValueKind.Float32)]
    [InlineData("1E+300", ShapeKind.Float64, ValueKind.Float64)]
    [InlineData("NaN", ShapeKind.Float64, ValueKind.Float64)]
    [InlineData("界", ShapeKind.Char, ValueKind.String)]
    [InlineData("12.50", ShapeKind.Decimal, ValueKind.Decimal)]
    [InlineData("123456789012345678901234567890", ShapeKind.BigInteger, ValueKind.BigInteger)]
    [InlineData("世界 🌍", ShapeKind.String, ValueKind.String)]
    [InlineData("", ShapeKind.String, ValueKind.String)]
    [InlineData("AQL/", ShapeKind.Bytes, ValueKind.Bytes)]
    [InlineData("2024-05-06T07:08:09.123Z", ShapeKind.Instant, ValueKind.Instant)]
    public void Read_Text_IsTypedAndWrittenBackTheSame(string text, ShapeKind kind, ValueKind expected)
    {
        using var tape = new ValueTape();
        Assert.True(TextScalar.Read(text, Shape(kind), tape).IsOk);
        Assert.Equal(expected, tape[0].Kind);
        Assert.True(TextScalar.Write(tape, 0, Shape(kind), ValuePolicy.Default, out var written).IsOk);
        Assert.Equal(text, written);
    }

    [Theory]
    [InlineData("TRUE", ShapeKind.Bool)]
    [InlineData("128", ShapeKind.Int8)]
    [InlineData("-32769", ShapeKind.Int16)]
    [InlineData("2147483648", ShapeKind.Int32)]
    [InlineData("9223372036854775808", ShapeKind.Int64)]
    [InlineData("1.5", ShapeKind.Int64)]
    [InlineData("1e39", ShapeKind.Float32)]
    [InlineData("🌍", ShapeKind.Char)]
    [InlineData("", ShapeKind.Char)]
    [InlineData("1e1001", ShapeKind.Decimal)]
    [InlineData("1.5", ShapeKind.BigInteger)]
    [InlineData("not base64!", ShapeKind.Bytes)]
    [InlineData("yesterday", ShapeKind.Instant)]
    [InlineData("2024-05-06T07:08:09", ShapeKind.Instant)]
    [InlineData("a", ShapeKind.List)]
    public void Read_WrongText_FailsAndNamesTheArgument(string text, ShapeKind kind)
    {
        using var tape = new ValueTape();
        tape.AddNull();
        var status = TextScalar.Read(text, Shape(kind), tape);
        Assert.Equal(CodecError.TypeMismatch, status.Error);
        Assert.Equal("args[1]", status.Path);
        Assert.True(tape.Failed);
    }

    [Fact]
    public void Read_UnknownConstant_ListsThose()
    {
        using var tape = new ValueTape();
        var status = TextScalar.Read("BLUE", Colours, tape);
        Assert.Contains("RED, GREEN", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Constant_CarriesTheEnumsType()
    {
        using var tape = new ValueTape();
        Assert.True(TextScalar.Read("GREEN", Colours, tape).IsOk);
        Assert.Equal((ValueKind.Enum, "com.acme.Colour"), (tape[0].Kind, tape[0].Type?.Text));
    }

    [Fact]
    public void Read_SqlDate_StartsThatDayInTheContractsZone()
    {
        using var tape = new ValueTape();
        var shape = Shape(ShapeKind.Instant, "java.sql.Date");
        Assert.True(TextScalar.Read("1970-01-02", shape, tape, ValuePolicy.Default with { ZoneOffsetMinutes = 480 }).IsOk);
        Assert.Equal(57_600_000, tape[0].EpochMs);
        Assert.Equal("java.sql.Date", tape[0].Type?.Text);
    }

    [Fact]
    public void ReadMissing_Primitive_Fails()
    {
        using var tape = new ValueTape();
        var status = TextScalar.ReadMissing(Shape(ShapeKind.Int32, "int", nullable: false), tape);
        Assert.Equal("a value of type int is missing at args[0]", status.ToString());
    }

    [Fact]
    public void ReadMissing_Boxed_IsNull()
    {
        using var tape = new ValueTape();
        Assert.True(TextScalar.ReadMissing(Shape(ShapeKind.Int32), tape).IsOk);
        Assert.Equal(ValueKind.Null, tape[0].Kind);
    }

    [Fact]
    public void ReadAll_ListShape_TakesEveryText()
    {
        using var tape = new ValueTape();
        var list = new TypeShape
        {
            Kind = ShapeKind.Set,
            JavaType = TypeName.Of("java.util.Set"),
            JavaDescriptor = "Ljava/util/Set;",
            Element = Shape(ShapeKind.Int64),
        };
        Assert.True(TextScalar.ReadAll(["1", "2"], list, tape).IsOk);
        Assert.Equal((ValueKind.List, 2, ValueFlags.Set), (tape[0].Kind, tape[0].Count, tape[0].Flags));
        Assert.Equal(ValueKind.Int64, tape[2].Kind);
        Assert.Equal(CodecError.TypeMismatch, TextScalar.ReadAll(["1", "2"], Shape(ShapeKind.Int64), tape).Error);
    }

    [Fact]
    public void Write_Container_NamesThePlace()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.BeginMap();
        tape.End();
        tape.End();
        Assert.Equal("a map has no plain text at args[0][0]", TextScalar.Write(tape, 1, null, ValuePolicy.Default, out _).ToString());
    }

    private static TypeShape Shape(ShapeKind kind, string javaType = "java.util.Date", bool nullable = true) =>
        new() { Kind = kind, JavaType = TypeName.Of(javaType), JavaDescriptor = "?", Nullable = nullable };
}
