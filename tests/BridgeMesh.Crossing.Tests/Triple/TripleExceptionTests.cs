using System.Buffers;
using System.Text.Json;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Grpc;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Triple;

/// <summary>What a Triple caller is told of another protocol's exception, and what a Triple callee's failure is to the others.</summary>
public sealed class TripleExceptionTests
{
    private const string Declared = "com.acme.OrderException";
    private const string Illegal = "java.lang.IllegalStateException";
    private const string Runtime = "java.lang.RuntimeException";

    /// <summary>A Throwable as Java writes it: no cause is a reference to itself.</summary>
    private static readonly byte[] Thrown = JavaBytes.Object(
        Declared,
        0,
        ("code", JavaBytes.Int(7)),
        ("reason", JavaBytes.Text("sold out")),
        ("detailMessage", JavaBytes.Text("no stock")),
        ("cause", [0x51, 0x90]),
        ("stackTrace", [0x70, .. JavaBytes.Text("[java.lang.StackTraceElement")]));

    [Theory]
    [InlineData("bolt", Declared, Declared, "no stock")]
    [InlineData("dubbo", Declared, Declared, "no stock")]
    [InlineData("bolt", Illegal, Illegal, "no stock")]
    [InlineData("dubbo", Illegal, Illegal, "no stock")]
    [InlineData("bolt", "com.acme.Secret", Runtime, "com.acme.Secret: no stock")]
    public async Task FromTriple_AJavaConsumer_CatchesTheClassThatItKnows(string callee, string thrown, string caught, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, e => TripleShop.Throw(e, thrown));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync(
            GatewayUnderTest.ServiceOf(callee).Interface, "place", TripleShop.RequestOf("place"), ("tri-consumer-appname", "shop"));
        Assert.Equal((0, "3"), (answer.Code, answer.Headers["tri-exception-code"]));
        Assert.Equal("java.lang.Exception", ProtoBytes.Text(answer.Single, 3));

