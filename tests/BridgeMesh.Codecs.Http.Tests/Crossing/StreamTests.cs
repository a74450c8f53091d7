using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>WebSockets and long bodies between real servers and clients.</summary>
[Collection(nameof(Alone))]
public sealed class StreamTests
{
    private const int ShortDeadlineMs = 1_000;
    private const long LongBody = 128L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WebSocket_OpenForLongerThanTheDeadline_EchoesAndCloses()
    {
        await using var callee = await KestrelCallee.StartAsync(EchoAsync);
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port, ShortDeadlineMs);
        using var socket = await ConnectAsync(crossing.Port, "chat");
        Assert.Equal("chat", socket.SubProtocol);

        var clock = Stopwatch.StartNew();
        var count = 0;
        while (clock.ElapsedMilliseconds < ShortDeadlineMs * 3 / 2)
        {
            var message = Encoding.UTF8.GetBytes($"中 {count++} {new string('x', count % 7_000)}");
            await socket.SendAsync(message, count % 2 == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, default);
            Assert.Equal(message, await ReceiveAsync(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default).WaitAsync(Patience);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), (socket.CloseStatus, socket.CloseStatusDescription));
        Assert.Equal(ExchangeStatus.Ok, (await crossing.NextOutcomeAsync()).Status);
    }

    [Fact]
    public async Task WebSocket_AbortedByTheCaller_EndsAtTheCallee()
    {
        var ended = new TaskCompletionSource();
        await using var callee = await KestrelCallee.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            try
            {
                await ReceiveAsync(socket);
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
            {
                ended.SetResult();
            }
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var socket = await ConnectAsync(crossing.Port);

        socket.Abort();

        await ended.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task WebSocket_AbortedByTheCallee_EndsAtTheCaller()
    {
        await using var callee = await KestrelCallee.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await ReceiveAsync(socket);
            context.Abort();
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var socket = await ConnectAsync(crossing.Port);

        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, default);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => ReceiveAsync(socket));
    }

    [Fact]
    public async Task Upgrade_ThatTheCalleeEnds_ClosesTheCallersConnection()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            await HttpMessages.SendAsync(stream, "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello", stop);
            var buffer = new byte[16];
            var read = await stream.ReadAsync(buffer, stop);
            await stream.WriteAsync(buffer.AsMemory(0, read), stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        var head = await caller.ReadUntilAsync("hello");
        await caller.SendAsync("world");
        var all = await caller.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal("echo", HttpMessages.HeaderOf(head, "Upgrade"));
        Assert.EndsWith("helloworld", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_ThatTheCalleeRefuses_IsItsAnswer()
    {
        await using var callee = await KestrelCallee.StartAsync(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("no");
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{crossing.Port}/shop/orders/7"), default).WaitAsync(Patience));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Body_Of128MebibytesEachWay_IsStreamedWithoutBeingKept()
    {
        await using var callee = await KestrelCallee.StartAsync(static async context =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[65_536];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }

            context.Response.Headers["x-hash"] = Convert.ToHexString(hash.GetHashAndReset());
            await using var source = new PatternStream(LongBody);
            await source.CopyToAsync(context.Response.Body);
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var client = new HttpClient();
        using var content = new StreamContent(new PatternStream(LongBody));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{crossing.Port}/shop/blobs") { Content = content };

        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[65_536];
        var total = 0L;
        var most = 0L;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            total += read;
            if ((total >> 23) != ((total - read) >> 23))
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(LongBody, total);
        Assert.Equal(Convert.ToHexString(hash.GetHashAndReset()), response.Headers.GetValues("x-hash").Single());

        // Other tests allocate meanwhile; one of the bodies in memory would be twice that.
        Assert.InRange(most, long.MinValue, LongBody / 2);
    }

    [Fact]
    public async Task Upload_LongerThanTheDeadline_IsNotCut()
    {
        await using var callee = await KestrelCallee.StartAsync(static async context =>
        {
            var length = 0;
            var buffer = new byte[4_096];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                length += read;
            }

            await context.Response.WriteAsync($"<{length}>");
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port, ShortDeadlineMs);
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        var count = await UntilAsync(ShortDeadlineMs * 3 / 2, () => caller.SendAsync("4\r\nwork\r\n"));
        await caller.SendAsync("0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Contains($"<{count * 4}>", await caller.ReadUntilAsync(">"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_LongerThanTheDeadline_IsNotCut()
    {
        await using var callee = await KestrelCallee.StartAsync(static async context =>
        {
            await UntilAsync(ShortDeadlineMs * 3 / 2, () => context.Response.WriteAsync("."));
            await context.Response.WriteAsync("end");
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port, ShortDeadlineMs);
        using var client = new HttpClient();

        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{crossing.Port}/shop/orders/7"));

        Assert.EndsWith(".end", text, StringComparison.Ordinal);
        Assert.Equal(ExchangeStatus.Ok, (await crossing.NextOutcomeAsync()).Status);
    }

    [Fact]
    public async Task Callee_SilentAfterTheWholeUpload_Is504()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(static async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nx-bridge-timeout-ms: 200\r\nContent-Length: 4\r\n\r\nbody");

        Assert.StartsWith("HTTP/1.1 504 ", await caller.ReadUntilAsync("}"), StringComparison.Ordinal);
        Assert.Equal((ExchangeStatus.DeadlineExceeded, true, 0), await crossing.NextOutcomeAsync());
    }

    [Fact]
    public async Task Stream_ThatStandsStill_EndsWithTheIdleTimeout()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(
            static async (stream, stop) =>
            {
                await HttpMessages.ReadRequestAsync(stream, stop);
                await HttpMessages.SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", stop);
                await Task.Delay(Timeout.Infinite, stop);
            },
            settings: ("streamIdleTimeoutMs", "1000"));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
        await caller.ReadUntilAsync("half");
        var all = await EndAsync(caller);

        Assert.DoesNotContain("0\r\n\r\n", all, StringComparison.Ordinal);
        Assert.Equal(ExchangeStatus.DeadlineExceeded, (await crossing.NextOutcomeAsync()).Status);
    }

    [Fact]
    public async Task Expect_IsAnsweredByTheCallee_BeforeTheBodyIsSent()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(static async (stream, stop) =>
        {
            var head = await HttpMessages.ReadRequestAsync(stream, stop, withoutBody: true);
            if (head.Contains("/shop/orders/refused", StringComparison.Ordinal))
            {
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("413 No", null, "no"), stop);
                return;
            }

            await HttpMessages.SendAsync(stream, "HTTP/1.1 100 Continue\r\n\r\n", stop);
            var body = new byte[4];
            await stream.ReadExactlyAsync(body, stop);
            await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", null, $"<{Encoding.UTF8.GetString(body)}>"), stop);
        });

        using (var caller = await RawConnection.OpenAsync(crossing.Port))
        {
            await caller.SendAsync("PUT /shop/orders/7 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 100 ", await caller.ReadHeadAsync(), StringComparison.Ordinal);
            await caller.SendAsync("body");
            Assert.EndsWith("<body>", await caller.ReadUntilAsync("<body>"), StringComparison.Ordinal);
        }

        using var refused = await RawConnection.OpenAsync(crossing.Port);
        await refused.SendAsync("PUT /shop/orders/refused HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await refused.ReadUntilAsync("no"), StringComparison.Ordinal);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            context.WebSockets.WebSocketRequestedProtocols is [var first, ..] ? first : null);
        var buffer = new byte[16_384];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(received.CloseStatus!.Value, received.CloseStatusDescription, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port, string? subProtocol = null)
    {
        var socket = new ClientWebSocket();
        if (subProtocol is not null)
        {
            socket.Options.AddSubProtocol(subProtocol);
        }

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/shop/orders/7"), default).WaitAsync(Patience);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[16_384];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), default).AsTask().WaitAsync(Patience);
            length += received.Count;
            if (received.EndOfMessage)
            {
                return buffer[..length];
            }
        }
    }

    /// <summary>Does something over and over, a little apart, until a time has passed; how often it did.</summary>
    private static async Task<int> UntilAsync(int ms, Func<Task> step)
    {
        var clock = Stopwatch.StartNew();
        var count = 0;
        for (; clock.ElapsedMilliseconds < ms; count++)
        {
            await step();
            await Task.Delay(10);
        }

        return count;
    }

    private static async Task<string> EndAsync(RawConnection caller)
    {
        try
        {
            return await caller.ReadToEndAsync();
        }
        catch (IOException)
        {
            // A reset says the same.
            return string.Empty;
        }
    }

    /// <summary>Bytes that no two places of a buffer's size share.</summary>
    private sealed class PatternStream(long length) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var take = (int)Math.Min(Math.Min(buffer.Length, 65_536 - (_at % 65_536)), length - _at);
            buffer[..take].Fill((byte)(_at / 65_536 % 251));
            _at += take;
            return take;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
