using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>JSON to tape.</summary>
public sealed class JsonReadTests
{
    private static readonly Dictionary<string, TypeShape> ByName = new()
    {
        ["boolean"] = Shapes.Bool,
        ["byte"] = Shapes.Byte,
        ["short"] = Shapes.Short,
        ["int"] = Shapes.Int,
        ["long"] = Shapes.Long,
        ["float"] = Shapes.Float,
        ["double"] = Shapes.Double,
        ["char"] = Shapes.Char,
        ["string"] = Shapes.String,
        ["bytes"] = Shapes.Bytes,
        ["decimal"] = Shapes.Decimal,
        ["bigint"] = Shapes.BigInteger,
        ["date"] = Shapes.Date,
        ["localdate"] = Shapes.LocalDate,
        ["status"] = Shapes.Status,
        ["order"] = Shapes.Order,
        ["item"] = Shapes.Item,
        ["list"] = Shapes.ListOf(Shapes.Integer),
        ["map"] = Shapes.MapOf(Shapes.Long, Shapes.String),
        ["void"] = Shapes.Void,
        ["any"] = Shapes.Any,
    };

    [Theory]
    [InlineData("boolean", "true", "true")]
    [InlineData("byte", "-128", "-128")]
    [InlineData("short", "32767", "32767")]
    [InlineData("int", "1.0", "1")]
    [InlineData("int", "2e9", "2000000000")]
    [InlineData("long", "9007199254740993", "9007199254740993L")]
    [InlineData("long", "\"-9223372036854775808\"", "-9223372036854775808L")]
    [InlineData("float", "0.1", "0.1f")]
    [InlineData("float", "\"NaN\"", "NaNf")]
    [InlineData("double", "5", "5d")]
    [InlineData("double", "\"-Infinity\"", "-Infinityd")]
    [InlineData("char", "\"\\u754c\"", "\"界\"")]
    [InlineData("char", "\"\\ud800\"", "\"\\uD800\"")]
    [InlineData("string", "\"\\u0000\\ud83d\\ude00\"", "\"\\u0000\\uD83D\\uDE00\"")]
    [InlineData("decimal", "12345678901234567890.10", "Decimal \"12345678901234567890.10\"")]
    [InlineData("decimal", "\"1.50\"", "Decimal \"1.50\"")]
    [InlineData("decimal", "1.5e-3", "Decimal \"0.0015\"")]
    [InlineData("decimal", "1E+20", "Decimal \"100000000000000000000\"")]
    [InlineData("bigint", "123456789012345678901234567890", "BigInteger \"123456789012345678901234567890\"")]
    [InlineData("bigint", "\"-5\"", "BigInteger \"-5\"")]
    [InlineData("bytes", "\"AQL\\/\"", "0x0102FF")]
    [InlineData("bytes", "[1,255,-128]", "0x01FF80")]
    [InlineData("bytes", "\"\"", "0x")]
    [InlineData("date", "\"2024-05-06T15:08:09.123+08:00\"", "@1714979289123")]
    [InlineData("date", "1714979289123", "@1714979289123")]
    [InlineData("localdate", "\"2024-02-29\"", "(java.time.LocalDate)Text \"2024-02-29\"")]
    [InlineData("status", "\"P\\u0041ID\"", "(com.acme.order.OrderStatus)Enum \"PAID\"")]
    [InlineData("list", "[1,null,2]", "[1, null, 2]")]
    [InlineData("map", "{\"1\":\"a\",\"-2\":null}", "map{1L: \"a\", -2L: null}")]
    [InlineData("item", "{}", "(com.acme.order.Item){}")]
    [InlineData("item", "{\"price\":null,\"s\\u006bu\":\"x\"}", "(com.acme.order.Item){price: null, sku: \"x\"}")]
    [InlineData("void", "{\"anything\":[1]}", "null")]
    [InlineData("any", "{\"a\":[1,\"x\"]}", "map{\"a\": [1, \"x\"]}")]
    public void Read_Declared_IsTyped(string type, string json, string expected) =>
        Assert.Equal(expected, Json.ReadText(json, ByName[type]));

