using System.Text;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>What a gRPC caller is told of another protocol's exception, and what a gRPC callee's status is to the others.</summary>
public sealed class GrpcExceptionTests
{
    private const string Declared = "com.acme.OrderException";
    private const string Runtime = "java.lang.IllegalStateException";

    private static readonly byte[] Fields = ProtoBytes.Message((1, 7), (2, "sold out"));

    [Theory]
    [InlineData("bolt", Declared)]
    [InlineData("dubbo", Declared)]
    [InlineData("http", Declared)]
    [InlineData("bolt", Runtime)]
    [InlineData("dubbo", Runtime)]
    [InlineData("http", Runtime)]
    public async Task FromGrpc_AnException_IsAStatusThatNamesClassAndFields(string callee, string thrown)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e => Throw(e, thrown), _ => Problem(thrown));
        var answer = await gateway.UnaryAsync(callee, "place", GrpcShop.RequestOf("place"));

        Assert.Equal((2, "no stock: 缺货"), (answer.Code, answer.Message));
        Assert.Empty(answer.Body);
        Assert.Equal((2, "no stock: 缺货"), (ProtoBytes.Number(answer.Details, 1), ProtoBytes.Text(answer.Details, 2)));
        var info = answer.Detail("google.rpc.ErrorInfo");
        Assert.NotNull(info);
        Assert.Equal(thrown == Declared ? "BUSINESS_EXCEPTION" : "RUNTIME_EXCEPTION", ProtoBytes.Text(info, 1));
        Assert.Equal("bridgemesh", ProtoBytes.Text(info, 2));
        var pairs = Pairs(info);
        Assert.Equal(thrown, pairs["exception"]);
        Assert.Equal(thrown == Declared ? "sold out" : null, pairs.GetValueOrDefault("reason"));
        Assert.Equal("java.lang.IllegalArgumentException: bad shelf", pairs["cause"]);
        Assert.Equal(thrown == Declared ? Fields : null, answer.Detail(Declared));
        Assert.DoesNotContain("Shelf.java", Encoding.UTF8.GetString(answer.Details!), StringComparison.Ordinal); // details were read above
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToGrpc_ADeclaredExceptionsMessageAmongTheDetails_IsTheExceptionItself(string caller)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: Failing(9, Details(Declared, Fields)));
        var seen = await gateway.CallAsync(caller, "grpc", "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal((ExchangeStatus.RuntimeException, Declared), (seen.Status, seen.ExceptionType?.Text)); // The client declares nothing.
        Assert.Equal("no stock: 缺货", seen.Message);
        Assert.Equal(7, seen.Reply[seen.Reply.FindField(0, "code"u8)].AsInt32);
        Assert.Equal("sold out", seen.Reply.Text(seen.Reply.FindField(0, "reason"u8)));
    }

    [Fact]
    public async Task ToGrpc_ADeclaredExceptionForHttp_IsItsProblem()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: Failing(9, Details(Declared, Fields)));
        var problem = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.Equal((422, Declared), (problem.Status, problem.Json.GetProperty("type").GetString()));
        Assert.Equal(("no stock: 缺货", 7), (problem.Json.GetProperty("detail").GetString(), problem.Json.GetProperty("code").GetInt32()));
        Assert.Equal("sold out", problem.Json.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToGrpc_AnotherGatewaysErrorInfo_KeepsTheClass(string caller)
    {
        var info = ProtoBytes.Message((1, "RUNTIME_EXCEPTION"), (2, "bridgemesh"), (3, ProtoBytes.Message((1, "exception"), (2, Runtime))));
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: Failing(2, Details("google.rpc.ErrorInfo", info)));
        var seen = await gateway.CallAsync(caller, "grpc", "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal((ExchangeStatus.RuntimeException, Runtime, "no stock: 缺货"), (seen.Status, seen.ExceptionType?.Text, seen.Message));
    }

    [Theory]
    [InlineData("REQUEST_TOO_LARGE", 413)]
    [InlineData("EXHAUSTED", 429)]
    [InlineData("UNAVAILABLE", 503)]
    [InlineData("INTERNAL", 502)]
    [InlineData("CANCELLED", 500)]
    [InlineData("MADE_UP", 500)]
    public async Task ToGrpc_AnotherGatewaysErrorInfo_KeepsTheOutcome(string reason, int http)
    {
        var info = ProtoBytes.Message((1, reason), (2, "bridgemesh"));
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: Failing(2, Details("google.rpc.ErrorInfo", info)));
        Assert.Equal(http, (await gateway.PostAsync("grpc", "place", """{"id":"o1"}""")).Status);
    }

    [Theory]
    [InlineData(3, 400)]
    [InlineData(5, 500)]
    [InlineData(7, 403)]
    [InlineData(12, 404)]
    [InlineData(13, 502)]
    [InlineData(14, 502)]
    [InlineData(16, 401)]
    public async Task ToGrpc_AStatusWithoutDetails_IsTheTablesOutcome(int code, int http)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: Failing(code, null));
        var answer = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.Equal((http, "no stock: 缺货"), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("!!!")]
    [InlineData("AAAA")]
    [InlineData("CAISA2FiYxr/////Dw")]
    public async Task ToGrpc_DetailsThatDoNotRead_LeaveCodeAndMessage(string details)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "7";
            context.Response.Headers["grpc-message"] = "50%25 %zz";
            context.Response.Headers["grpc-status-details-bin"] = details;
            return Task.CompletedTask;
        });
        var answer = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.Equal((403, "50% %zz"), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    private static Dictionary<string, string> Pairs(byte[] info) => ProtoBytes.Fields(info)
        .Where(static f => f.Field == 3)
        .Select(static f => (byte[])f.Value)
        .ToDictionary(static e => ProtoBytes.Text(e, 1), static e => ProtoBytes.Text(e, 2));

    private static byte[] Details(string type, byte[] value) => ProtoBytes.Message(
        (1, 9), (2, "no stock: 缺货"), (3, ProtoBytes.Message((1, $"type.googleapis.com/{type}"), (2, value))));

    private static Microsoft.AspNetCore.Http.RequestDelegate Failing(int code, byte[]? details) =>
        GrpcCallee.Unary((_, _) => throw new GrpcFailure(code, "no stock: 缺货", details));

    private static HttpAnswer Problem(string type) => new(
        type == Declared ? 422 : 500,
        $$"""
        {"type":"{{type}}","status":500,"detail":"no stock: 缺货"{{(type == Declared ? ",\"code\":7,\"reason\":\"sold out\"" : "")}},
        "cause":[{"type":"java.lang.IllegalArgumentException","detail":"bad shelf"}]}
        """,
        "application/problem+json");

    private static void Throw(Exchange exchange, string type)
    {
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = "no stock: 缺货";
        var tape = exchange.Reply;
        tape.BeginObject(exchange.ExceptionType);
        if (type == Declared)
        {
            tape.Name(FieldName.Of("code"));
            tape.AddInt32(7);
            tape.Name(FieldName.Of("reason"));
            tape.AddString("sold out");
        }

        tape.Name(ThrowableValue.Message);
        tape.AddString("no stock: 缺货");
        tape.Name(ThrowableValue.Cause);
        tape.BeginObject(TypeName.Of("java.lang.IllegalArgumentException"));
        tape.Name(ThrowableValue.Message);
        tape.AddString("bad shelf");
        AddStack(tape);
        tape.End();
        AddStack(tape);
        tape.End();
    }

    private static void AddStack(ValueTape tape)
    {
        tape.Name(ThrowableValue.StackTrace);
        tape.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        tape.BeginObject(TypeName.Of("java.lang.StackTraceElement"));
        tape.Name(FieldName.Of("fileName"));
        tape.AddString("Shelf.java");
        tape.End();
        tape.End();
    }
}
