using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Generic;

/// <summary>JSON texts as arguments, typed by the names that the caller gives and, where there is one, by the contract.</summary>
public class GsonTests
{
    [Theory]
    [InlineData("int", "5", "5")]
    [InlineData("long", "5", "5L")]
    [InlineData("java.lang.Long", "9007199254740993", "9007199254740993L")]
    [InlineData("double", "1", "1d")]
    [InlineData("boolean", "true", "true")]
    [InlineData("java.math.BigDecimal", "12.50", "Decimal \"12.50\"")]
    [InlineData("java.math.BigDecimal", "\"12.50\"", "Decimal \"12.50\"")]
    [InlineData("java.lang.String", "\"a b\"", "\"a b\"")]
    [InlineData("java.lang.String", "bare", "\"bare\"")]
    [InlineData("java.lang.String", "null", "null")]
    [InlineData("char", "x", "\"x\"")]
    [InlineData("java.time.LocalDate", "2024-01-02", "(java.time.LocalDate)Text \"2024-01-02\"")]
    [InlineData("[I", "[1,2]", "([int)array[1, 2]")]
    [InlineData("[[J", "[[1],[]]", "([[long)array[([long)array[1L], ([long)array[]]")]
    [InlineData("[Ljava.lang.String;", "[\"a\",null]", "([string)array[\"a\", null]")]
    [InlineData("java.util.List", "[1,\"a\"]", "[1, \"a\"]")]
    [InlineData("java.util.Map", "{\"a\":1}", "map{\"a\": 1}")]
    [InlineData("java.lang.Object", "{\"a\":1}", "map{\"a\": 1}")]
    [InlineData("com.acme.User", "{\"name\":\"é\"}", "(com.acme.User){name: \"é\"}")]
    [InlineData("[Lcom.acme.User;", "[{\"name\":\"a\"}]", "([com.acme.User)array[(com.acme.User){name: \"a\"}]")]
    public void Json_ForANamedType_IsTyped(string declared, string json, string expected) => Assert.Equal(expected, Copied(declared, json));

    [Theory]
    [InlineData("int", "\"x\"")]
    [InlineData("int", "{}")]
    [InlineData("com.acme.User", "{\"name\":")]
    [InlineData("java.lang.String", "a b")]
    [InlineData("java.util.List", "[1] 2")]
    public void JsonThatDoesNotFit_IsRefused(string declared, string json)
    {
        using var into = new ValueTape();
        Copy(declared, json, into);
        Assert.True(into.Failed);
    }

    [Fact]
    public void Json_UnderAContract_HasTheContractsClasses()
    {
        var exchange = Frames.Opened(Calls.Frame("generic", "gson-saveUser"));
        exchange.Contract = ContractOfItems(exchange.Service);
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.True(status.IsOk, status.ToString());
        Assert.Equal("[(com.example.bridge.Item){id: 1, sku: \"a\", price: 5L}]", TapeText.Of(exchange.Request));
    }

    [Fact]
    public void ArgumentThatIsNoText_IsTakenAsItIs()
    {
        using var from = new ValueTape();
        from.AddInt32(5);
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(from, into);
        JsonArgument.Copy(in transfer, 0, NamedTypes.Find("int"), "int", ValuePolicy.Default);
        Assert.Equal("5", TapeText.Of(into));
    }

    private static ServiceContract ContractOfItems(Exchanges.ServiceKey service)
    {
        var item = new StructShape(TypeName.Of("com.example.bridge.Item"), isException: false);
        item.SetFields(
        [
            new FieldShape(FieldName.Of("id"), NamedTypes.Find("int")!), // A name that it knows.
            new FieldShape(FieldName.Of("sku"), NamedTypes.Find("java.lang.String")!), // As above.
            new FieldShape(FieldName.Of("price"), NamedTypes.Find("long")!), // As above.
        ]);
        var element = new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = item.JavaType,
            JavaDescriptor = "Lcom/example/bridge/Item;",
            Struct = item,
        };
        var list = new TypeShape
        {
            Kind = ShapeKind.List,
            JavaType = TypeName.Of("java.util.List"),
            JavaDescriptor = "Ljava/util/List;",
            Element = element,
        };
        return new ServiceContract(service, [new MethodShape
        {
            Name = "echoItemList",
            Parameters = [new ParameterShape("items", list)],
            Returns = list,
            Signature = JavaSignature.Of("Ljava/util/List;"),
        }]);
    }

    private static string Copied(string declared, string json)
    {
        using var into = new ValueTape();
        Copy(declared, json, into);
        Assert.False(into.Failed, into.Status.ToString());
        return TapeText.Of(into);
    }

    private static void Copy(string declared, string json, ValueTape into)
    {
        using var from = new ValueTape();
        from.AddString(json);
        using var transfer = new TapeTransfer(from, into);
        JsonArgument.Copy(in transfer, 0, NamedTypes.Find(declared), declared, ValuePolicy.Default);
    }
}
