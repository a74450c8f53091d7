using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Contracts;

/// <summary>The demo contract, whole.</summary>
public sealed class OrdersContractTests
{
    private static readonly ContractLoadResult Loaded = ContractLoader.Load([Path.Combine(AppContext.BaseDirectory, "orders.yaml")]);

    [Fact]
    public void Load_DemoContract_HasNoProblem() => Assert.Empty(Loaded.Problems);

    [Fact]
    public void Load_DemoContract_GivesTheServicesThatAreNotAbstract() => Assert.Equal(
        [
            new ServiceKey("com.acme.order.BoltOrderService", "1.0"),
            new ServiceKey("com.acme.order.DubboOrderService", "1.0.0"),
            new ServiceKey("com.acme.order.HttpOrderService"),
            new ServiceKey("com.acme.order.ApacheOrderService", "1.0.0"),
        ],
        Loaded.Contracts.Select(c => c.Service));

    [Fact]
    public void Load_DemoContract_EachServiceHasEveryMethodUnderItsPrefix()
    {
        foreach (var (contract, prefix) in Loaded.Contracts.Zip(["/bolt", "/dubbo", "/shop", "/apache"]))
        {
            Assert.Equal(
                [
                    "greet(java.lang.String name)",
                    "numbers(com.acme.order.Numbers value)",
                    "add(int left, long right)",
                    "price(java.math.BigDecimal value)",
                    "place(com.acme.order.Order order)",
                    "get(java.lang.String id)",
                    "find(java.lang.String customer, int count)",
                    "page(int count)",
                    "stock(map<java.lang.String, java.lang.Integer> levels)",
                    "ranks(map<java.lang.Long, java.lang.String> names)",
                    "nothing(java.lang.String value)",
                    "touch(java.lang.String id)",
                    "blob(java.lang.String text)",
                    "bytes([B data)",
                    "slow(int millis)",
                    "whoami(java.lang.String key)",
                    "fail(java.lang.String kind)",
                ],
                contract.Methods.Select(m => m.ToString()));
            Assert.All(contract.Methods, m => Assert.StartsWith(prefix + "/", m.Http?.PathTemplate, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("greet", "Ljava/lang/String;", "java.lang.String")]
    [InlineData("numbers", "Lcom/acme/order/Numbers;", "com.acme.order.Numbers")]
    [InlineData("add", "IJ", "int,long")]
    [InlineData("price", "Ljava/math/BigDecimal;", "java.math.BigDecimal")]
    [InlineData("place", "Lcom/acme/order/Order;", "com.acme.order.Order")]
    [InlineData("find", "Ljava/lang/String;I", "java.lang.String,int")]
    [InlineData("stock", "Ljava/util/Map;", "java.util.Map")]
    [InlineData("bytes", "[B", "[B")]
    public void Method_Signature_IsJavas(string method, string descriptor, string typeNames)
    {
        var shape = Method(method);
        Assert.Equal(descriptor, shape.Signature.Descriptor);
        Assert.Equal(typeNames, string.Join(',', shape.Signature.TypeNames));
    }

    [Theory]
    [InlineData("greet", "java.lang.String")]
    [InlineData("touch", "void")]
    [InlineData("find", "list<com.acme.order.Order>")]
    [InlineData("page", "com.acme.order.Page")]
    [InlineData("stock", "map<java.lang.String, java.lang.Integer>")]
    [InlineData("ranks", "map<java.lang.Long, java.lang.String>")]
    [InlineData("bytes", "[B")]
    public void Method_Returns_IsTyped(string method, string expected) => Assert.Equal(expected, Method(method).Returns.ToString());

    [Fact]
    public void Order_Fields_KeepTheirOrderAndTypes()
    {
        var order = Method("place").Parameters[0].Type;
        Assert.Equal((ShapeKind.Struct, "Lcom/acme/order/Order;"), (order.Kind, order.JavaDescriptor));
        Assert.Equal(
            [
                "id String java.lang.String",
                "number Int64 long",
                "status Enum com.acme.order.OrderStatus",
                "total Decimal java.math.BigDecimal",
                "created Instant java.util.Date",
                "address Struct com.acme.order.Address",
                "items List java.util.List",
                "tags List java.util.List",
                "notes Map java.util.Map",
            ],
            Fields(order));
        Assert.Equal(["sku String java.lang.String", "quantity Int32 int", "price Decimal java.math.BigDecimal"], Fields(Field(order, "items").Element));
        Assert.Equal(["NEW", "PAID", "SHIPPED"], Field(order, "status").Enum?.Constants);
        Assert.False(Field(order, "number").Nullable);
        Assert.Same(order, Method("place").Returns);
        Assert.Same(order, Method("find").Returns.Element);
    }

    [Fact]
    public void Numbers_Fields_AreJavasPrimitives() => Assert.Equal(
        [
            "b Int8 byte", "s Int16 short", "i Int32 int", "l Int64 long", "f Float32 float", "d Float64 double", "flag Bool boolean",
            "ch Char char", "price Decimal java.math.BigDecimal", "big BigInteger java.math.BigInteger",
        ],
        Fields(Method("numbers").Returns));

    [Fact]
    public void Page_OfItems_HasItemsInIt()
    {
        var page = Method("page").Returns;
        Assert.Equal("com.acme.order.Page", page.Struct?.JavaType.Text);
        Assert.Equal("list<com.acme.order.Item>", Field(page, "items").ToString());
    }

    [Fact]
    public void Place_Throws_TheDeclaredException()
    {
        var exception = Assert.Single(Method("place").Exceptions);
        Assert.Equal(("com.acme.order.OrderException", true), (exception.JavaType.Text, exception.IsException));
        Assert.Equal("code", Assert.Single(exception.Fields).Name.Text);
    }

    [Theory]
    [InlineData("greet", "GET /shop/greetings Query:name")]
    [InlineData("add", "GET /shop/sums/{left}/{right} Path:left Path:right")]
    [InlineData("place", "POST /shop/orders Body:order")]
    [InlineData("find", "GET /shop/orders Query:customer Query:count")]
    [InlineData("nothing", "POST /shop/nothing Form:value")]
    [InlineData("touch", "PUT /shop/orders/{id}/touch Path:id")]
    [InlineData("fail", "POST /shop/failures Query:kind")]
    public void Method_Binding_IsAsWritten(string method, string expected)
    {
        var http = Method(method).Http;
        Assert.NotNull(http);
        Assert.Equal(expected, $"{http.Verb} {http.PathTemplate} {string.Join(' ', http.Parameters.Select(p => $"{p.Source}:{p.WireName}"))}");
    }

    private static MethodShape Method(string name) => Assert.Single(Loaded.Contracts[2].Overloads(name));

    private static TypeShape Field(TypeShape type, string name) => type.Struct!.Fields[type.Struct.Find(name)].Type;

    private static IEnumerable<string> Fields(TypeShape? type) =>
        type!.Struct!.Fields.Select(f => $"{f.Name.Text} {f.Type.Kind} {f.Type.JavaType.Text}");
}
