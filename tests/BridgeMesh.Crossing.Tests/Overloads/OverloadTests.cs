using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Crossing.Overloads;

/// <summary>Which overload a call means, from callers that name its types and from those that do not.</summary>
public sealed class OverloadTests
{
    private const string Contract = """
        types:
          com.acme.Order: { fields: { id: string, number: long } }
          com.acme.Status: { enum: [NEW, PAID] }
        services:
          com.acme.Service:
            abstract: true
            methods:
              find:
                - { parameters: { id: string }, returns: string }
                - { parameters: { number: long }, returns: string }
                - { parameters: { customer: string, count: int }, returns: string }
                - { parameters: { customer: string, status: Status }, returns: string }
                - { parameters: { ids: "list<string>" }, returns: string }
                - { parameters: { order: Order }, returns: string }
                - { parameters: {}, returns: string }
              mix:
                - { parameters: { value: int }, returns: string }
                - { parameters: { value: long }, returns: string }
                - { parameters: { value: double }, returns: string }
                - { parameters: { value: Boolean }, returns: string }
              one:
                - { parameters: { id: string, at: int }, returns: string }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
        """;

    [Theory]
    [InlineData("find", """{"id":"o1"}""", "java.lang.String")]
    [InlineData("find", """{"number":5}""", "long")]
    [InlineData("find", """{"count":1,"customer":"c"}""", "java.lang.String,int")]
    [InlineData("find", """{"status":"PAID","customer":"c"}""", "java.lang.String,com.acme.Status")]
    [InlineData("find", """{"ids":["a"]}""", "java.util.List")]
    [InlineData("find", """{"order":{"id":"o1"}}""", "com.acme.Order")]
    [InlineData("find", "", "")]
    [InlineData("find", "[]", "")]
    [InlineData("find", "{}", "")]
    [InlineData("find", """["o1"]""", "java.lang.String")]
    [InlineData("find", "[5]", "long")]
    [InlineData("find", """[["a","b"]]""", "java.util.List")]
    [InlineData("find", """[{"id":"o1"}]""", "com.acme.Order")]
    [InlineData("find", """["c",1]""", "java.lang.String,int")]
    [InlineData("find", """["c","PAID"]""", "java.lang.String,com.acme.Status")]
    [InlineData("find", """{"id":"o1","extra":1}""", "java.lang.String")]
    [InlineData("mix", """{"value":5000000000}""", "long")]
    [InlineData("mix", """{"value":1.5}""", "double")]
    [InlineData("mix", """{"value":true}""", "java.lang.Boolean")]
    [InlineData("mix", """{"value":null}""", "java.lang.Boolean")]
    public async Task HttpCall_ByNamesArityAndKinds_ReachesItsOverload(string method, string body, string types)
    {
        foreach (var callee in new[] { "bolt", "dubbo" })
        {
            await using var gateway = await GatewayUnderTest.StartAsync(Contract, AnswerWithTypes);
            var answer = await gateway.PostAsync(callee, method, body);
            Assert.Equal((200, types), (answer.Status, answer.Status == 200 ? answer.Json.GetString() : answer.Body));
        }
    }

