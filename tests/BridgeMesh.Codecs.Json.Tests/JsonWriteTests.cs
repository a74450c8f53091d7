using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>Tape to JSON.</summary>
public sealed class JsonWriteTests
{
    private static readonly ValuePolicy Default = ValuePolicy.Default;

    [Theory]
    [InlineData(9007199254740991L, LongForm.StringBeyond53Bits, "9007199254740991")]
    [InlineData(9007199254740992L, LongForm.StringBeyond53Bits, "\"9007199254740992\"")]
    [InlineData(-9007199254740992L, LongForm.StringBeyond53Bits, "\"-9007199254740992\"")]
    [InlineData(5L, LongForm.AlwaysString, "\"5\"")]
    [InlineData(long.MinValue, LongForm.AlwaysNumber, "-9223372036854775808")]
    public void Write_Long_TakesThePolicysForm(long value, LongForm form, string expected)
    {
        Assert.Equal(expected, Json.Write(t => t.AddInt64(value), null, Default with { Long = form }));
        Assert.Equal(expected, Json.Write(t => t.AddText(ValueKind.BigInteger, $"{value}"), null, Default with { Long = form }));
        Assert.Equal($"{{{(expected[0] == '"' ? expected : $"\"{expected}\"")}:null}}", Json.Write(t =>
        {
            t.BeginMap();
            t.AddInt64(value);
            t.AddNull();
            t.End();
        }));
    }

    [Fact]
    public void Write_DeclaredLongInAnInt_IsStillALong() =>
        Assert.Equal("\"5\"", Json.Write(t => t.AddInt32(5), Shapes.Long, Default with { Long = LongForm.AlwaysString }));

    [Fact]
    public void Write_Int_IsANumberWhateverThePolicy() =>
        Assert.Equal("5", Json.Write(t => t.AddInt32(5), null, Default with { Long = LongForm.AlwaysString }));

    [Fact]
    public void Write_UInt64_IsExact() => Assert.Equal("\"18446744073709551615\"", Json.Write(t => t.AddUInt64(ulong.MaxValue)));

    [Theory]
    [InlineData("12.50", "\"12.50\"", "12.50")]
    [InlineData("0.00000000000000000001", "\"0.00000000000000000001\"", "0.00000000000000000001")]
    [InlineData("1E+3", "\"1000\"", "1000")]
    [InlineData("-007.50", "\"-7.50\"", "-7.50")]
    public void Write_Decimal_HasNoExponent(string text, string asString, string asNumber)
    {
        Assert.Equal(asString, Json.Write(t => t.AddText(ValueKind.Decimal, text)));
        Assert.Equal(asNumber, Json.Write(t => t.AddText(ValueKind.Decimal, text), null, Json.Plain));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("1,2")]
    [InlineData("1}")]
    [InlineData("")]
    public void Write_NumberThatIsNone_IsRefused(string text)
    {
        Assert.Equal(CodecError.Unrepresentable, Json.WriteFault(t => t.AddText(ValueKind.Decimal, text), null, Json.Plain).Error);
        Assert.Equal(CodecError.Unrepresentable, Json.WriteFault(t => t.AddText(ValueKind.BigInteger, text)).Error);
    }

    [Fact]
    public void Write_LongDecimal_KeepsEveryDigit()
    {
        var digits = "1" + new string('0', 5_000) + ".5";
        Assert.Equal($"\"{digits}\"", Json.Write(t => t.AddText(ValueKind.Decimal, digits)));
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(5.0, "5.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void Write_Double_IsTheShortest(double value, string expected) => Assert.Equal(expected, Json.Write(t => t.AddFloat64(value)));

    [Fact]
    public void Write_Float_HasAFloatsDigits()
    {
        Assert.Equal("0.1", Json.Write(t => t.AddFloat32(0.1f)));
        Assert.Equal("0.1", Json.Write(t => t.AddFloat64(0.1f), Shapes.Float));
        Assert.Equal("\"NaN\"", Json.Write(t => t.AddFloat64(double.NaN), Shapes.Float));
        Assert.Equal("\"-Infinity\"", Json.Write(t => t.AddFloat32(float.NegativeInfinity)));
    }

    [Fact]
    public void Write_Text_EscapesWhatMustBeAndNoMore() => Assert.Equal(
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f<é界\u2028😀\"",
        Json.Write(t => t.AddString("\"\\/\b\f\n\r\t\0\u001f\u007f<é界\u2028😀")));

    [Fact]
    public void Write_LoneSurrogates_AreEscaped() =>
        Assert.Equal("\"a\\ud800b\\n\\udfff\\udc00😀é\"", Json.Write(t => t.AddString("a\ud800b\n\udfff\udc00😀é")));

    [Theory]
    [InlineData(0, false, "\"2024-05-06T07:08:09.123Z\"")]
    [InlineData(480, false, "\"2024-05-06T15:08:09.123+08:00\"")]
    [InlineData(480, true, "1714979289123")]
    public void Write_Date_TakesThePolicysForm(int zone, bool epoch, string expected) => Assert.Equal(
        expected,
        Json.Write(t => t.AddInstant(1714979289123), null, Default with { ZoneOffsetMinutes = zone, InstantAsEpochMs = epoch }));

    [Fact]
    public void Write_Bytes_AreBase64InOnePiece()
    {
        var bytes = new byte[100_001];
        new Random(3).NextBytes(bytes);
        Assert.Equal($"\"{Convert.ToBase64String(bytes)}\"", Json.Write(t => t.AddBytes(bytes)));
    }

    [Fact]
    public void Write_NullAndAbsent_AreToldApart()
    {
        static void Fill(ValueTape tape)
        {
            tape.BeginObject(Shapes.Item.JavaType);
            tape.Name(FieldName.Of("price"));
            tape.AddNull();
            tape.Name(FieldName.Of("quantity"));
            tape.AddAbsent();
            tape.End();
        }

        Assert.Equal("""{"price":null}""", Json.Write(Fill, Shapes.Item));
        Assert.Equal("{}", Json.Write(Fill, Shapes.Item, Default with { OmitNull = true }));
        Assert.Equal("""{"price":null}""", Json.Write(Fill));
    }

    [Fact]
    public void Write_Object_DeclaredMembersInTheContractsOrderThenTheOthers()
    {
        static void Fill(ValueTape tape) =>
            AddObject(tape, "com.acme.order.Item", ("extra", 1), ("price", 2), ("sku", 3), ("extra", 4), ("sku", 5));
        Assert.Equal("""{"sku":5,"price":2,"extra":4}""", Json.Write(Fill, Shapes.Item));
        Assert.Equal("""{"price":2,"extra":4,"sku":5}""", Json.Write(Fill));
    }

    [Fact]
    public void Write_ObjectWithVeryManyFields_StaysFastAndUnique()
    {
        var json = Json.Write(t =>
        {
            t.BeginObject(null);
            for (var i = 0; i < 10_000; i++)
            {
                t.Name(FieldName.Of($"wide{i % 5_000}"));
                t.AddInt32(i);
            }

            t.End();
        });
        Assert.StartsWith("{\"wide0\":5000,\"wide1\":5001,", json, StringComparison.Ordinal);
        Assert.Equal(4_999, json.Count(c => c == ','));
    }

    [Fact]
    public void Write_Subclass_IsWrittenByItsOwnFields()
    {
        var catalog = new SubtypeCatalog();
        var animal = Shapes.Struct("com.acme.Animal", catalog, false, ("name", Shapes.String));
        catalog.SetTypes([Shapes.Struct("com.acme.Cat", ("lives", Shapes.Long), ("name", Shapes.String))]);
        Assert.Equal(
            """{"lives":"9","name":null}""",
            Json.Write(
                t => AddObject(t, "com.acme.Cat", ("name", null), ("lives", 9)), animal, Default with { Long = LongForm.AlwaysString }));
    }

    [Fact]
    public void Write_Class_NeverLeaks()
    {
        static void Fill(ValueTape tape) => AddMap(tape, ("class", "com.acme.order.Order"), ("id", "o-1"));
        Assert.Equal("""{"id":"o-1"}""", Json.Write(Fill));
        Assert.Equal("""{"id":"o-1"}""", Json.Write(Fill, Shapes.Order));
        Assert.Equal("""{"id":"o-1"}""", Json.Write(Fill, Shapes.Any));
        Assert.Equal("""{"class":"com.acme.order.Order","id":"o-1"}""", Json.Write(Fill, Shapes.MapOf(Shapes.String, Shapes.String)));
        Assert.Equal("""{"class":"3b"}""", Json.Write(t => AddMap(t, ("class", "3b"))));
        Assert.Equal("""{"class":"first"}""", Json.Write(t => AddMap(t, ("class", "first"))));
        Assert.Equal("""{"class":5}""", Json.Write(t => AddMap(t, ("class", 5))));
        Assert.Equal("{}", Json.Write(t => AddObject(t, "com.acme.order.Order")));
    }

    [Fact]
    public void Write_Throwable_TellsItsMessageAndFieldsOnly()
    {
        static void Fill(ValueTape tape)
        {
            var self = tape.BeginObject(TypeName.Of("com.acme.order.OrderException"));
            Field(tape, "code", 5);
            Field(tape, "detailMessage", "out of stock");
            tape.Name(FieldName.Of("cause"));
            tape.AddReference(self);
            tape.Name(FieldName.Of("stackTrace"));
            tape.BeginArray(null);
            tape.End();
            tape.Name(FieldName.Of("suppressedExceptions"));
            tape.BeginList();
            tape.End();
            tape.End();
        }

        var declared = Shapes.Struct("com.acme.order.OrderException", null, true, ("code", Shapes.Int));
        Assert.Equal("""{"code":5,"message":"out of stock"}""", Json.Write(Fill, declared));
        Assert.Equal("""{"code":5,"message":"out of stock"}""", Json.Write(Fill));
    }

    [Fact]
    public void Write_MapKeys_BecomeText()
    {
        Assert.Equal(
            """{"1":0,"true":0,"1.5":0,"2.50":0,"NEW":0,"1970-01-01T00:00:00.000Z":0,"AQI=":0,"18446744073709551615":0,"a\"b":0}""",
            Json.Write(t =>
            {
                t.BeginMap();
                t.AddInt32(1);
                t.AddInt32(0);
                t.AddBool(true);
                t.AddInt32(0);
                t.AddFloat64(1.5);
                t.AddInt32(0);
                t.AddText(ValueKind.Decimal, "2.50");
                t.AddInt32(0);
                t.AddText(ValueKind.Enum, "NEW");
                t.AddInt32(0);
                t.AddInstant(0);
                t.AddInt32(0);
                t.AddBytes([1, 2]);
                t.AddInt32(0);
                t.AddUInt64(ulong.MaxValue);
                t.AddInt32(0);
                t.AddString("a\"b");
                t.AddInt32(0);
                t.End();
            }));
    }

    [Fact]
    public void Write_KeysThatCollideAsText_AreRefused() => Assert.Equal(
        "two keys of the map become the same text at args[0].key[1]",
        Json.WriteFault(t =>
        {
            t.BeginMap();
            t.AddInt32(1);
            t.AddNull();
            t.AddString("1");
            t.AddNull();
            t.End();
        }).ToString());

    [Fact]
    public void Write_KeysWithoutText_AreRefused()
    {
        Assert.Equal("a null key has no form in JSON at args[0].key[0]", Json.WriteFault(t =>
        {
            t.BeginMap();
            t.AddNull();
            t.AddNull();
            t.End();
        }).ToString());
        Assert.Equal("a key that is no scalar has no form in JSON at args[0][0].key[0]", Json.WriteFault(t =>
        {
            t.BeginList();
            t.BeginMap();
            t.BeginList();
            t.End();
            t.AddNull();
            t.End();
            t.End();
        }).ToString());
    }

    private static void AddMap(ValueTape tape, params (string Key, object? Value)[] entries)
    {
        tape.BeginMap();
        foreach (var (key, value) in entries)
        {
            tape.AddString(key);
            Add(tape, value);
        }

        tape.End();
    }

    private static void AddObject(ValueTape tape, string type, params (string Name, object? Value)[] fields)
    {
        tape.BeginObject(TypeName.Of(type));
        foreach (var (name, value) in fields)
        {
            Field(tape, name, value);
        }

        tape.End();
    }

    private static void Field(ValueTape tape, string name, object? value)
    {
        tape.Name(FieldName.Of(name));
        Add(tape, value);
    }

    private static void Add(ValueTape tape, object? value) =>
        _ = value is null ? tape.AddNull() : value is int number ? tape.AddInt32(number) : tape.AddString((string)value);
}
