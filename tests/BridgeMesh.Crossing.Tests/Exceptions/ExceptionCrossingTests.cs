using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Exceptions;

/// <summary>What a caller can catch of what a callee throws, for every pair of protocols.</summary>
public sealed class ExceptionCrossingTests
{
    private const string Contract = """
        types:
          com.acme.OrderException:
            exception: checked
            fields: { code: int, reason: string, retry: Boolean }
          com.acme.StockException:
            extends: OrderException
            exception: checked
            fields: { left: long }
          com.acme.LimitException:
            exception: runtime
            fields: { limit: int }
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { id: string }, returns: string, throws: [OrderException] }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
        """;

    private const string Runtime = "java.lang.RuntimeException";

    private static readonly string[] Protocols = ["bolt", "dubbo", "http"];

    /// <summary>Class thrown; class that a Bolt and a Dubbo caller catch; status of an HTTP caller.</summary>
    private static readonly (string Thrown, string Bolt, string Dubbo, int Http)[] Rows =
    [
        ("com.acme.OrderException", "com.acme.OrderException", "com.acme.OrderException", 422),
        ("com.acme.StockException", "com.acme.StockException", "com.acme.OrderException", 422),
        ("com.acme.LimitException", "com.acme.LimitException", Runtime, 500),
        ("java.lang.IllegalStateException", "java.lang.IllegalStateException", "java.lang.IllegalStateException", 500),
        ("java.sql.SQLException", "java.sql.SQLException", Runtime, 500),
        ("com.acme.internal.SecretException", Runtime, Runtime, 500),
    ];

