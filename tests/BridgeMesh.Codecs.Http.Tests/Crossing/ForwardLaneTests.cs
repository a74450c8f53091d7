using System.Text;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

public sealed class ForwardLaneTests
{
    [Fact]
    public async Task Request_OnItsNativePath_ReachesTheCalleeAsItCame()
    {
        string? received = null;
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            received = await HttpMessages.ReadRequestAsync(stream, stop);
            const string Headers = "x-name: 中文\r\nConnection: x-hop\r\nx-hop: 1\r\n";
            await HttpMessages.SendAsync(stream, HttpMessages.Reply("201 Made", "text/x-odd", "é raw", Headers), stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync(
            "PUT /shop/orders/a%2Fb%20c?x=%41&x=2 HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/odd\r\nContent-Length: 7\r\n"
            + "x-tenant: blue\r\nAuthorization: Bearer t\r\nCookie: a=b\r\nConnection: x-mine\r\nx-mine: 1\r\nX-Forwarded-For: 10.0.0.1\r\n"
            + "x-bridge-timeout-ms: 9000\r\n\r\nnot {}!");
        var answer = await caller.ReadUntilAsync("raw");

        Assert.StartsWith("PUT /shop/orders/a%2Fb%20c?x=%41&x=2 HTTP/1.1\r\n", received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nnot {}!", received, StringComparison.Ordinal);
        Assert.Equal($"127.0.0.1:{crossing.Instance.Port}", HttpMessages.HeaderOf(received!, "Host"));
        Assert.Equal("blue", HttpMessages.HeaderOf(received!, "x-tenant"));
        Assert.Equal("Bearer t", HttpMessages.HeaderOf(received!, "Authorization"));
        Assert.Equal("a=b", HttpMessages.HeaderOf(received!, "Cookie"));
        Assert.Equal("9000", HttpMessages.HeaderOf(received!, "x-bridge-timeout-ms"));
        Assert.Equal("10.0.0.1, 127.0.0.1", HttpMessages.HeaderOf(received!, "X-Forwarded-For"));
        Assert.Equal("shop.example", HttpMessages.HeaderOf(received!, "X-Forwarded-Host"));
        Assert.Equal("http", HttpMessages.HeaderOf(received!, "X-Forwarded-Proto"));
        Assert.Null(HttpMessages.HeaderOf(received!, "x-mine"));

        Assert.StartsWith("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\né raw", answer, StringComparison.Ordinal);
        Assert.Equal("forward", HttpMessages.HeaderOf(answer, "x-bridge-lane"));
        Assert.Equal("text/x-odd", HttpMessages.HeaderOf(answer, "Content-Type"));
        Assert.Equal("中文", HttpMessages.HeaderOf(answer, "x-name"));
        Assert.Null(HttpMessages.HeaderOf(answer, "x-hop"));
        Assert.Equal((ExchangeStatus.Ok, false, 201), await crossing.NextOutcomeAsync());
    }

    [Fact]
    public async Task Request_WithPolicyNone_LosesItsCredentials()
    {
        string? received = null;
        await using var crossing = await CrossingUnderTest.StartAsync(
            async (stream, stop) =>
            {
                received = await HttpMessages.ReadRequestAsync(stream, stop);
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", null, "x"), stop);
            },
            settings: ("credentials", "none"));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nCookie: a=b\r\n\r\n");
        await caller.ReadUntilAsync("\r\n\r\nx");

        Assert.Null(HttpMessages.HeaderOf(received!, "Authorization"));
        Assert.Null(HttpMessages.HeaderOf(received!, "Cookie"));
    }

    [Fact]
    public async Task Body_IsStreamed_BothWaysBeforeEitherEnds()
    {
        var firstChunk = new TaskCompletionSource<string>();
        var finish = new TaskCompletionSource();
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            var buffer = new byte[4_096];
            var text = string.Empty;
            while (!text.Contains("first", StringComparison.Ordinal))
            {
                text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, stop));
            }

            firstChunk.SetResult(text);
            while (!text.Contains("0\r\n\r\n", StringComparison.Ordinal))
            {
                text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, stop));
            }

            await HttpMessages.SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", stop);
            await finish.Task.WaitAsync(stop);
            await HttpMessages.SendAsync(stream, "4\r\ndone\r\n0\r\n\r\n", stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        // More than HttpClient's own write buffer of 4 KiB, which it does not flush for less.
        const string Head = "POST /shop/blobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        await caller.SendAsync($"{Head}2005\r\nfirst{new string('x', 8_192)}\r\n");
        Assert.StartsWith("POST /shop/blobs ", await firstChunk.Task.WaitAsync(TimeSpan.FromSeconds(20)), StringComparison.Ordinal);
        await caller.SendAsync("4\r\nlast\r\n0\r\n\r\n");

        // The callee holds its body back: its head must come through by itself.
        Assert.Equal("forward", HttpMessages.HeaderOf(await caller.ReadHeadAsync(), "x-bridge-lane"));
        finish.SetResult();
        Assert.Contains("done", await caller.ReadUntilAsync("0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callee_NotListening_Is503()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(callee: null);
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
        var answer = await caller.ReadUntilAsync("}");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"urn:bridgemesh:unavailable\"", answer, StringComparison.Ordinal);
        Assert.Equal((ExchangeStatus.Unavailable, false, 0), await crossing.NextOutcomeAsync());
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public async Task Callee_AnsweringGarbage_Is502(string bytes)
    {
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            await HttpMessages.SendAsync(stream, bytes, stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
        var answer = await caller.ReadUntilAsync("}");

        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.Equal((ExchangeStatus.BadGateway, true, 0), await crossing.NextOutcomeAsync());
    }

    [Fact]
    public async Task Callee_ClosingInsideItsBody_BreaksTheCallersConnection()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            await HttpMessages.SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
        string answer;
        try
        {
            answer = await caller.ReadToEndAsync();
        }
        catch (IOException)
        {
            // A reset: as clear an end as there can be.
            answer = string.Empty;
        }

        Assert.DoesNotContain("0\r\n\r\n", answer, StringComparison.Ordinal);
        var outcome = await crossing.NextOutcomeAsync();
        Assert.Equal((ExchangeStatus.BadGateway, true), (outcome.Status, outcome.MayHaveExecuted));
    }

    [Fact]
    public async Task Callee_TooSlow_Is504()
    {
        await using var crossing = await CrossingUnderTest.StartAsync((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\nx-bridge-timeout-ms: 100\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 504 ", await caller.ReadUntilAsync("}"), StringComparison.Ordinal);
        Assert.Equal((ExchangeStatus.DeadlineExceeded, true, 0), await crossing.NextOutcomeAsync());
    }

    [Fact]
    public async Task Caller_ThatGoesAway_ClosesTheCalleesConnection()
    {
        var asked = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            asked.SetResult();
            Assert.Equal(0, await stream.ReadAsync(new byte[1], stop));
            closed.SetResult();
        });
        using (var caller = await RawConnection.OpenAsync(crossing.Port))
        {
            await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Body_LongerThanTheForwardedLimit_Is413()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(
            async (stream, stop) =>
            {
                while (await stream.ReadAsync(new byte[65_536], stop) > 0)
                {
                }
            },
            settings: ("maxForwardedMiB", "1"));
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("POST /shop/blobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var i = 0; i < 3; i++)
        {
            await caller.SendAsync($"80000\r\n{new string('x', 0x80000)}\r\n");
        }

        Assert.StartsWith("HTTP/1.1 413 ", await caller.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_AfterAForwardedCall_TakesTheNext()
    {
        var count = 0;
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            while ((await HttpMessages.ReadRequestAsync(stream, stop)).Length > 0)
            {
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "text/plain", $"<{++count}>"), stop);
            }
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        for (var i = 1; i <= 3; i++)
        {
            await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.EndsWith($"<{i}>", await caller.ReadUntilAsync($"<{i}>"), StringComparison.Ordinal);
        }
    }
}
