using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class ConnectionTests
{
    private const string Get = "GET /shop/greetings?name=a HTTP/1.1\r\nHost: h\r\n\r\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Caller_ThatGoesAway_CancelsItsCall(bool byReset)
    {
        await using var listener = await ListenerUnderTest.StartAsync(callee: null);
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync(Get);
        var exchange = await listener.Dispatcher.NextAsync(listener.Dispatcher.Dispatched);

        if (byReset)
        {
            connection.Reset();
        }
        else
        {
            connection.Dispose();
        }

        Assert.Same(exchange, await listener.Dispatcher.NextAsync(listener.Dispatcher.Cancelled));
        exchange.SetFault(ExchangeStatus.Cancelled, "the call was given up");
        exchange.Caller!.OnReply(exchange);
        await listener.Dispatcher.BalancedAsync();
    }

    [Fact]
    public async Task Caller_ThatGoesAwayInsideItsBody_LeavesNoExchange()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        using (var connection = await RawConnection.OpenAsync(listener.Port))
        {
            await connection.SendAsync(
                "POST /shop/blobs HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n\"abc");
        }

        await listener.Dispatcher.BalancedAsync();
        Assert.Empty(listener.Dispatcher.Dispatched);
    }

    [Fact]
    public async Task Connection_WithPipelinedRequests_AnswersThemInOrder()
    {
        var count = 0;
        await using var listener = await ListenerUnderTest.StartAsync(exchange => exchange.Reply.AddInt32(++count));
        using var connection = await RawConnection.OpenAsync(listener.Port);

        var last = Get.Replace("h\r\n", "h\r\nConnection: close\r\n", StringComparison.Ordinal);
        await connection.SendAsync(Get + Get + "GET /shop/nothing HTTP/1.1\r\nHost: h\r\n\r\n" + last);
        var received = await connection.ReadToEndAsync();

        Assert.Equal(4, received.Split("HTTP/1.1 ").Length - 1);
        Assert.True(received.IndexOf("\r\n\r\n1", StringComparison.Ordinal) < received.IndexOf("\r\n\r\n2", StringComparison.Ordinal));
        Assert.True(received.IndexOf("\r\n\r\n2", StringComparison.Ordinal) < received.IndexOf("404", StringComparison.Ordinal));
        Assert.EndsWith("\r\n\r\n3", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replies_FromOtherThreads_ReachTheirOwnCallers()
    {
        await using var listener = await ListenerUnderTest.StartAsync(callee: null);
        var calls = Enumerable.Range(0, 32).Select(i => listener.SendAsync("GET", $"/shop/orders/{i}")).ToArray();
        var exchanges = new List<Exchange>();
        while (exchanges.Count < calls.Length)
        {
            exchanges.Add(await listener.Dispatcher.NextAsync(listener.Dispatcher.Dispatched));
        }

        // In the opposite order of their arrival.
        exchanges.Reverse();
        foreach (var exchange in exchanges)
        {
            exchange.SetFault(ExchangeStatus.RuntimeException, exchange.Request.Text(0));
            await Task.Run(() => exchange.Caller!.OnReply(exchange));
        }

        for (var i = 0; i < calls.Length; i++)
        {
            Assert.Equal($"{i}", (await calls[i]).Json.GetProperty("detail").GetString());
        }
    }

    [Theory]
    [InlineData("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: h\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("GET /shop/greetings HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n")]
    [InlineData("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n")]
    [InlineData("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n")]
    public async Task Bytes_ThatAreNotHttp_GetAnErrorAndTheListenerGoesOn(string bytes)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddNull());
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync(bytes);

        Assert.Matches("^HTTP/1.1 (400|505) ", await connection.ReadHeadAsync());
        Assert.Equal(200, (await listener.SendAsync("GET", "/shop/greetings?name=a")).Status);
    }

    [Fact]
    public async Task Target_InAbsoluteForm_IsUnderstood()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddNull());
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync("GET http://shop.example/shop/orders/a%2Fb?x=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("\"a/b\"", listener.Arguments);
    }

    [Fact]
    public async Task Listener_Stopped_LetsTheCallInFlightFinish()
    {
        var listener = await ListenerUnderTest.StartAsync(callee: null);
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync(Get);
        var exchange = await listener.Dispatcher.NextAsync(listener.Dispatcher.Dispatched);

        var stopping = listener.DisposeAsync().AsTask();
        exchange.Reply.AddString("late"u8);
        exchange.Caller!.OnReply(exchange);

        Assert.EndsWith("\"late\"", await connection.ReadUntilAsync("\"late\""), StringComparison.Ordinal);
        await stopping;
    }
}