    public static TheoryData<string, string, string, string> ToJava()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var (thrown, bolt, dubbo, _) in Rows)
        {
            foreach (var callee in Protocols)
            {
                // On the forward lane the callee's bytes pass as they are.
                if (callee != "bolt")
                {
                    data.Add("bolt", callee, thrown, bolt);
                }

                if (callee != "dubbo")
                {
                    data.Add("dubbo", callee, thrown, dubbo);
                }
            }
        }

        return data;
    }

    public static TheoryData<string, string, int> ToHttp()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var (thrown, _, _, http) in Rows)
        {
            data.Add("bolt", thrown, http);
            data.Add("dubbo", thrown, http);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ToJava))]
    public async Task Exception_ToACallerInJava_IsOneThatItCanCatchWithCauses(string caller, string callee, string thrown, string caught)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, e => Throw(e, thrown), _ => Problem(thrown));
        var seen = await gateway.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"));

        var tape = seen.Reply;
        Assert.Equal(ExchangeStatus.RuntimeException, seen.Status); // The client has no contract that declares anything.
        Assert.Equal(caught, seen.ExceptionType?.Text);
        Assert.Equal(caught == thrown ? "no stock" : $"{thrown}: no stock", seen.Message);
        if (caught == "com.acme.OrderException" || thrown == "com.acme.StockException")
        {
            Assert.Equal(7, tape[tape.FindField(0, "code"u8)].AsInt32);
            Assert.Equal("sold out", tape.Text(tape.FindField(0, "reason"u8)));

            // Declared, and not thrown with it: a decoder that caches the class must find all of its fields in every exception.
            Assert.Equal(ValueKind.Null, tape[tape.FindField(0, "retry"u8)].Kind);
            Assert.Equal(caught == "com.acme.StockException", tape.FindField(0, "left"u8) >= 0);
        }
        else if (caught == Runtime)
        {
            Assert.True(tape.FindField(0, "code"u8) < 0, "a field of a class that the caller cannot know");
        }

        AssertDecodable(tape, 0);
        var cause = ThrowableValue.CauseOf(tape, 0);
        Assert.Equal("java.lang.IllegalArgumentException", tape[cause].Type?.Text);
        Assert.Equal("bad shelf", ThrowableValue.MessageOf(tape, cause));
        AssertDecodable(tape, cause);
        var root = ThrowableValue.CauseOf(tape, cause);
        Assert.Equal((Runtime, "com.acme.dao.DaoException: disk"), (tape[root].Type?.Text, ThrowableValue.MessageOf(tape, root)));
        Assert.Equal(-1, ThrowableValue.CauseOf(tape, root));
        AssertDecodable(tape, root);

        // A JVM's stack trace goes to a JVM.
        Assert.Equal(callee == "http" ? 0 : 1, tape[tape.FindField(0, ThrowableValue.StackTrace)].Count);
    }

    [Theory]
    [MemberData(nameof(ToHttp))]
    public async Task Exception_ToAnHttpCaller_IsAProblemWithCausesAndWithoutStack(string callee, string thrown, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, e => Throw(e, thrown));
        var answer = await gateway.PostAsync(callee, "place", """{"id":"o1"}""");

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        var problem = answer.Json;
        Assert.Equal(thrown, problem.GetProperty("type").GetString());
        Assert.Equal(thrown[(thrown.LastIndexOf('.') + 1)..], problem.GetProperty("title").GetString());
        Assert.Equal("no stock", problem.GetProperty("detail").GetString());
        var shown = problem.TryGetProperty("code", out var code) ? code.GetRawText() : "no code";
        Assert.Equal(thrown == "com.acme.LimitException" ? "no code" : "7", shown);
        var isKnown = thrown is "com.acme.OrderException" or "com.acme.StockException";
        Assert.Equal(isKnown, problem.TryGetProperty("reason", out _));
        Assert.Equal(
            ["java.lang.IllegalArgumentException: bad shelf", "com.acme.dao.DaoException: disk"],
            problem.GetProperty("cause").EnumerateArray().Select(c => $"{c.GetProperty("type")}: {c.GetProperty("detail")}"));
        Assert.DoesNotContain("stackTrace", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Shelf.java", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt", "dubbo", "com.acme.Free")]
    [InlineData("dubbo", "bolt", "com.acme.Free")]
    [InlineData("bolt", "http", Runtime)]
    [InlineData("dubbo", "http", Runtime)]
    public async Task Exception_WithoutAContract_KeepsItsClassWhereAJvmSentIt(string caller, string callee, string caught)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, static e => Throw(e, "com.acme.Free"), static _ => Problem("com.acme.Free"));
        var seen = await gateway.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"));

        Assert.Equal(caught, seen.ExceptionType?.Text);
        Assert.Equal(caught == Runtime ? "com.acme.Free: no stock" : "no stock", seen.Message);
        AssertDecodable(seen.Reply, 0);
        Assert.Equal("bad shelf", ThrowableValue.MessageOf(seen.Reply, ThrowableValue.CauseOf(seen.Reply, 0)));
    }

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task Causes_WithoutEnd_AreCutAtTheBound(string caller, string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static e => ThrowChain(e, 40));
        var tape = (await gateway.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"))).Reply;

        var causes = 0;
        for (var at = ThrowableValue.CauseOf(tape, 0); at >= 0; at = ThrowableValue.CauseOf(tape, at))
        {
            causes++;
        }

        Assert.Equal(ThrowableValue.MaxCauses, causes);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task Causes_InACircle_EndAtAnHttpCaller(string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, ThrowCircle);
        var answer = await gateway.PostAsync(callee, "place", """{"id":"o1"}""");
        Assert.Equal("[{\"type\":\"java.lang.IllegalArgumentException\"}]", answer.Json.GetProperty("cause").GetRawText());
    }

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task Causes_InACircle_StayOneBetweenJvms(string caller, string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, ThrowCircle);
        var tape = (await gateway.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"))).Reply;
        var cause = ThrowableValue.CauseOf(tape, 0);
        Assert.Equal("java.lang.IllegalArgumentException", tape[cause].Type?.Text);
        Assert.Equal(0, tape.Resolve(tape.FindField(cause, ThrowableValue.Cause)));
    }

    private static void ThrowCircle(Exchange exchange)
    {
        Begin(exchange, "java.lang.IllegalStateException");
        exchange.Reply.Name(ThrowableValue.Cause);
        exchange.Reply.BeginObject(TypeName.Of("java.lang.IllegalArgumentException"));
        exchange.Reply.Name(ThrowableValue.Cause);
        exchange.Reply.AddReference(0);
        AddStack(exchange.Reply);
        exchange.Reply.End();
        AddStack(exchange.Reply);
        exchange.Reply.End();
    }

    private static void Throw(Exchange exchange, string type)
    {
        Begin(exchange, type);
        var tape = exchange.Reply;
        if (type != "com.acme.LimitException")
        {
            tape.Name(FieldName.Of("code"));
            tape.AddInt32(7);
            tape.Name(FieldName.Of("reason"));
            tape.AddString("sold out"u8);
        }

        tape.Name(ThrowableValue.Message);
        tape.AddString("no stock"u8);
        tape.Name(ThrowableValue.Cause);
        tape.BeginObject(TypeName.Of("java.lang.IllegalArgumentException"));
        tape.Name(ThrowableValue.Message);
        tape.AddString("bad shelf"u8);
        tape.Name(ThrowableValue.Cause);
        var root = tape.BeginObject(TypeName.Of("com.acme.dao.DaoException"));
        tape.Name(ThrowableValue.Message);
        tape.AddString("disk"u8);
        tape.Name(ThrowableValue.Cause);
        tape.AddReference(root);
        AddStack(tape);
        tape.End();
        AddStack(tape);
        tape.End();
        AddStack(tape);
        tape.End();
    }

    private static void ThrowChain(Exchange exchange, int causes)
    {
        Begin(exchange, "java.lang.IllegalStateException");
        var tape = exchange.Reply;
        for (var i = 0; i < causes; i++)
        {
            AddStack(tape);
            tape.Name(ThrowableValue.Cause);
            tape.BeginObject(TypeName.Of("java.lang.IllegalStateException"));
        }

        for (var i = 0; i <= causes; i++)
        {
            tape.End();
        }
    }

    private static void Begin(Exchange exchange, string type)
    {
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = "no stock";
        exchange.Reply.BeginObject(exchange.ExceptionType);
    }

    private static void AddStack(ValueTape tape)
    {
        tape.Name(ThrowableValue.StackTrace);
        tape.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        tape.BeginObject(TypeName.Of("java.lang.StackTraceElement"));
        tape.Name(FieldName.Of("fileName"));
        tape.AddString("Shelf.java"u8);
        tape.End();
        tape.End();
        tape.Name(ThrowableValue.Suppressed);
        tape.BeginList(TypeName.Of("java.util.Collections$EmptyList"));
        tape.End();
    }

    private static HttpAnswer Problem(string type) => new(
        type is "com.acme.OrderException" or "com.acme.StockException" ? 422 : 500,
        $$"""
        {"type":"{{type}}","title":"t","status":500,"detail":"no stock"{{(type == "com.acme.LimitException" ? "" : ",\"code\":7,\"reason\":\"sold out\"")}},
        "cause":[{"type":"java.lang.IllegalArgumentException","detail":"bad shelf"},{"type":"com.acme.dao.DaoException","detail":"disk"}]}
        """,
        "application/problem+json");

    /// <summary>What java.lang.Throwable's own fields must be for Java to decode, throw and print it.</summary>
    private static void AssertDecodable(ValueTape tape, int index)
    {
        var stack = tape[tape.Resolve(tape.FindField(index, ThrowableValue.StackTrace))];
        Assert.Equal((ValueKind.Array, "[java.lang.StackTraceElement"), (stack.Kind, stack.Type?.Text));
        var suppressed = tape[tape.Resolve(tape.FindField(index, ThrowableValue.Suppressed))];
        Assert.Equal((ValueKind.List, 0, "java.util.Collections$EmptyList"), (suppressed.Kind, suppressed.Count, suppressed.Type?.Text));
        Assert.True(tape.FindField(index, ThrowableValue.Message) >= 0);
        var cause = tape.Resolve(tape.FindField(index, ThrowableValue.Cause));
        Assert.True(cause == index || ThrowableValue.CauseOf(tape, index) == cause, "a cause is the exception itself or another one");
    }
}
