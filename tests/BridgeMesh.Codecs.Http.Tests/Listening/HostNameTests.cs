using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>A listener that several services share, told apart by the host that a request is for.</summary>
public sealed class HostNameTests
{
    private static readonly (string, string)[] Hosts =
    [
        ("service", "anybody"), ("hosts.shop.example", "shop"), ("hosts.pay.example", "pay"), ("hosts.[::1]", "six"), ("hosts.127.0.0.1", "four"),
    ];

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n", "shop")]
    [InlineData("GET / HTTP/1.1\r\nHost: Shop.EXAMPLE\r\n\r\n", "shop")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example.\r\n\r\n", "shop")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example:8080\r\n\r\n", "shop")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", "six")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]:18100\r\n\r\n", "six")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:18100\r\n\r\n", "four")]
    [InlineData("GET / HTTP/1.1\r\nHost: \r\n\r\n", "anybody")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "anybody")]
    [InlineData("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n", "anybody")]
    [InlineData("GET / HTTP/1.1\r\nHost: xshop.example\r\n\r\n", "anybody")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example.evil\r\n\r\n", "anybody")]
    [InlineData("GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n", "shop")]
    [InlineData("GET http://shop.example:80/ HTTP/1.1\r\nHost: shop.example:80\r\n\r\n", "shop")]
    [InlineData("GET http://shop.example?x=@pay.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n", "shop")]
    [InlineData("GET http://shop.example/ HTTP/1.0\r\n\r\n", "shop")]
    public async Task Request_ByItsHost_IsForThatService(string request, string service)
    {
        await using var listener = await StartAsync();
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(request);

        Assert.StartsWith("HTTP/1.1 404", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Contains($"no contract of {service} binds this path", await connection.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    /// <summary>What two parts of a path to the callee could read in two ways goes nowhere.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example\r\nHost: pay.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example\r\nHost: shop.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: user@shop.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example, pay.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example/\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: ::1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n")]
    [InlineData("GET http://pay.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    [InlineData("GET http://shop.example@pay.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    public async Task Request_WhoseHostIsInDoubt_Is400(string request)
    {
        await using var listener = await StartAsync();
        using var connection = await RawConnection.OpenAsync(listener.Port);

        await connection.SendAsync(request);

        Assert.StartsWith("HTTP/1.1 400", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user:secret@shop.example:80/a", "pay.example", "shop.example")]
    [InlineData("http://pay.example@shop.example/a@b", "", "shop.example")]
    [InlineData("http://[::1]:80/", "", "[::1]")]
    [InlineData("http://shop.example#f", "", "shop.example")]
    [InlineData("http://", "pay.example", "pay.example")]
    [InlineData("/http://shop.example/", "pay.example:1", "pay.example")]
    [InlineData("*", "pay.example.", "pay.example")]
    [InlineData("/", "[::1", "[::1")]
    [InlineData("/", ":80", ":80")]
    [InlineData("/", "", "")]
    public void HostName_IsTheTargetsElseTheHeaders(string target, string header, string host) =>
        Assert.Equal(host, HostName.Of(target, header).ToString());

    [Theory]
    [InlineData(":authority=shop.example", "shop")]
    [InlineData(":authority=SHOP.example:443", "shop")]
    [InlineData("host=pay.example", "pay")]
    [InlineData(":authority=shop.example host=pay.example", "shop")] // RFC 9113 section 8.3.1: the pseudo-header counts.
    public async Task Request_OverHttp2_IsForTheAuthority(string headers, string service)
    {
        await using var listener = await StartAsync();
        using var caller = await Http2Peer.ConnectAsync(listener.Port);
        (string, string)[] given = [.. headers.Split(' ').Select(h => h.Split('=')).Select(h => (h[0], h[1]))];

        (string, string)[] own = [(":method", "GET"), (":scheme", "http"), (":path", "/")];
        await caller.SendAsync(Http2Frame.Headers(1, HeaderBlock.Write([.. own, .. given.OrderByDescending(h => h.Item1[0] == ':')]), endStream: true));
        var answer = await caller.AnswerAsync(1);

        Assert.Equal("404", answer.Headers[":status"]);
        Assert.Contains($"no contract of {service} binds", System.Text.Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    private static async Task<ListenerUnderTest> StartAsync()
    {
        var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, settings: Hosts);
        listener.Dispatcher.Instance = new ServiceInstance { Service = new ServiceKey("any"), Protocol = "dubbo", Host = "127.0.0.1", Port = 1 };
        return listener;
    }
}