    [Theory]
    [InlineData("boolean", "\"true\"", "expected boolean, found a string at args[0] (offset 0)")]
    [InlineData("boolean", "1", "expected boolean, found a number at args[0] (offset 0)")]
    [InlineData("byte", "128", "out of the range of byte at args[0] (offset 0)")]
    [InlineData("int", "2147483648", "out of the range of int at args[0] (offset 0)")]
    [InlineData("int", "1.5", "the text is no int at args[0] (offset 0)")]
    [InlineData("int", "\"5\"", "expected int, found a string at args[0] (offset 0)")]
    [InlineData("int", "null", "expected int, found null at args[0] (offset 4)")]
    [InlineData("long", "9223372036854775808", "the text is no long at args[0] (offset 0)")]
    [InlineData("float", "3.5e38", "the text is no float at args[0] (offset 0)")]
    [InlineData("double", "\"1.5\"", "expected double, found a string at args[0] (offset 0)")]
    [InlineData("char", "\"ab\"", "a char is a text of exactly one UTF-16 unit at args[0] (offset 0)")]
    [InlineData("string", "5", "expected java.lang.String, found a number at args[0] (offset 0)")]
    [InlineData("string", "{}", "expected java.lang.String, found an object at args[0] (offset 0)")]
    [InlineData("bytes", "\"!\"", "bytes are written in base64 at args[0] (offset 0)")]
    [InlineData("bytes", "[256]", "bytes are base64 or numbers from -128 to 255 at args[0] (offset 4)")]
    [InlineData("status", "\"LOST\"", "no constant of com.acme.order.OrderStatus: use one of NEW, PAID, SHIPPED at args[0] (offset 0)")]
    [InlineData("status", "1", "expected com.acme.order.OrderStatus, found a number at args[0] (offset 0)")]
    [InlineData("localdate", "\"2024-02-30\"", "the text is no java.time.LocalDate, such as 2024-05-06 at args[0] (offset 0)")]
    [InlineData("map", "{\"x\":\"a\"}", "the text is no long at args[0].key[0] (offset 1)")]
    [InlineData("order", "[]", "expected com.acme.order.Order, found an array at args[0] (offset 0)")]
    [InlineData("order", "{\"items\":[{},{\"price\":true}]}", "expected java.math.BigDecimal, found true at args[0].items[1].price (offset 26)")]
    [InlineData("order", "{\"items\":[{},{\"quantity\":1e10}]}", "out of the range of int at args[0].items[1].quantity (offset 25)")]
    [InlineData("order", "{\"notes\":{\"a b\":5}}", "expected java.lang.String, found a number at args[0].notes[a b] (offset 16)")]
    [InlineData("order", "{\"id\":\"a\",\"number\":1,\"id\":\"b\"}", "the member appears twice at args[0].id (offset 21)")]
    [InlineData("order", "{\"id\":\"a\",\"@type\":\"com.acme.order.Order\"}", "the member @type must be the first one at args[0] (offset 10)")]
    public void Read_WrongType_NamesPathAndOffset(string type, string json, string expected) =>
        Assert.Equal(expected, Json.Fault(json, ByName[type]).ToString());

    [Theory]
    [InlineData("2147483647", "2147483647")]
    [InlineData("2147483648", "2147483648L")]
    [InlineData("9223372036854775808", "BigInteger \"9223372036854775808\"")]
    [InlineData("-0", "-0d")]
    [InlineData("1.50", "1.5d")]
    [InlineData("0.1", "0.1d")]
    [InlineData("1e3", "1000d")]
    [InlineData("5e-324", "5E-324d")]
    [InlineData("12345678901234567890.10", "Decimal \"12345678901234567890.10\"")]
    [InlineData("0.30000000000000004", "0.30000000000000004d")]
    [InlineData("0.300000000000000044", "Decimal \"0.300000000000000044\"")]
    [InlineData("3.14159265358979323846", "Decimal \"3.14159265358979323846\"")]
    public void Read_UndeclaredNumber_IsTheNarrowestThatLosesNothing(string json, string expected) =>
        Assert.Equal(expected, Json.ReadText(json));

