using System.Net;
using System.Text;
using BridgeMesh.Testing.Time;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Web.Tests.Listening;

public sealed class ProtocolsTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private static readonly byte[] EmptySettings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    [Fact]
    public async Task Both_OnOneClearPort_ServeEachCallerInItsOwn()
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2);
        using var client = ServerUnderTest.Client();

        Assert.Equal("HTTP/1.1", await server.GetAsync(client, HttpVersion.Version11));
        Assert.Equal("HTTP/2", await server.GetAsync(client, HttpVersion.Version20, policy: HttpVersionPolicy.RequestVersionExact));
    }

    [Theory]
    [InlineData("http1", 1)]
    [InlineData("http2", 2)]
    public async Task One_OnAClearPort_RefusesTheOther(string protocols, int served)
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2, ("protocols", protocols));
        using var client = ServerUnderTest.Client();

        Assert.Equal(served == 1 ? "HTTP/1.1" : "HTTP/2", await server.GetAsync(
            client, served == 1 ? HttpVersion.Version11 : HttpVersion.Version20, policy: HttpVersionPolicy.RequestVersionExact));
        await Assert.ThrowsAnyAsync<Exception>(() => server.GetAsync(
            client, served == 1 ? HttpVersion.Version20 : HttpVersion.Version11, policy: HttpVersionPolicy.RequestVersionExact));
    }

    /// <summary>The first bytes may come one by one: what was looked at is still there for the protocol's own reader.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PRIVATE")]
    [InlineData("P")]
    public async Task FirstBytes_OneByOne_AreARequest(string verb)
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2);
        await using var stream = await server.ConnectAsync();
        foreach (var one in Encoding.ASCII.GetBytes($"{verb} / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        {
            await stream.WriteAsync(new[] { one });
        }

        Assert.EndsWith("\r\n\r\n8\r\nHTTP/1.1\r\n0\r\n\r\n", await ReadAllAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstBytes_OfHttp2OneByOne_AreAnsweredWithSettings()
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2);
        await using var stream = await server.ConnectAsync();
        foreach (var one in Encoding.ASCII.GetBytes(Preface).Concat(EmptySettings))
        {
            await stream.WriteAsync(new[] { one });
        }

        var head = new byte[9];
        await stream.ReadExactlyAsync(head).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(4, head[3]); // SETTINGS
    }

    /// <summary>Almost a preface is a request of HTTP/1.1, which Kestrel takes for HTTP/2 on the wrong port and refuses so (RFC 9113 section 3.4).</summary>
    [Fact]
    public async Task FirstBytes_AlmostAPreface_GetGoAwayAndTheEnd()
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2);
        await using var stream = await server.ConnectAsync();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Preface.Replace("SM", "XX", StringComparison.Ordinal)));
        Assert.Equal([7], FrameTypes([], await ReadBytesAsync(stream)));
    }

    [Fact]
    public async Task Connection_ThatSaysNothing_IsClosedInTime()
    {
        var time = new ManualTime();
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2, time, ("keepAliveTimeoutMs", "5000"));
        await using var silent = await server.ConnectAsync();
        await silent.WriteAsync("PRI * HT"u8.ToArray());
        while (time.Pending == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(string.Empty, await ReadAllAsync(silent));
    }

    [Theory]
    [InlineData("both")]
    [InlineData("http1")]
    public async Task Connections_PastTheBound_AreClosedAndMakeRoomWhenTheyGo(string protocols)
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1, ("maxConnections", "1"), ("protocols", protocols));
        await using (var first = await server.ConnectAsync())
        {
            await first.WriteAsync(Encoding.ASCII.GetBytes(Get));
            await ReadUntilAsync(first, "HTTP/1.1\r\n0\r\n\r\n");
            await using var second = await server.ConnectAsync();
            Assert.Equal(string.Empty, await ReadAllAsync(second));
        }

        while (true)
        {
            await using var third = await server.ConnectAsync();
            try
            {
                await third.WriteAsync(Encoding.ASCII.GetBytes(Get));
                await ReadUntilAsync(third, "HTTP/1.1\r\n0\r\n\r\n");
                return;
            }
            catch (IOException)
            {
                // The server has not yet seen that the first one went.
            }
        }
    }

    [Fact]
    public async Task Stopping_WithHttp2CallInFlight_SaysGoAwayAndFinishesIt()
    {
        await using var server = await ServerUnderTest.StartAsync(HttpProtocols.Http1AndHttp2);
        using var client = ServerUnderTest.Client();
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        server.Before = async _ =>
        {
            asked.TrySetResult();
            await release.Task;
        };
        var call = server.GetAsync(client, HttpVersion.Version20, policy: HttpVersionPolicy.RequestVersionExact);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await using var idle = await server.ConnectAsync();
        await idle.WriteAsync(Encoding.ASCII.GetBytes(Preface));
        await idle.WriteAsync(EmptySettings);
        var settings = new byte[9];
        await idle.ReadExactlyAsync(settings).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        var stopping = server.StopAsync(CancellationToken.None);

        // GOAWAY (type 7) comes on the connection without a call, which then ends.
        var rest = await ReadBytesAsync(idle);
        Assert.Contains((byte)7, FrameTypes(settings, rest));

        Assert.False(stopping.IsCompleted);
        release.SetResult();
        Assert.Equal("HTTP/2", await call);
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static List<byte> FrameTypes(byte[] head, byte[] rest)
    {
        byte[] all = [.. head, .. rest];
        var types = new List<byte>();
        for (var at = 0; at + 9 <= all.Length; at += 9 + ((all[at] << 16) | (all[at + 1] << 8) | all[at + 2]))
        {
            types.Add(all[at + 3]);
        }

        return types;
    }

    private static async Task<string> ReadAllAsync(Stream stream) => Encoding.ASCII.GetString(await ReadBytesAsync(stream));

    private static async Task<byte[]> ReadBytesAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(20));
        return all.ToArray();
    }

    private static async Task ReadUntilAsync(Stream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[1_024];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            if (read == 0)
            {
                throw new IOException("closed");
            }
        }
    }
}
