using System.Globalization;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class RequestMetadataTests
{
    private const string ChunkedHead =
        "POST /shop/blobs HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly (string Name, string Value)[] Headers =
    [
        ("x-tenant", "blue-42"), ("X-Name", "中文 🌍"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("Connection", "x-hop"), ("x-hop", "h"), ("TE", "trailers"), ("Accept", "application/json"), ("Accept-Language", "de"),
        ("x-bridge-version", "9"),
        ("If-None-Match", "\"1\""), ("Authorization", "Bearer secret"), ("Cookie", "sid=1"),
    ];

    [Theory]
    [InlineData(null, "")]
    [InlineData("http", "")]
    [InlineData("none", "")]
    [InlineData("all", "; Authorization=Bearer secret; Cookie=sid=1")]
    public async Task Headers_BecomeMetadata_WithoutThoseOfTheHop(string? credentials, string more)
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static _ => { }, settings: credentials is null ? [] : [("credentials", credentials)]);

        await listener.SendAsync("GET", "/shop/greetings?name=a", headers: Headers);

        var expected = "x-tenant=blue-42; X-Name=中文 🌍; traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" + more;
        Assert.Equal(Sorted(expected), Sorted(listener.Metadata));
    }

    [Fact]
    public async Task Header_ThatRepeats_IsOnePairEach()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddNull());
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync("GET /shop/greetings HTTP/1.1\r\nHost: h\r\nx-two: 1\r\nx-two: 2, 3\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("x-two=1; x-two=2, 3", listener.Metadata);
    }

    [Theory]
    [InlineData("250", 200, 250)]
    [InlineData("99999999999", 200, int.MaxValue)]
    [InlineData("0", 400, 0)]
    [InlineData("-5", 400, 0)]
    [InlineData("1s", 400, 0)]
    public async Task Timeout_Header_IsTheCallersDeadline(string header, int status, int timeoutMs)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a", headers: ("x-bridge-timeout-ms", header));

        Assert.Equal((status, timeoutMs), (answer.Status, listener.TimeoutMs));
    }

    [Fact]
    public async Task Body_LongerThanTheLimit_Is413WithKnownLength()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, ListenerUnderTest.SmallLimits);

        Assert.Equal(200, (await listener.SendAsync("POST", "/shop/blobs", $"\"{new string('x', 998)}\"")).Status);
        var answer = await listener.SendAsync("POST", "/shop/blobs", $"\"{new string('x', 999)}\"");

        Assert.Equal(413, answer.Status);
        Assert.Equal("urn:bridgemesh:request-too-large", answer.Json.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Body_LongerThanTheLimit_IsLetPassAndTheConnectionGoesOn()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, ListenerUnderTest.SmallLimits);
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync("POST /shop/blobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);

        await connection.SendAsync(new string('x', 7_000) + "GET /shop/greetings?name=a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("HTTP/1.1 200 ", await connection.ReadUntilAsync("HTTP/1.1 200 "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_LongerThanTheLimit_Is413InChunks()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, ListenerUnderTest.SmallLimits);
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync(ChunkedHead);
        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync("190\r\n" + new string('x', 0x190) + "\r\n");
        }

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_OfManyMebibytes_ReachesTheTape()
    {
        // Longer than Kestrel's own request buffer, so that the reader and the connection must take turns.
        var text = new string('x', 6 << 20);
        await using var listener = await ListenerUnderTest.StartAsync(static e => e.Reply.AddString(e.Request.Utf8(0)));

        var answer = await listener.SendAsync("POST", "/shop/blobs", $"\"{text}\"");

        Assert.Equal((200, text.Length + 2), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public async Task Body_InByteSizedChunks_ReachesTheTape()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });
        using var connection = await RawConnection.OpenAsync(listener.Port);
        await connection.SendAsync(ChunkedHead);
        foreach (var unit in "\"a b\"")
        {
            await connection.SendAsync($"1\r\n{unit}\r\n");
        }

        await connection.SendAsync("0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("\"a b\"", listener.Arguments);
    }

    [Fact]
    public async Task Head_LargerThanTheLimit_IsRefused()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, ListenerUnderTest.SmallLimits);

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a", headers: ("x-long", new string('x', 9_000)));

        Assert.Equal(431, answer.Status);
    }

    [Theory]
    [InlineData("credentials", "some")]
    [InlineData("credentials", "1")]
    [InlineData("keepAliveTimeoutMs", "10")]
    [InlineData("headTimeoutMs", "-1")]
    [InlineData("maxConnections", "x")]
    [InlineData("maxConnection", "5")]
    public void Settings_Wrong_AreReportedWithCure(string name, string value)
    {
        var settings = new ListenerSettings("web", "127.0.0.1", 0, FrameLimits.Default, new Dictionary<string, string> { [name] = value });
        var factory = new HttpListenerFactory();

        var problem = Assert.Single(factory.Check(settings));

        Assert.Equal(name, problem.Setting);
        Assert.NotEmpty(problem.Cure);
        var refused = Assert.Throws<FormatException>(() => factory.Create(settings, new RecordingDispatcher(TimeProvider.System, null)));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_AllWrong_AreReportedTogether()
    {
        var settings = new ListenerSettings(
            "web",
            "localhost:",
            0,
            FrameLimits.Default,
            new Dictionary<string, string> { ["credentials"] = "x", ["a"] = "b", ["maxConnections"] = "0" });

        Assert.Equal(4, new HttpListenerFactory().Check(settings).Count);
    }

    private static string Sorted(string pairs) =>
        string.Join(';', pairs.Split("; ").Select(p => p.ToUpper(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal));
}
