using System.Globalization;
using BridgeMesh.Codecs.Http.Tests.Crossing;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>Requests that no honest client sends, byte by byte.</summary>
public sealed class HardeningTests
{
    private const string Post = "POST /shop/blobs HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n";
    private const string Smuggled = "GET /shop/greetings?name=smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    [Theory]
    [InlineData("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde")]
    [InlineData("Content-Length: 5, 5\r\n\r\nabcde")]
    [InlineData("Content-Length: -5\r\n\r\nabcde")]
    [InlineData("Content-Length: 0x5\r\n\r\nabcde")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\nabcde")]
    [InlineData("Content-Length : 5\r\n\r\nabcde")]
    [InlineData(" Content-Length: 5\r\n\r\nabcde")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeX\r\n0\r\n\r\n")]
    [InlineData("X: a\r\n b\r\n\r\n")]
    [InlineData("X: a\rY: b\r\n\r\n")]
    [InlineData("X: a\0b\r\n\r\n")]
    [InlineData("Host: other\r\n\r\n")]
    public async Task Request_WhoseFramingIsInDoubt_Is400AndTheConnectionEnds(string rest)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(Post + rest + Smuggled);
        var all = await EndAsync(connection);

        Assert.StartsWith("HTTP/1.1 400 ", all, StringComparison.Ordinal);
        Assert.Single(all.Split("HTTP/1.1 "), static part => part.Length > 0);
        Assert.Empty(listener.Dispatcher.Dispatched);
    }

    [Theory]
    [InlineData("GET /shop/greetings HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /shop/greetings HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
    [InlineData("GET  /shop/greetings HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET /shop/gre\0etings HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", 400)]
    public async Task Head_ThatIsNone_IsRefused(string bytes, int status)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(bytes);

        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_OverABound_SaysWhichByItsCode()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        var many = string.Concat(Enumerable.Range(0, 257).Select(i => $"x-{i}: 1\r\n"));

        Assert.Equal("414", await StatusAsync(listener.Port, $"GET /shop/greetings?name={new string('a', 9_000)} HTTP/1.1\r\nHost: h\r\n\r\n"));
        Assert.Equal("431", await StatusAsync(listener.Port, $"GET /shop/greetings HTTP/1.1\r\nHost: h\r\n{many}\r\n"));
        Assert.Equal("431", await StatusAsync(listener.Port, $"GET /shop/greetings HTTP/1.1\r\nHost: h\r\nx: {new string('a', 70_000)}\r\n\r\n"));
    }

    [Theory]
    [InlineData("GET /shop/greetings HTTP/1.1\r\nHost:")]
    [InlineData("GET /sh")]
    public async Task Head_ThatNeverEnds_Is408(string bytes)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, settings: ("headTimeoutMs", "100"));
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(bytes);

        Assert.StartsWith("HTTP/1.1 408 ", await EndAsync(connection), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task Body_ThatNeverEnds_Is408(string rest)
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            ListenerUnderTest.MustNotBeCalled, settings: ("minRateGraceMs", "1100"));
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(Post + rest);

        Assert.StartsWith("HTTP/1.1 408 ", await EndAsync(connection), StringComparison.Ordinal);
        Assert.Equal(0, listener.Dispatcher.Outstanding);
    }

    [Fact]
    public async Task Caller_ThatDoesNotReadItsAnswer_IsCutOff()
    {
        var big = new byte[32 << 20];
        await using var callee = await KestrelCallee.StartAsync(context => context.Response.Body.WriteAsync(big).AsTask());
        await using var crossing = await CrossingUnderTest.StartAsync(
            callee.Port, settings: [("minRateGraceMs", "1100"), ("minBytesPerS", "1000000")]);
        using var connection = await RawConnection.OpenAsync(crossing.Port);

        await connection.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");

        // The gateway gives up by itself, with nothing read and nothing closed on this side.
        await crossing.NextOutcomeAsync();
        Assert.Equal(0, crossing.InFlight);
    }

    [Fact]
    public async Task Body_LongerThanItsLength_IsNoSecondRequest()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddNull());
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(Post + "Content-Length: 3\r\n\r\nabcdef\r\n\r\n");
        var all = await EndAsync(connection);

        Assert.StartsWith("HTTP/1.1 200 ", all, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 400 ", all, StringComparison.Ordinal);
        Assert.Equal("\"abc\"", listener.Arguments);
    }

    private static async Task<string> StatusAsync(int port, string request)
    {
        using var connection = await RawConnection.OpenAsync(port);
        await connection.SendAsync(request);
        return (await connection.ReadHeadAsync()).Split(' ')[1];
    }

    private static async Task<string> EndAsync(RawConnection connection)
    {
        try
        {
            return await connection.ReadToEndAsync();
        }
        catch (IOException)
        {
            // Closing with bytes unread resets the connection; what came before is kept.
            return connection.Received;
        }
    }
}
