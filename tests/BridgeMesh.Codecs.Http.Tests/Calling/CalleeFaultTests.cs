using System.Text;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;

namespace BridgeMesh.Codecs.Http.Tests.Calling;

public sealed class CalleeFaultTests
{
    private const string Boot = "{\"timestamp\":\"2024-01-01T00:00:00.000+00:00\",\"path\":\"/x\"";

    [Theory]
    [InlineData(Boot + ""","status":422,"exception":"com.acme.OrderException","message":"refused 库存","code":4711,"reason":"r"}""")]
    [InlineData("""{"type":"com.acme.OrderException","title":"t","status":422,"detail":"refused 库存","code":4711,"reason":"r"}""")]
    [InlineData("""{"type":"urn:exception:com.acme.OrderException","detail":"refused 库存","code":4711,"reason":"r","status":422}""")]
    [InlineData("""{"type":"OrderException","detail":"refused 库存","fields":{"code":4711,"reason":"r"}}""")]
    public async Task Error_NamingADeclaredException_BecomesIt(string body)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("422 Unprocessable Entity", "application/json", body));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((ExchangeStatus.BusinessException, "refused 库存", true), (exchange.Status, exchange.Message, exchange.MayHaveExecuted));
        Assert.Equal("com.acme.OrderException", exchange.ExceptionType?.Text);
        Assert.Equal("(com.acme.OrderException){code: 4711, reason: \"r\"}", TapeText.Of(exchange.Reply));
    }

    [Fact]
    public async Task Error_WithFieldThatTheDocumentHides_FindsItBelowFields()
    {
        const string Body = """{"type":"com.acme.OrderException","status":422,"detail":"d","code":1,"fields":{"status":"SHUT"}}""";
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("422 X", "application/problem+json", Body));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal("(com.acme.OrderException){code: 1, status: \"SHUT\"}", TapeText.Of(exchange.Reply));
    }

    [Fact]
    public async Task Error_WithFieldOfAnotherType_IsBadGateway()
    {
        await using var channel = ChannelUnderTest.Answering(
            HttpMessages.Reply("422 X", "application/json", """{"type":"com.acme.OrderException","code":"many"}"""));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((ExchangeStatus.BadGateway, true), (exchange.Status, exchange.MayHaveExecuted));
        Assert.Contains("result.code", exchange.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500 X", Boot + ""","exception":"a.B","message":"down","trace":"at"}""", ExchangeStatus.RuntimeException, "a.B", "down")]
    [InlineData("500 X", Boot + ""","error":"Internal Server Error"}""", ExchangeStatus.RuntimeException, null, "Internal Server Error")]
    [InlineData("404 X", Boot + ""","error":"Not Found"}""", ExchangeStatus.RuntimeException, null, "Not Found")]
    [InlineData("404 X", "", ExchangeStatus.RuntimeException, null, "the callee answered HTTP 404")]
    [InlineData("404 X", Boot + ""","error":"Not Found","message":"No message available"}""", ExchangeStatus.Unimplemented, null, "No message available")]
    [InlineData("404 X", """{"title":"Not Found","status":404,"detail":"No static resource x."}""", ExchangeStatus.Unimplemented, null, "No static resource x.")]
    [InlineData("410 X", Boot + ""","error":"Gone","since":7}""", ExchangeStatus.BusinessException, "com.acme.GoneException", "Gone")]
    [InlineData("500 X", Boot + ""","error":"E","trace":"a.b.C: m\n\tat x"}""", ExchangeStatus.RuntimeException, "a.b.C", "E")]
    [InlineData("500 X", Boot + ""","error":"E","trace":"no class"}""", ExchangeStatus.RuntimeException, null, "E")]
    [InlineData("404 X", """{"code":1001,"message":"no such order"}""", ExchangeStatus.RuntimeException, null, "no such order (code 1001)")]
    [InlineData("409 X", """{"code":"E7","msg":"conflict"}""", ExchangeStatus.RuntimeException, null, "conflict (code E7)")]
    [InlineData("404 X", """{"exception":"a.Missing","message":"m"}""", ExchangeStatus.RuntimeException, "a.Missing", "m")]
    [InlineData("400 X", """{"status":400,"exception":"org.spring.Bad","message":"m"}""", ExchangeStatus.InvalidArgument, null, "m")]
    [InlineData("401 X", """{"code":1,"message":"who are you"}""", ExchangeStatus.Unauthenticated, null, "who are you (code 1)")]
    [InlineData("403 X", "", ExchangeStatus.PermissionDenied, null, "the callee answered HTTP 403")]
    [InlineData("413 X", "", ExchangeStatus.RequestTooLarge, null, "the callee answered HTTP 413")]
    [InlineData("429 X", """{"title":"slow down"}""", ExchangeStatus.Exhausted, null, "slow down")]
    [InlineData("503 X", """{"type":"about:blank","detail":"starting"}""", ExchangeStatus.Unavailable, null, "starting")]
    [InlineData("500 X", """{"type":"https://acme.example/probs/x","title":"t"}""", ExchangeStatus.RuntimeException, null, "t")]
    [InlineData("500 X", """not json""", ExchangeStatus.RuntimeException, null, "the callee answered HTTP 500")]
    [InlineData("500 X", """[1,2]""", ExchangeStatus.RuntimeException, null, "the callee answered HTTP 500")]
    [InlineData("500 X", "\"sad\"", ExchangeStatus.RuntimeException, null, "sad")]
    [InlineData("500 X", """{"message":"\ud800"}""", ExchangeStatus.RuntimeException, null, "\\ud800")]
    [InlineData("302 Found", "", ExchangeStatus.BadGateway, null, "the callee answered HTTP 302")]
    [InlineData("499 X", "", ExchangeStatus.RuntimeException, null, "the callee answered HTTP 499")]
    public async Task Error_InEachForm_HasANeutralStatus(string status, string body, ExchangeStatus expected, string? type, string message)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply(status, "application/json", body));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((expected, type, message), (exchange.Status, exchange.ExceptionType?.Text, exchange.Message));
    }

    [Theory]
    [InlineData("latest", "application/json", Boot + ""","error":"Not Found"}""", ExchangeStatus.Unimplemented)]
    [InlineData("latest", "application/json", """{"code":7,"message":"none yet"}""", ExchangeStatus.RuntimeException)]
    [InlineData("bare", "application/json", Boot + ""","error":"Not Found"}""", ExchangeStatus.Unimplemented)]
    [InlineData("get", "text/html", "<h1>404</h1>", ExchangeStatus.Unimplemented)]
    [InlineData("get", "text/plain", "no such order", ExchangeStatus.RuntimeException)]
    public async Task NotFound_OfAMethodOrOfAThing_IsToldApartAsFarAsItCanBe(
        string method, string contentType, string body, ExchangeStatus expected)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("404 X", contentType, body));

        var exchange = await channel.CallAsync(method, tape => _ = method switch
        {
            "get" => tape.AddString("7"u8),
            "bare" => tape.AddInt32(1),
            _ => 0,
        });

        Assert.Equal(expected, exchange.Status);
    }

    [Fact]
    public async Task Error_OfTheCodeThatTheContractGivesAnException_IsItWithItsFields()
    {
        await using var channel = ChannelUnderTest.Answering(
            HttpMessages.Reply("410 Gone", "application/json", Boot + ""","status":410,"error":"Gone","message":"was sold","since":7}"""));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((ExchangeStatus.BusinessException, "was sold", 410), (exchange.Status, exchange.Message, exchange.ReplyHeader.Status));
        Assert.StartsWith("(com.acme.GoneException){since: 7", TapeText.Of(exchange.Reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "out of order", "out of order")]
    [InlineData("text/html", "<h1>out of order</h1>", "the callee answered HTTP 500")]
    [InlineData(null, "out of order", "the callee answered HTTP 500")]
    public async Task Error_InPlainText_IsTheMessage(string? contentType, string body, string message)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("500 X", contentType, body));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((ExchangeStatus.RuntimeException, message), (exchange.Status, exchange.Message));
    }

    [Theory]
    [InlineData("unavailable", 503, false, ExchangeStatus.Unavailable)]
    [InlineData("deadline-exceeded", 504, true, ExchangeStatus.DeadlineExceeded)]
    [InlineData("reply-too-large", 413, true, ExchangeStatus.ReplyTooLarge)]
    [InlineData("internal", 500, true, ExchangeStatus.BadGateway)]
    [InlineData("cancelled", 499, true, ExchangeStatus.Unavailable)]
    [InlineData("runtime-exception", 500, true, ExchangeStatus.RuntimeException)]
    public async Task Error_OfAnotherGateway_KeepsItsStatus(string type, int http, bool mayHaveExecuted, ExchangeStatus expected)
    {
        var flag = mayHaveExecuted ? ",\"mayHaveExecuted\":true" : string.Empty;
        var body = $$"""{"type":"urn:bridgemesh:{{type}}","title":"t","status":{{http}},"detail":"d"{{flag}}}""";
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply($"{http} X", "application/problem+json", body));

        var exchange = await channel.CallAsync("get", tape => tape.AddString("7"u8));

        Assert.Equal((expected, "d", mayHaveExecuted), (exchange.Status, exchange.Message, exchange.MayHaveExecuted));
    }

    [Fact]
    public async Task Error_DeclaredByAnotherGatewayWithoutContract_IsABusinessException()
    {
        await using var channel = ChannelUnderTest.Answering(
            HttpMessages.Reply("422 X", "application/problem+json", """{"type":"com.acme.Unknown","detail":"d","level":3}"""));

        var exchange = await channel.CallAsync("call", static _ => { }, hasContract: false);

        Assert.Equal((ExchangeStatus.BusinessException, "com.acme.Unknown"), (exchange.Status, exchange.ExceptionType?.Text));
        Assert.Equal("(com.acme.Unknown){level: 3}", TapeText.Of(exchange.Reply));
    }

    [Fact]
    public async Task Connection_Refused_IsUnavailableAndHasNotExecuted()
    {
        await using var channel = ChannelUnderTest.ToNothing();

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal((ExchangeStatus.Unavailable, false), (exchange.Status, exchange.MayHaveExecuted));
        Assert.DoesNotContain("127.0.0.1", exchange.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage garbage garbage\r\n\r\n", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 abc\r\n\r\n", ExchangeStatus.BadGateway)]
    [InlineData("", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n\"abc", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\"ab", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", ExchangeStatus.BadGateway)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", ExchangeStatus.BadGateway)]
    public async Task Callee_BreakingTheProtocol_IsBadGatewayAndMayHaveExecuted(string bytes, ExchangeStatus expected)
    {
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes), stop);
            stream.Close();
        });

        var exchange = await channel.CallAsync("place", tape => tape.AddNull());

        Assert.Equal((expected, true), (exchange.Status, exchange.MayHaveExecuted));
        Assert.Equal(0, exchange.Reply.Count);
    }

    [Theory]
    [InlineData("place")]
    [InlineData("touch")]
    public async Task Callee_ClosingAReusedConnection_IsNotCalledTwiceInSilence(string method)
    {
        var requests = 0;
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(HttpMessages.Reply("200 OK", "application/json", "null")), stop);
            }
            else
            {
                // Took the whole request, and may have done the work.
                stream.Close();
            }
        });
        await channel.CallAsync(method, tape => ReplyTests.AddArguments(tape, method));
        var second = ChannelUnderTest.NewExchange(method, tape => ReplyTests.AddArguments(tape, method));
        var sink = new OnceSink();

        channel.Channel.Send(second, sink);

        await sink.Completed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((ExchangeStatus.BadGateway, true, 2), (second.Status, second.MayHaveExecuted, requests));
    }

    [Theory]
    [InlineData("Content-Length: 1001\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task Reply_LongerThanTheLimit_IsReplyTooLarge(string head)
    {
        await using var channel = ChannelUnderTest.Scripted(
            async (_, stream, stop) =>
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head), stop);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 1_001)), stop);
            },
            ChannelUnderTest.SmallLimits);

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal((ExchangeStatus.ReplyTooLarge, true), (exchange.Status, exchange.MayHaveExecuted));
    }

    [Fact]
    public async Task Reply_WithHeadLongerThanTheLimit_IsReplyTooLarge()
    {
        await using var channel = ChannelUnderTest.Answering(
            $"HTTP/1.1 200 OK\r\nx-long: {new string('x', 5_000)}\r\nContent-Length: 0\r\n\r\n", ChannelUnderTest.SmallLimits);

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal((ExchangeStatus.ReplyTooLarge, true), (exchange.Status, exchange.MayHaveExecuted));
    }

    private sealed class OnceSink : IAttemptSink
    {
        internal TaskCompletionSource Completed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnAttemptCompleted(Exchange exchange) => Completed.TrySetResult();
    }
}
