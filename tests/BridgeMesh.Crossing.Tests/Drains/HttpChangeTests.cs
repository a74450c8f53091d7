using System.Net;
using System.Text;
using BridgeMesh.Crossing.Loops;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Drains;

/// <summary>An HTTP listener takes other limits and settings on connections that are open.</summary>
public sealed class HttpChangeTests
{
    [Fact]
    public async Task Apply_OtherLimitsAndSettings_HoldForTheNextRequestOnTheSameConnection()
    {
        await using var gateway = await GatewayChain.StartAsync("gw-a");
        await using var callee = gateway.Callee("bolt", exchange => exchange.Reply.AddString("done"u8));
        await gateway.PointAtAsync("bolt", callee.Port);
        var connections = 0;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.ConnectCallback = async (context, token) =>
        {
            connections++;
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
        var url = new Uri($"http://127.0.0.1:{gateway.Runtime.Ports["http"]}/loop");
        async Task<HttpResponseMessage> PostAsync(int length)
        {
            using var body = new StringContent($"\"{new string('x', length)}\"", Encoding.UTF8, "application/json");
            return await client.PostAsync(url, body);
        }

        using var before = await PostAsync(2_000);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        var model = gateway.Runtime.Model;
        var http = model.Listeners.Single(l => l.Protocol == "http");
        var outcome = await gateway.Runtime.ApplyAsync(
            model with
            {
                Listeners = model.Listeners.Replace(http, http with
                {
                    Limits = FrameLimits.Default with { MaxFrameBytes = 1_024 },
                    Settings = http.Settings.Add("errors", "boot"),
                }),
            },
            CancellationToken.None);
        Assert.True(outcome.IsInForce);
        Assert.Empty(outcome.Problems);

        using var small = await PostAsync(10);
        Assert.Equal((HttpStatusCode.OK, 1), (small.StatusCode, connections));
        using var large = await PostAsync(2_000);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Contains("\"path\"", await large.Content.ReadAsStringAsync(), StringComparison.Ordinal); // Boot's error body.
    }

    [Fact]
    public async Task Apply_OtherProtocols_BindsTheSamePortAnew()
    {
        await using var gateway = await GatewayChain.StartAsync("gw-a");
        await using var callee = gateway.Callee("bolt", exchange => exchange.Reply.AddString("done"u8));
        await gateway.PointAtAsync("bolt", callee.Port);
        var port = gateway.Runtime.Ports["http"];
        Assert.Contains("done", await gateway.CallAsync("http"), StringComparison.Ordinal);

        var model = gateway.Runtime.Model;
        var http = model.Listeners.Single(l => l.Protocol == "http");
        var outcome = await gateway.Runtime.ApplyAsync(
            model with { Listeners = model.Listeners.Replace(http, http with { Settings = http.Settings.Add("protocols", "http1") }) },
            CancellationToken.None);

        Assert.True(outcome.IsInForce);
        Assert.Empty(outcome.Problems);
        Assert.True(gateway.Runtime.IsReady);
        Assert.Equal(port, gateway.Runtime.Ports["http"]);
        Assert.Contains("done", await gateway.CallAsync("http"), StringComparison.Ordinal);
    }
}