        using var tape = new ValueTape();
        var data = new ReadOnlySequence<byte>(ProtoBytes.Bytes(answer.Single, 2));
        Assert.True(HessianPayloadCodec.Final.Read(data, null, ValuePolicy.Default, tape).IsOk);
        Assert.Equal((caught, message), (tape[0].Type?.Text, tape.Text(tape.FindField(0, ThrowableValue.Message))));
        Assert.True(tape.FindField(0, ThrowableValue.StackTrace) > 0);
        Assert.Equal(caught != Runtime, tape.FindField(0, "reason"u8) > 0);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task FromTriple_OwnForm_AnExceptionIsAnErrorBodyWithItsDetails(string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, static e => TripleShop.Throw(e, Declared));
        var answer = await TripleAnswer.PostAsync(
            gateway.PortOf("triple"), GatewayUnderTest.ServiceOf(callee).Interface, "place", GrpcShop.RequestOf("place"), "application/proto");
        var error = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal((500, 2, "no stock"), (answer.Status, error.GetProperty("status").GetInt32(), error.GetProperty("message").GetString()));
        var details = error.GetProperty("details").EnumerateArray().ToDictionary(
            static d => d.GetProperty("type").GetString()!, static d => d.GetProperty("value").GetString()!);
        Assert.Equal(ProtoBytes.Message((1, 7), (2, "sold out")), Convert.FromBase64String(Padded(details[Declared])));
        Assert.Contains("google.rpc.ErrorInfo", details.Keys);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToTriple_AJavaProvidersException_IsThatExceptionToJava(string caller)
    {
        foreach (var (code, type) in new[] { ("3", "java.lang.String"), (null, "java.lang.Exception") })
        {
            // 3.1 and 3.2 say it in the head, 3.3 by the type.
            await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: TripleCallee.Java((context, _) =>
            {
                if (code is not null)
                {
                    context.Response.Headers["tri-exception-code"] = code;
                }

                return JavaBytes.Reply(Thrown, type);
            }));
            var seen = await gateway.CallAsync(caller, "triple", "place", "java.lang.String", static e => e.Request.AddString("o1"));
            Assert.Equal((ExchangeStatus.RuntimeException, Declared), (seen.Status, seen.ExceptionType?.Text)); // The client declares nothing.
            Assert.Equal("no stock", seen.Message);
            Assert.Equal("sold out", seen.Reply.Text(seen.Reply.FindField(0, "reason"u8)));
            var problem = await gateway.PostAsync("triple", "place", """{"id":"o1"}""");
            Assert.Equal((422, Declared, 7), (problem.Status, problem.Json.GetProperty("type").GetString(), problem.Json.GetProperty("code").GetInt32()));
        }
    }

    [Theory]
    [InlineData("com.acme.OrderException: no stock", 422, Declared)]
    [InlineData("com.acme.Other$Inner: no stock", 500, "com.acme.Other$Inner")]
    [InlineData("no class at all: x", 500, null)]
    public async Task ToTriple_ADebugInfo_NamesTheClass(string firstLine, int http, string? type)
    {
        var debug = ProtoBytes.Message((1, firstLine), (1, "\tat com.acme.Shelf.take(Shelf.java:1)"));
        var status = ProtoBytes.Message((1, 2), (2, "no stock"), (3, ProtoBytes.Message((1, "type.googleapis.com/google.rpc.DebugInfo"), (2, debug))));
        await using var gateway = await GatewayUnderTest.StartAsync(
            TripleShop.Contract, triple: TripleCallee.Java((_, _) => throw new GrpcFailure(2, "no stock", status)));
        var problem = await gateway.PostAsync("triple", "place", """{"id":"o1"}""");
        Assert.Equal((http, "no stock"), (problem.Status, problem.Json.GetProperty("detail").GetString()));
        Assert.Equal(type ?? "urn:bridgemesh:runtime-exception", problem.Json.GetProperty("type").GetString());
        Assert.DoesNotContain("Shelf.java", problem.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, """{"status":12,"message":"no such"}""", 404, "no such")]
    [InlineData(403, """{"code":"permission_denied","message":"no entry"}""", 403, "no entry")]
    [InlineData(500, "oops", 500, "the callee answered HTTP 500")]
    public async Task ToTriple_AnErrorBody_IsItsOutcome(int http, string body, int expected, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            TripleShop.Contract, triple: TripleCallee.Own((_, _) => throw new TripleFailure(http, body)));
        var problem = await gateway.PostAsync("triple", "place", """{"id":"o1"}""");
        Assert.Equal((expected, message), (problem.Status, problem.Json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task ToTriple_AnAnswerOfAnotherKind_IsABrokenCallee()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            TripleShop.Contract, triple: TripleCallee.Own(static (_, _) => []) with { Serve = static c => c.Response.WriteAsync("hello") });
        Assert.Equal(502, (await gateway.PostAsync("triple", "place", """{"id":"o1"}""")).Status);
    }

    /// <summary>Java's failover calls again upon every status; an exception stops it.</summary>
    [Fact]
    public async Task FromTriple_ACallThatMayHaveRun_IsAnExceptionToAJavaConsumer()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            TripleShop.Contract, grpc: GrpcCallee.Unary(static (_, _) => throw new GrpcFailure(13, "50% + more")));
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var service = GatewayUnderTest.ServiceOf("grpc").Interface;
        var wrapped = await client.UnaryAsync(service, "place", TripleShop.RequestOf("place"), ("tri-consumer-appname", "shop"));
        Assert.Equal((0, "3"), (wrapped.Code, wrapped.Headers["tri-exception-code"]));

        // In protobuf there is no such form. Java decodes what stands in the details, so a percent sign must not stand there alone.
        var plain = await client.UnaryAsync(service, "place", GrpcShop.RequestOf("place"), ("tri-consumer-appname", "shop"));
        Assert.Equal((13, "50% + more"), (plain.Code, plain.Message));
        Assert.Contains("50%25 %2B more", ProtoBytes.Text(plain.Details, 2), StringComparison.Ordinal);
        Assert.DoesNotContain('+', plain.Headers["grpc-message"]);
    }

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
