using System.Text;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests.Calling;

public sealed class ReplyTests
{
    [Theory]
    [InlineData("greet", "application/json", "\"中🌍\"", "\"中\\uD83C\\uDF0D\"")]
    [InlineData("greet", "text/plain;charset=UTF-8", "Hello, \"中\"!", "\"Hello, \"中\"!\"")]
    [InlineData("greet", "text/plain", "", "\"\"")]
    [InlineData("greet", null, "", "null")]
    [InlineData("greet", null, "\"a\"", "\"a\"")]
    [InlineData("greet", "application/json", "null", "null")]
    [InlineData("bytes", "application/octet-stream", "abc", "0x616263")]
    [InlineData("bytes", "application/json", "\"YWJj\"", "0x616263")]
    [InlineData("add", "application/json", "9007199254740993", "9007199254740993L")]
    [InlineData("add", "text/plain", "9007199254740993", "9007199254740993L")]
    [InlineData("get", "application/json", """{"total":12.50,"count":3,"id":"o-1"}""", "ORDER")]
    [InlineData("tagged", "application/hal+json; charset=utf-8", """["a",null]""", "[\"a\", null]")]
    [InlineData("touch", "application/json", """{"anything":"goes"}""", "")]
    [InlineData("touch", "text/html", "<p>", "")]
    public async Task Result_InItsContentType_IsTyped(string method, string? contentType, string body, string expected)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("200 OK", contentType, body));

        var exchange = await channel.CallAsync(method, tape => AddArguments(tape, method));

        Assert.Equal((ExchangeStatus.Ok, null), (exchange.Status, exchange.Message));
        var text = TapeText.Of(exchange.Reply);
        if (expected == "ORDER")
        {
            Assert.Equal(["count: 3", "id: \"o-1\"", "total: Decimal \"12.50\""], Fields(text));
        }
        else
        {
            Assert.Equal(expected, text);
        }
    }

    [Theory]
    [InlineData("greet", "null")]
    [InlineData("touch", "")]
    public async Task Result_204_IsNullOrVoid(string method, string expected)
    {
        await using var channel = ChannelUnderTest.Answering("HTTP/1.1 204 No Content\r\n\r\n");

        var exchange = await channel.CallAsync(method, tape => AddArguments(tape, method));

        Assert.Equal((ExchangeStatus.Ok, expected), (exchange.Status, TapeText.Of(exchange.Reply)));
    }

    [Fact]
    public async Task Result_WithoutContract_DescribesItself()
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("200 OK", "application/json", """{"a":[1]}"""));

        var exchange = await channel.CallAsync("call", static _ => { }, hasContract: false);

        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        Assert.Contains("[1]", TapeText.Of(exchange.Reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", "application/json", """{"id":"o-1","count":"many"}""", "result.count")]
    [InlineData("get", "application/json", """{"id":""", "offset")]
    [InlineData("get", "text/html", "<html>", "Content-Type")]
    [InlineData("get", "application/json;charset=gbk", "{}", "Content-Type")]
    [InlineData("add", null, "", "cannot be null")]
    [InlineData("get", "application/json", "{} {}", "offset")]
    public async Task Result_ThatContradictsTheContract_IsBadGateway(string method, string? contentType, string body, string detail)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply("200 OK", contentType, body));

        var exchange = await channel.CallAsync(method, tape => AddArguments(tape, method));

        Assert.Equal((ExchangeStatus.BadGateway, true, 0), (exchange.Status, exchange.MayHaveExecuted, exchange.Reply.Count));
        Assert.Contains(detail, exchange.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_OfOneMebibyteInChunks_ArrivesWhole()
    {
        var text = string.Concat(Enumerable.Repeat("abc中文é😀", 1 << 17));
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            await HttpMessages.SendAsync(stream, Head, stop);
            foreach (var chunk in Encoding.UTF8.GetBytes($"\"{text}\"").Chunk(65_000))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), stop);
                await stream.WriteAsync(chunk, stop);
                await stream.WriteAsync("\r\n"u8.ToArray(), stop);
            }

            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), stop);
        });

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        Assert.Equal(text, exchange.Reply.Text(0));
    }

    [Theory]
    [InlineData("dubbo", null)]
    [InlineData("http", "sid=1")]
    public async Task Headers_BecomeMetadata_WithoutThoseOfTheHop(string caller, string? cookie)
    {
        await using var channel = ChannelUnderTest.Answering(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\nx-served-by: http-1\r\nX-Name: 中文\r\n"
            + "Connection: x-hop\r\nx-hop: 1\r\n"
            + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: x\r\nSet-Cookie: sid=1\r\nx-two: 1\r\nx-two: 2\r\n"
            + "x-bridge-lane: forward\r\n\r\nnull");
        var exchange = ChannelUnderTest.NewExchange("greet", static tape => tape.AddNull());
        exchange.Caller = new RecordingCaller(caller);

        await channel.CallAsync(exchange);

        string[] expected = ["x-name=中文", "x-served-by=http-1", "x-two=1", "x-two=2"];
        var received = exchange.ReplyMetadata.Entries.ToArray().Select(e => $"{e.Key}={e.Value}").Order(StringComparer.Ordinal);
        Assert.Equal(cookie is null ? expected : ["set-cookie=" + cookie, .. expected], received);
    }

    internal static void AddArguments(ValueTape tape, string method)
    {
        switch (method)
        {
            case "add":
                tape.AddInt32(1);
                tape.AddInt64(2);
                break;
            case "get" or "touch":
                tape.AddString("7"u8);
                break;
            default:
                tape.AddNull();
                break;
        }
    }

    private static string[] Fields(string order)
    {
        Assert.StartsWith("(com.acme.Order){", order, StringComparison.Ordinal);
        return [.. order[17..^1].Split(", ").Order(StringComparer.Ordinal)];
    }
}
