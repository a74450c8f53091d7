using BridgeMesh.Codecs.Http.Tests.Calling;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class OneWayTests
{
    [Theory]
    [InlineData("/shop/notices/7", null, true)]
    [InlineData("/com.acme.OrderService/notify", null, true)]
    [InlineData("/com.acme.OrderService/bare", "handling=lenient, respond-async", true)]
    [InlineData("/com.acme.Unknown/call", "respond-async", true)]
    [InlineData("/com.acme.OrderService/bare", null, false)]
    [InlineData("/com.acme.OrderService/bare", "respond-asynchronously", false)]
    public async Task Request_ThatWaitsForNoAnswer_IsOneWayAnd202(string path, string? prefer, bool isOneWay)
    {
        var sent = false;
        await using var listener = await ListenerUnderTest.StartAsync(exchange => sent = exchange.OneWay);

        var body = path.EndsWith("/7", StringComparison.Ordinal) ? null : path.EndsWith("notify", StringComparison.Ordinal) ? "[\"7\"]" : "[1]";
        var answer = await listener.SendAsync(
            "POST", path, body, headers: prefer is null ? [] : [("Prefer", prefer)]);

        Assert.Equal((isOneWay, isOneWay ? 202 : 200), (sent, answer.Status));
        Assert.Equal(isOneWay && prefer is not null, answer.Headers.GetValueOrDefault("Preference-Applied") == "respond-async");
        Assert.DoesNotContain("refer", listener.Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneWay_ThatReachesNobody_IsAnError()
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static exchange => exchange.SetFault(ExchangeStatus.Unavailable, "no instance"));

        Assert.Equal(503, (await listener.SendAsync("POST", "/shop/notices/7")).Status);
    }

    [Theory]
    [InlineData("500 X", "boom")]
    [InlineData("404 X", "")]
    [InlineData("200 OK", "not {} json")]
    public async Task OneWay_ToAnHttpCallee_IsSentAndItsAnswerDiscarded(string status, string body)
    {
        await using var channel = ChannelUnderTest.Answering(HttpMessages.Reply(status, "application/json", body));
        var exchange = ChannelUnderTest.NewExchange("notify", static tape => tape.AddString("7"u8));
        exchange.OneWay = true;

        await channel.CallAsync(exchange);

        Assert.Equal((ExchangeStatus.Ok, 0), (exchange.Status, exchange.Reply.Count));
        Assert.StartsWith("POST /shop/notices/7 HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
    }
}