    [Theory]
    [InlineData("mix", """{"value":5}""", "mix is ambiguous for this body; there are mix(int value); mix(long value); ")]
    [InlineData("mix", """{"value":"x"}""", "no overload of mix takes this body; there are mix(int value); ")]
    [InlineData("find", """["c",true]""", "no overload of find takes this body; there are find(java.lang.String id); ")]
    [InlineData("find", "[1,2,3]", "no overload of find takes this body; there are ")]
    [InlineData("find", """{"nothing":1}""", "no overload of find takes this body; there are ")]
    [InlineData("find", "5", "the body must be an object of named arguments, or an array")]
    [InlineData("find", """{"id":"o1" """, "the JSON text ends inside a value")]
    [InlineData("find", """[1,""", "the JSON text ends inside a value")]
    public async Task HttpCall_ThatNoOverloadTakesAlone_IsRefusedWithTheSignatures(string method, string body, string detail)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.PostAsync("dubbo", method, body);
        Assert.Equal(400, answer.Status);
        Assert.StartsWith(detail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpCall_WithTypesInItsHeader_ReachesThatOverload()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, AnswerWithTypes);
        Assert.Equal("int", (await gateway.PostAsync("bolt", "mix", """{"value":5}""", "int")).Json.GetString());
        var refused = await gateway.PostAsync("bolt", "mix", """{"value":5}""", "java.util.Map");
        Assert.Equal(400, refused.Status);
        Assert.StartsWith(
            "mix is ambiguous or not there for (java.util.Map); there are mix(int value)",
            refused.Json.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt", "findById", "a", "java.lang.String")]
    [InlineData("dubbo", "findById", "a", "java.lang.String")]
    [InlineData("bolt", "findByNumber", 5L, "long")]
    [InlineData("dubbo", "findByNumber", 5L, "long")]
    [InlineData("bolt", "find", null, "")]
    [InlineData("dubbo", "find", null, "")]
    [InlineData("dubbo", "mix", 5L, "int")]
    [InlineData("bolt", "mixByValue", 5L, "long")]
    public async Task GrpcCall_ByItsNameInProtobuf_ReachesThatOverload(string callee, string method, object? argument, string types)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, AnswerWithTypes);
        var answer = await gateway.UnaryAsync(callee, method, argument is null ? [] : ProtoBytes.Message((1, argument)));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        Assert.Equal(types, ProtoBytes.Text(answer.Single, 1));
    }

    [Fact]
    public async Task GrpcCall_ByANameThatNoOverloadHas_IsUnimplemented()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        Assert.Equal(12, (await gateway.UnaryAsync("bolt", "findByNothing", [])).Code);
    }

    [Theory]
    [InlineData("bolt", "java.lang.String", "findById")]
    [InlineData("dubbo", "java.lang.String", "findById")]
    [InlineData("bolt", "", "find")]
    [InlineData("dubbo", "", "find")]
    public async Task JavaCall_OfAGrpcService_GoesByTheOverloadsNameInProtobuf(string caller, string types, string name)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract, grpc: GrpcCallee.Unary(static (context, _) => ProtoBytes.Message((1, context.Request.Path.Value ?? string.Empty))));
        var seen = await gateway.CallAsync(caller, "grpc", "find", types, e =>
        {
            if (types.Length > 0)
            {
                e.Request.AddString("a");
            }
        });
        Assert.Equal((ExchangeStatus.Ok, $"/com.acme.GrpcService/{name}"), (seen.Status, seen.Status == ExchangeStatus.Ok ? seen.Reply.Text(0) : seen.Message));
    }

    [Fact]
    public async Task GrpcCall_OfAGrpcService_KeepsTheOverloadsName()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract, grpc: GrpcCallee.Unary(static (context, _) => ProtoBytes.Message((1, context.Request.Path.Value ?? string.Empty))));
        var answer = await gateway.UnaryAsync("grpc", "findByCustomerAndCount", ProtoBytes.Message((1, "c"), (2, 3)));
        Assert.Equal((0, "/com.acme.GrpcService/findByCustomerAndCount"), (answer.Code, ProtoBytes.Text(answer.Single, 1)));
    }

    [Theory]
    [InlineData("bolt", "dubbo", "long", "long")]
    [InlineData("dubbo", "bolt", "long", "long")]
    [InlineData("bolt", "dubbo", "java.lang.Long", "long")]
    [InlineData("dubbo", "bolt", "java.lang.Integer", "int")]
    public async Task JavaCall_ByItsTypes_ReachesTheOverloadThatFitsBest(string caller, string callee, string types, string reached)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, AnswerWithTypes);
        var seen = await gateway.CallAsync(caller, callee, "mix", types, static e => e.Request.AddInt64(5));
        Assert.Equal((ExchangeStatus.Ok, reached), (seen.Status, seen.Status == ExchangeStatus.Ok ? seen.Reply.Text(0) : seen.Message));
    }

    [Theory]
    [InlineData("bolt", "dubbo", "mix", "java.lang.Object", "mix is ambiguous or not there for (java.lang.Object); there are mix(int value)")]
    [InlineData("dubbo", "bolt", "mix", "java.lang.Object", "mix is ambiguous or not there for (java.lang.Object); there are mix(int value)")]
    [InlineData("bolt", "http", "one", "java.lang.Object", "one takes no (java.lang.Object); there is one(java.lang.String id, int at)")]
    [InlineData("dubbo", "http", "one", "java.lang.Object", "one takes no (java.lang.Object); there is one(java.lang.String id, int at)")]
    public async Task JavaCall_ThatNoOverloadTakesAlone_IsRefusedWithTheSignatures(
        string caller, string callee, string method, string types, string detail)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        var seen = await gateway.CallAsync(caller, callee, method, types, static e => e.Request.AddInt32(5));
        Assert.Equal(ExchangeStatus.InvalidArgument, seen.Status);
        Assert.StartsWith(detail, seen.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("find", seen.Message, StringComparison.Ordinal);
    }

    // A Java caller names its types.
    private static void AnswerWithTypes(Exchange exchange) =>
        exchange.Reply.AddString(string.Join(',', exchange.Signature!.TypeNames));
}
