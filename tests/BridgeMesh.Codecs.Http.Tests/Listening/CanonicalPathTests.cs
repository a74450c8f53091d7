using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class CanonicalPathTests
{
    private const string Order = """{"id":"o-1","count":3,"total":"12.50"}""";
    private const string OrderTape = """(com.acme.Order){id: "o-1", count: 3, total: Decimal "12.50"}""";

    [Theory]
    [InlineData("greet", """{"name":"中"}""", "\"中\"")]
    [InlineData("greet", """["中"]""", "\"中\"")]
    [InlineData("greet", """{}""", "null")]
    [InlineData("greet", "", "null")]
    [InlineData("add", """{"right":2,"left":1}""", "1, 2L")]
    [InlineData("add", """[1,"9007199254740993"]""", "1, 9007199254740993L")]
    [InlineData("place", Order, OrderTape)]
    [InlineData("place", """{"order":{"id":"o-1","count":3,"total":"12.50"}}""", OrderTape)]
    [InlineData("bare", """{"count":5}""", "5")]
    public async Task Body_WithContract_ReachesTheTape(string method, string body, string arguments)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync("POST", $"/com.acme.OrderService/{method}", body);

        Assert.True(answer.Status is 200 or 204, answer.Text);
        Assert.Equal($"com.acme.OrderService:1.0 {method}({OrderContract.Shape(method).Signature.Descriptor})", listener.Call);
        Assert.Equal(arguments, listener.Arguments);
    }

    [Theory]
    [InlineData("java.lang.String", """["a"]""", "\"a\"", "Ljava/lang/String;")]
    [InlineData("int", """[1]""", "1", "I")]
    public async Task Overload_ChosenByTypes_IsCalled(string types, string body, string arguments, string signature)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync("POST", "/com.acme.OrderService/swap", body, headers: ("x-bridge-types", types));

        Assert.Equal(arguments, listener.Arguments);
        Assert.Equal($"com.acme.OrderService:1.0 swap({signature})", listener.Call);
    }

    [Theory]
    [InlineData("swap", "[true]", null, "x-bridge-types")]
    [InlineData("add", """{"left":1}""", null, "args[1]")]
    [InlineData("add", "[1,2,3]", null, "args")]
    [InlineData("add", "5", null, "the body must be an object of named arg")]
    [InlineData("greet", "[\"a\"]", "not a type;", "x-bridge-types")]
    public async Task Body_ThatDoesNotFit_Is400(string method, string body, string? types, string detail)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync(
            "POST", $"/com.acme.OrderService/{method}", body, headers: types is null ? [] : [("x-bridge-types", types)]);

        Assert.Equal(400, answer.Status);
        Assert.Contains(detail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["a",1,null,{"b":[true]}]""", null, "\"a\", 1, null, map{\"b\": [true]}", "")]
    [InlineData("""{"a":1}""", null, "map{\"a\": 1}", "")]
    [InlineData("\"text\"", null, "\"text\"", "")]
    [InlineData("", null, "", "")]
    [InlineData("""["1",2]""", "java.lang.String,long", "\"1\", 2L", "Ljava/lang/String;J")]
    [InlineData("""[{"id":"o-1"}]""", "com.acme.Order", "(com.acme.Order)map{\"id\": \"o-1\"}", "Lcom/acme/Order;")]
    [InlineData("""{"id":"o-1"}""", "com.acme.Order", "(com.acme.Order)map{\"id\": \"o-1\"}", "Lcom/acme/Order;")]
    [InlineData("""["12.50"]""", "java.math.BigDecimal", "Decimal \"12.50\"", "Ljava/math/BigDecimal;")]
    [InlineData("""{"a":1}""", "java.util.Map", "map{\"a\": 1}", "Ljava/util/Map;")]
    public async Task Body_WithoutContract_DescribesItself(string body, string? types, string arguments, string signature)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, contracts: []);

        var answer = await listener.SendAsync(
            "POST", "/com.acme.Unknown/call", body, headers: types is null ? [] : [("x-bridge-types", types)]);

        Assert.Equal(204, answer.Status);
        Assert.Equal($"com.acme.Unknown call({signature})", listener.Call);
        Assert.Equal(arguments, listener.Arguments.Replace("{id:", "map{\"id\":", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?version=2.0&group=blue", null, "blue/com.acme.Unknown:2.0")]
    [InlineData("?uniqueId=u-1", null, "com.acme.Unknown:u-1")]
    [InlineData("", "3.0", "com.acme.Unknown:3.0")]
    [InlineData("?version=2.0", "3.0", "com.acme.Unknown:3.0")]
    [InlineData("", null, "com.acme.Unknown")]
    public async Task Service_NamedByQueryOrHeader_IsTaken(string query, string? version, string service)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, contracts: []);

        await listener.SendAsync(
            "POST", $"/com.acme.Unknown/call{query}", "[]", headers: version is null ? [] : [("x-bridge-version", version)]);

        Assert.Equal($"{service} call()", listener.Call);
    }

    [Fact]
    public async Task Service_WithSeveralVersions_IsToldApart()
    {
        var two = new ServiceContract(new ServiceKey("com.acme.OrderService", "2.0"), [OrderContract.Shape("bare")]);
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, contracts: [OrderContract.Service, two]);

        await listener.SendAsync("POST", "/com.acme.OrderService/bare", "[1]", headers: ("x-bridge-version", "2.0"));
        Assert.Equal("com.acme.OrderService:2.0 bare(I)", listener.Call);

        // Named by neither: the pipeline's routes decide what a call without a version means.
        await listener.SendAsync("POST", "/com.acme.OrderService/bare", "[1]");
        Assert.StartsWith("com.acme.OrderService bare", listener.Call, StringComparison.Ordinal);
    }
}
