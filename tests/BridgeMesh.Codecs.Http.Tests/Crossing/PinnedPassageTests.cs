using System.Net.WebSockets;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>Requests to a listener that stands for one service, whose callee speaks HTTP: they pass whatever their path.</summary>
public sealed class PinnedPassageTests
{
    [Theory]
    [InlineData("GET", "/nobody/knows/this%2Fpath;v=1?x=%41&x=2", "")]
    [InlineData("GET", "/", "")]
    [InlineData("DELETE", "/shop/orders", "")] // The contract has the path, and not the verb: that is the callee's to say.
    [InlineData("OPTIONS", "/nobody", "")]
    [InlineData("PATCH", "/a//b", "not { JSON")]
    [InlineData("POST", "/order-service/create?version=3", "a=1&b")] // Canonical in form; without a contract it passes too.
    [InlineData("POST", "/OrderController/create", "<xml/>")]
    public async Task AnyPath_ReachesTheCalleeAsItCame(string verb, string target, string body)
    {
        string? received = null;
        await using var crossing = await CrossingUnderTest.StartAsync(
            async (stream, stop) =>
            {
                received = await HttpMessages.ReadRequestAsync(stream, stop);
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("418 Teapot", "text/x-odd", "answer"), stop);
            },
            settings: ("service", "order-service"));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        var length = body.Length == 0 ? string.Empty : $"Content-Type: text/x-any\r\nContent-Length: {body.Length}\r\n";
        await caller.SendAsync($"{verb} {target} HTTP/1.1\r\nHost: h\r\nx-tenant: blue\r\n{length}\r\n{body}");
        var answer = await caller.ReadUntilAsync("answer");

        Assert.StartsWith($"{verb} {target} HTTP/1.1\r\n", received, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{body}", received, StringComparison.Ordinal);
        Assert.Equal("blue", HttpMessages.HeaderOf(received!, "x-tenant"));
        Assert.StartsWith("HTTP/1.1 418 ", answer, StringComparison.Ordinal);
        Assert.Equal("forward", HttpMessages.HeaderOf(answer, "x-bridge-lane"));
        Assert.Equal((ExchangeStatus.Ok, false, 418), await crossing.NextOutcomeAsync());
    }

    [Fact]
    public async Task CanonicalPath_WithAContract_IsTranslatedToTheNativeOne()
    {
        string? received = null;
        await using var crossing = await CrossingUnderTest.StartAsync(
            async (stream, stop) =>
            {
                received = await HttpMessages.ReadRequestAsync(stream, stop);
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "text/plain", "hello"), stop);
            },
            settings: ("service", "com.acme.OrderService"));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync(
            "POST /com.acme.OrderService/greet HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n[\"A\"]");
        await caller.ReadUntilAsync("hello");

        Assert.StartsWith("GET /shop/greetings?name=A ", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_OnAnyPath_Opens()
    {
        await using var callee = await KestrelCallee.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(context.Request.Path), WebSocketMessageType.Text, true, default);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port, settings: ("service", "order-service"));
        using var socket = new ClientWebSocket();

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{crossing.Port}/live/prices"), default);
        var buffer = new byte[100];
        var first = await socket.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("/live/prices", System.Text.Encoding.UTF8.GetString(buffer, 0, first.Count));
        await socket.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(20));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
    }

    [Fact]
    public async Task LongBody_OnAnyPath_IsBoundByTheForwardLanesBoundAlone()
    {
        var length = 0L;
        await using var callee = await KestrelCallee.StartAsync(async context =>
        {
            var buffer = new byte[65_536];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0; length += read)
            {
            }

            await context.Response.WriteAsync("read");
        });
        await using var crossing = await CrossingUnderTest.StartAsync(
            callee.Port, limits: Wire.FrameLimits.Default with { MaxFrameBytes = 1_024 }, settings: ("service", "order-service"));
        using var client = new HttpClient();
        using var body = new ByteArrayContent(new byte[1 << 20]);

        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{crossing.Port}/upload"), body);

        Assert.Equal("read", await answer.Content.ReadAsStringAsync());
        Assert.Equal(1 << 20, length);
    }
}
