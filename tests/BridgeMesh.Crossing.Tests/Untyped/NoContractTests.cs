using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Untyped;

/// <summary>What crosses where no contract says anything, and what is told of what cannot.</summary>
public sealed class NoContractTests
{
    private const string Order = "(com.acme.Order){id: \"o1\", total: Decimal \"12.50\"}";

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task BoltAndDubbo_PassWhatTheWireSays(string caller, string callee)
    {
        var atCallee = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(null, e =>
        {
            atCallee = $"{e.Signature!.Descriptor} {TapeText.Of(e.Request)}"; // A framed client names its types.
            AddOrder(e.Reply);
        });
        var seen = await gateway.CallAsync(caller, callee, "place", "com.acme.Order,long", static e =>
        {
            AddOrder(e.Request);
            e.Request.AddInt64(5);
        });
        Assert.Equal($"Lcom/acme/Order;J {Order}, 5L", atCallee);
        Assert.Equal((ExchangeStatus.Ok, Order), (seen.Status, TapeText.Of(seen.Reply)));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToHttp_ArgumentsAreAnArrayAndResultsDescribeThemselves(string caller)
    {
        var body = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(null, http: b =>
        {
            body = b;
            return new HttpAnswer(200, """{"id":"o1","count":5,"price":1.5,"tags":[true,null]}""");
        });
        var seen = await gateway.CallAsync(caller, "http", "place", "com.acme.Order,long", static e =>
        {
            AddOrder(e.Request);
            e.Request.AddInt64(5);
        });
        Assert.Equal("""[{"id":"o1","total":"12.50"},5]""", body);
        Assert.Equal((ExchangeStatus.Ok, ValueKind.Map), (seen.Status, seen.Reply[0].Kind));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task FromHttp_WithNamedTypes_ArgumentsAreOfThoseTypes(string callee)
    {
        var atCallee = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(null, e =>
        {
            atCallee = $"{e.Signature!.Descriptor} {TapeText.Of(e.Request)}"; // The caller's header names them.
            AddOrder(e.Reply);
        });
        var answer = await gateway.PostAsync(callee, "sum", """["12.50",5]""", "java.math.BigDecimal,long");
        Assert.Equal("Ljava/math/BigDecimal;J Decimal \"12.50\", 5L", atCallee);
        Assert.Equal((200, """{"id":"o1","total":"12.50"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task FromHttpToBolt_WithoutTypes_SaysWhatToDeclareWhere()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.PostAsync("bolt", "sum", """["12.50",5]""");
        Assert.Equal(400, answer.Status);
        Assert.Equal(
            "a Bolt callee selects the method by its parameter types, and nobody named those of sum; no contract declares com.acme.BoltService: "
            + "add it below services: in a file that the configuration's contracts: lists, with sum and its parameters",
            answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task FromHttpToDubbo_WithoutTypes_AsksThroughGenericInvocation()
    {
        string? method = null;
        await using var gateway = await GatewayUnderTest.StartAsync(null, e =>
        {
            method = $"{e.Method} {e.Signature?.Descriptor ?? "no types"}";
            e.Reply.AddInt32(1);
        });
        var answer = await gateway.PostAsync("dubbo", "sum", """["12.50",5]""");
        Assert.Equal((200, "sum no types"), (answer.Status, method));
    }

    [Theory]
    [InlineData("plcae", "com.acme.DubboService has no method plcae (did you mean 'place' or 'placed'?); if the service has it, add it to contract.yaml")]
    [InlineData("other", "com.acme.DubboService has no method other; if the service has it, add it to contract.yaml")]
    public async Task MethodThatTheContractDoesNotHave_FromHttp_IsRefusedWithNearNamesOfThatServiceAlone(string method, string detail)
    {
        const string Contract = """
            services:
              com.acme.DubboService: { methods: { place: { parameters: {} }, placed: { parameters: {} } } }
              com.acme.BoltService: { methods: { others: { parameters: {} } } }
            """;
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.PostAsync("dubbo", method, "[]");
        Assert.Equal((404, detail), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task MethodThatTheContractDoesNotHave_BetweenBoltAndDubbo_PassesAsItsCallerTypedIt(string caller, string callee)
    {
        const string Contract = """
            services:
              com.acme.DubboService: { methods: { other: { parameters: {} } } }
              com.acme.BoltService: { methods: { other: { parameters: {} } } }
            """;
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static e => AddOrder(e.Reply));
        var seen = await gateway.CallAsync(caller, callee, "place", "com.acme.Order", static e => AddOrder(e.Request));
        Assert.Equal((ExchangeStatus.Ok, Order), (seen.Status, TapeText.Of(seen.Reply)));
    }

    private static void AddOrder(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.Order"));
        tape.Name(FieldName.Of("id"));
        tape.AddString("o1"u8);
        tape.Name(FieldName.Of("total"));
        tape.AddText(ValueKind.Decimal, "12.50");
        tape.End();
    }
}