    [Fact]
    public void Read_HugeNumber_IsRefused()
    {
        Assert.Equal(CodecError.OverBudget, Json.Fault(new string('9', 1_001)).Error);
        Assert.Equal(CodecError.TypeMismatch, Json.Fault(new string('9', 1_001), Shapes.BigInteger).Error);
        Assert.Equal(CodecError.TypeMismatch, Json.Fault("1e999999999", Shapes.Decimal).Error);
        Assert.Equal(CodecError.TypeMismatch, Json.Fault("1e-999999999", Shapes.Decimal).Error);
    }

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        foreach (var broken in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE4, 0xB8], [0xF5, 0x80, 0x80, 0x80]])
        {
            TypeShape?[] shapes = [null, Shapes.String, Shapes.Char, Shapes.LocalDate, Shapes.Of(ShapeKind.Text, "java.util.Locale")];
            foreach (var shape in shapes)
            {
                using var tape = new ValueTape();
                byte[] json = [(byte)'"', .. broken, .. "\\n\""u8];
                Assert.False(JsonPayloadCodec.Instance.Read(new(json), shape, ValuePolicy.Default, tape).IsOk);
                using var member = new ValueTape();
                json = [.. "{\""u8, .. broken, .. "\":1}"u8];
                var item = shape is null ? null : Shapes.Item;
                Assert.False(JsonPayloadCodec.Instance.Read(new(json), item, ValuePolicy.Default, member).IsOk);
            }
        }
    }

    [Fact]
    public void Read_UnknownMember_IsDroppedOrRejected()
    {
        Assert.Equal(
            "(com.acme.order.Item){sku: \"s\"}",
            Json.ReadText("""{"class":"evil.Gadget","sku":"s","x":{"y":[{}]}}""", Shapes.Item));
        var status = Json.Fault("""{"sku":"s","weight":5}""", Shapes.Item, ValuePolicy.Default with { RejectUnknown = true });
        Assert.Equal("the contract declares no member 'weight' at args[0] (offset 11)", status.ToString());
    }

    [Fact]
    public void Read_ManyFields_FindsDuplicatesPast64()
    {
        var wide = Shapes.Struct("com.acme.Wide", [.. Enumerable.Range(0, 200).Select(i => ($"f{i}", Shapes.Integer))]);
        var json = $"{{{string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"f{i}\":{i}"))}}}";
        Assert.Equal(200, Json.Read(json, wide)[0].Count);
        Assert.Equal("args[0].f150", Json.Fault(json[..^1] + ",\"f150\":1}", wide).Path);
    }

    [Fact]
    public void Read_RequestedSubclass_OnlyTheContracts()
    {
        var catalog = new SubtypeCatalog();
        var animal = Shapes.Struct("com.acme.Animal", catalog, false, ("name", Shapes.String));
        var cat = Shapes.Struct("com.acme.Cat", ("name", Shapes.String), ("lives", Shapes.Int));
        catalog.SetTypes([cat]);
        Assert.Equal(
            "(com.acme.Cat){lives: 9, name: \"Tom\"}", Json.ReadText("""{"@type":"com.acme.Cat","lives":9,"name":"Tom"}""", animal));
        Assert.Equal("(com.acme.Cat){}", Json.ReadText("""{"@type":"com.acme.Cat"}""", animal));
        Assert.Equal("(com.acme.Animal){name: \"Tom\"}", Json.ReadText("""{"@type":"com.acme.Animal","name":"Tom"}""", animal));
        Assert.Equal(
            "@type names no class that the contract declares as a kind of com.acme.Animal at args[0] (offset 9)",
            Json.Fault("""{"@type":"javax.script.ScriptEngineManager"}""", animal).ToString());
        Assert.Equal(CodecError.TypeMismatch, Json.Fault("""{"@type":"com.acme.Animal"}""", cat).Error);
        Assert.Equal(CodecError.Malformed, Json.Fault("""{"@type":5}""", animal).Error);
    }

    [Fact]
    public void Read_AnyWithTypeMember_IsTheContractsClassOrData()
    {
        var catalog = new SubtypeCatalog();
        catalog.SetTypes([Shapes.Item]);
        var any = new TypeShape
        {
            Kind = ShapeKind.Any,
            JavaType = TypeName.Of("java.lang.Object"),
            JavaDescriptor = "Ljava/lang/Object;",
            Subtypes = catalog,
        };
        Assert.Equal("(com.acme.order.Item){quantity: 1}", Json.ReadText("""{"@type":"com.acme.order.Item","quantity":1}""", any));
        Assert.Equal("map{\"@type\": \"Person\", \"name\": \"Ada\"}", Json.ReadText("""{"@type":"Person","name":"Ada"}""", any));
        Assert.Equal("map{\"@type\": \"com.acme.order.Item\"}", Json.ReadText("""{"@type":"com.acme.order.Item"}"""));
    }

    [Fact]
    public void Read_AppendsARoot_BehindThoseThatAreThere()
    {
        using var tape = new ValueTape();
        tape.AddNull();
        Assert.True(JsonPayloadCodec.Instance.Read(Json.Bytes("[1]"), Shapes.ArrayOf(Shapes.Int), ValuePolicy.Default, tape).IsOk);
        Assert.Equal("null, ([int)array[1]", TapeText.Of(tape));
        Assert.Equal("args[2][0]", JsonPayloadCodec.Instance.Read(Json.Bytes("[x]"), null, ValuePolicy.Default, tape).Path);
    }

    [Fact]
    public void Read_LargeText_IsOneToken()
    {
        var text = string.Concat(Enumerable.Repeat("abc中文é😀", 130_000));
        var tape = Json.Read($"\"{text}\"");
        Assert.Equal(text, tape.Text(0));
        Assert.Equal(text, Encoding.UTF8.GetString(tape.Utf8(0)));
    }
}
