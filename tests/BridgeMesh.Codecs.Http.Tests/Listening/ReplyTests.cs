using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class ReplyTests
{
    private const string Head = """{"type":"com.acme.Other$Fault","title":"Fault","status":500,"detail":"boom","code":4711""";

    [Fact]
    public async Task Result_Struct_IsJsonInContractTypes()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => AddOrder(exchange.Reply, "中🌍"));

        var answer = await listener.SendAsync("GET", "/shop/orders/7");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal("""{"id":"中🌍","count":3,"total":"12.50"}""", answer.Text);
        Assert.Equal("translate", answer.Headers["x-bridge-lane"]);
    }

    [Theory]
    [InlineData("problem", null, "application/problem+json")]
    [InlineData("boot", null, "application/json")]
    [InlineData("boot", "application/json, application/problem+json", "application/problem+json")]
    public async Task Exception_WithACodeInTheContract_HasItInEitherForm(string errors, string? accept, string contentType)
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static exchange =>
            {
                exchange.SetFault(ExchangeStatus.BusinessException, "was sold", mayHaveExecuted: true);
                exchange.ExceptionType = TypeName.Of("com.acme.GoneException");
                exchange.Reply.BeginObject(exchange.ExceptionType);
                exchange.Reply.Name(FieldName.Of("since"));
                exchange.Reply.AddInt32(7);
                exchange.Reply.Name(FieldName.Of("path"));
                exchange.Reply.AddString("own"u8);
                exchange.Reply.Name(FieldName.Of("stackTrace"));
                exchange.Reply.AddString("at secret"u8);
                exchange.Reply.End();
            },
            settings: ("errors", errors));

        var answer = await listener.SendAsync("GET", "/shop/orders/7?x=1", headers: accept is null ? [] : [("Accept", accept)]);

        Assert.Equal(410, answer.Status);
        Assert.StartsWith(contentType, answer.ContentType, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        if (contentType == "application/json")
        {
            Assert.EndsWith(
                """
                "status":410,"error":"Gone","exception":"com.acme.GoneException","message":"was sold","path":"/shop/orders/7","since":7,"fields":{"path":"own"}}
                """.TrimEnd(),
                answer.Text,
                StringComparison.Ordinal);
            Assert.True(DateTimeOffset.TryParse(answer.Json.GetProperty("timestamp").GetString(), out _));
        }
        else
        {
            Assert.Equal(410, answer.Json.GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task Refusal_WithBootErrors_IsBootsBody()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, settings: ("errors", "boot"));

        var answer = await listener.SendAsync("GET", "/nowhere");

        Assert.Equal((404, "application/json; charset=utf-8"), (answer.Status, answer.ContentType));
        Assert.Contains("\"status\":404,\"error\":\"Not Found\",\"type\":\"urn:bridgemesh:unimplemented\"", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("\"path\":\"/nowhere\"}", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, 404)]
    [InlineData(500, 500)]
    [InlineData(503, 500)]
    public async Task Exception_OfAnHttpCallee_KeepsItsCode(int callee, int expected)
    {
        await using var listener = await ListenerUnderTest.StartAsync(exchange =>
        {
            exchange.SetFault(ExchangeStatus.RuntimeException, "no", mayHaveExecuted: true);
            exchange.Instance = new ServiceInstance { Service = exchange.Service, Protocol = "http", Host = "h", Port = 1 };
            exchange.ReplyHeader = new BridgeMesh.Wire.FrameHeader { Status = callee };
        });

        Assert.Equal(expected, (await listener.SendAsync("GET", "/shop/orders/7")).Status);
    }

    [Fact]
    public async Task Result_Void_Is204()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync("PUT", "/shop/orders/7/touch");

        Assert.Equal((204, 0), (answer.Status, answer.Body.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Result_Null_Is200WithNull(bool asToken)
    {
        await using var listener = await ListenerUnderTest.StartAsync(exchange => _ = asToken ? exchange.Reply.AddNull() : 0);

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a");

        Assert.Equal((200, "null"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData(true, 204, "")]
    [InlineData(false, 200, "[1]")]
    public async Task Result_WithoutContract_DescribesItself(bool isVoid, int status, string body)
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            exchange =>
            {
                if (!isVoid)
                {
                    exchange.Reply.BeginList();
                    exchange.Reply.AddInt32(1);
                    exchange.Reply.End();
                }
            },
            contracts: []);

        var answer = await listener.SendAsync("POST", "/a.B/call", "[]");

        Assert.Equal((status, body), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Result_Head_HasNoBody()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddString("abc"u8));

        var answer = await listener.SendAsync("HEAD", "/shop/greetings?name=a");

        Assert.Equal((200, 0, "5"), (answer.Status, answer.Body.Length, answer.Headers["Content-Length"]));
    }

    [Fact]
    public async Task Result_OfOneMebibyte_ArrivesWhole()
    {
        var text = string.Concat(Enumerable.Repeat("abc中文é😀", 1 << 17));
        await using var listener = await ListenerUnderTest.StartAsync(exchange => exchange.Reply.AddString(exchange.Request.Utf8(0)));

        var answer = await listener.SendAsync("POST", "/shop/blobs", System.Text.Json.JsonSerializer.Serialize(text));

        Assert.Equal(text, answer.Json.GetString());
    }

    [Fact]
    public async Task Result_ThatJsonCannotSay_Is502AndSaysWhere()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange =>
        {
            exchange.Reply.BeginObject(TypeName.Of("com.acme.Order"));
            exchange.Reply.Name(FieldName.Of("id"));
            exchange.Reply.AddReference(0);
            exchange.Reply.End();
        });

        var answer = await listener.SendAsync("GET", "/shop/orders/7");

        Assert.Equal(502, answer.Status);
        Assert.Contains("result", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True(answer.Json.GetProperty("mayHaveExecuted").GetBoolean());
    }

    [Theory]
    [InlineData(ExchangeStatus.BusinessException, 422, "business-exception")]
    [InlineData(ExchangeStatus.RuntimeException, 500, "runtime-exception")]
    [InlineData(ExchangeStatus.InvalidArgument, 400, "invalid-argument")]
    [InlineData(ExchangeStatus.Unauthenticated, 401, "unauthenticated")]
    [InlineData(ExchangeStatus.PermissionDenied, 403, "permission-denied")]
    [InlineData(ExchangeStatus.Unimplemented, 404, "unimplemented")]
    [InlineData(ExchangeStatus.RequestTooLarge, 413, "request-too-large")]
    [InlineData(ExchangeStatus.ReplyTooLarge, 413, "reply-too-large")]
    [InlineData(ExchangeStatus.Exhausted, 429, "exhausted")]
    [InlineData(ExchangeStatus.Unavailable, 503, "unavailable")]
    [InlineData(ExchangeStatus.BadGateway, 502, "bad-gateway")]
    [InlineData(ExchangeStatus.DeadlineExceeded, 504, "deadline-exceeded")]
    [InlineData(ExchangeStatus.Internal, 500, "internal")]
    public async Task Fault_EachStatus_IsAProblemDocument(ExchangeStatus status, int http, string type)
    {
        await using var listener = await ListenerUnderTest.StartAsync(exchange => exchange.SetFault(status, "库存不足"));

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a");

        Assert.Equal(http, answer.Status);
        Assert.Equal("application/problem+json; charset=utf-8", answer.ContentType);
        Assert.Equal($"urn:bridgemesh:{type}", answer.Json.GetProperty("type").GetString());
        Assert.Equal(http, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal("库存不足", answer.Json.GetProperty("detail").GetString());
        Assert.False(answer.Json.TryGetProperty("mayHaveExecuted", out _));
    }

    [Fact]
    public async Task Exception_Declared_KeepsClassMessageAndPublicFields()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange =>
        {
            exchange.SetFault(ExchangeStatus.BusinessException, "order refused");
            exchange.ExceptionType = TypeName.Of("com.acme.OrderException");
            AddException(exchange.Reply, "com.acme.OrderException");
        });

        var answer = await listener.SendAsync("GET", "/shop/orders/7");

        Assert.Equal(422, answer.Status);
        Assert.Equal(
            """{"type":"com.acme.OrderException","title":"OrderException","status":422,"detail":"order refused","code":4711,"""
            + "\"fields\":{\"status\":\"SHUT\"}}",
            answer.Text);
    }

    [Theory]
    [InlineData(true, Head + "}")]
    [InlineData(false, Head + ""","secret":"s","fields":{"status":"SHUT"}}""")]
    public async Task Exception_Undeclared_ShowsOnlyItsCodeWhereAContractHidesTheRest(bool hasContract, string expected)
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static exchange =>
            {
                exchange.SetFault(ExchangeStatus.RuntimeException, "boom");
                exchange.ExceptionType = TypeName.Of("com.acme.Other$Fault");
                AddException(exchange.Reply, "com.acme.Other$Fault");
            },
            contracts: hasContract ? [OrderContract.Service] : []);

        var answer = await listener.SendAsync("POST", "/com.acme.OrderService/greet", "[\"a\"]");

        Assert.Equal(expected, answer.Text);
    }

    [Fact]
    public async Task Metadata_OfTheReply_BecomesHeadersThatCannotBreakOut()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange =>
        {
            exchange.Instance = new ServiceInstance { Service = exchange.Service, Protocol = "dubbo", Host = "127.0.0.1", Port = 1 };
            foreach (var (name, value) in new[]
            {
                ("x-served-by", "dubbo-1"), ("x-name", "中文 🌍"), ("x-two", "1"), ("x-two", "2"),
                ("x-evil", "a\r\nx-injected: 1"), ("x-evil\r\nx-injected", "1"),
                ("x-lone", "a\uD800"), ("Content-Length", "9999"), ("Transfer-Encoding", "chunked"), ("Connection", "close"),
                ("Set-Cookie", "a=b"),
                ("bad name", "1"), ("x-bridge-lane", "forged"),
            })
            {
                exchange.ReplyMetadata.TryAdd(name, value);
            }

            exchange.Reply.AddNull();
        });

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a");

        Assert.Equal((200, "null"), (answer.Status, answer.Text));
        Assert.Equal("dubbo-1", answer.Headers["x-served-by"]);
        Assert.Equal("中文 🌍", answer.Headers["x-name"]);
        Assert.Equal("1, 2", answer.Headers["x-two"]);
        Assert.Equal("translate", answer.Headers["x-bridge-lane"]);
        Assert.DoesNotContain(
            answer.Headers.Keys,
            k => k is "x-injected" or "x-evil" or "x-lone" or "Set-Cookie" or "Transfer-Encoding" or "Connection");
    }

    private static void AddOrder(ValueTape tape, string id)
    {
        tape.BeginObject(TypeName.Of("com.acme.Order"));
        tape.Name(FieldName.Of("id"));
        tape.AddString(id);
        tape.Name(FieldName.Of("count"));
        tape.AddInt32(3);
        tape.Name(FieldName.Of("total"));
        tape.AddText(ValueKind.Decimal, "12.50");
        tape.End();
    }

    private static void AddException(ValueTape tape, string type)
    {
        tape.BeginObject(TypeName.Of(type));
        tape.Name(FieldName.Of("detailMessage"));
        tape.AddString("order refused"u8);
        tape.Name(FieldName.Of("cause"));
        tape.AddReference(0);
        tape.Name(FieldName.Of("stackTrace"));
        tape.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        tape.End();
        tape.Name(FieldName.Of("code"));
        tape.AddInt32(4711);
        tape.Name(FieldName.Of("status"));
        tape.AddString("SHUT"u8);
        tape.Name(FieldName.Of("secret"));
        tape.AddString("s"u8);
        tape.End();
    }
}
