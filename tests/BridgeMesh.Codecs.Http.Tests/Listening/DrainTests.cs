using System.Net.Sockets;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class DrainTests
{
    private const string Get = "GET /shop/greetings?name=a HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public async Task Listener_Stopping_ServesOpenConnectionsAndTellsThemToClose()
    {
        var dispatcher = new RecordingDispatcher(TimeProvider.System, static exchange => exchange.Reply.AddString("served"u8))
        {
            Contracts = [OrderContract.Service],
        };
        await using var listener = new HttpListenerFactory().Create(
            new ListenerSettings("test", "127.0.0.1", LoopbackPorts.Free(), FrameLimits.Default, new Dictionary<string, string>()), dispatcher);
        await listener.StartAsync(default);
        using var kept = await RawConnection.OpenAsync(listener.Port);
        using var idle = await RawConnection.OpenAsync(listener.Port);
        await kept.SendAsync(Get);
        Assert.Null(HttpMessages.HeaderOf(await kept.ReadUntilAsync("\"served\""), "Connection"));

        var stopping = listener.StopAsync(default);
        await Assert.ThrowsAnyAsync<SocketException>(async () => (await RawConnection.OpenAsync(listener.Port)).Dispose());

        // On its way when the listener stopped: it gets its answer, and is the last.
        await kept.SendAsync(Get.Replace("name=a", "name=b", StringComparison.Ordinal));
        var all = await kept.ReadToEndAsync();
        Assert.Equal(2, all.Split("\"served\"").Length - 1);
        Assert.Contains("\r\nConnection: close\r\n", all, StringComparison.Ordinal);

        // Nobody spoke on this one.
        Assert.Equal(string.Empty, await idle.ReadToEndAsync());
        await stopping;
        dispatcher.AssertBalanced();
    }

    [Fact]
    public async Task Forwarded_AnswerWhileStopping_SaysClose()
    {
        var release = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            asked.SetResult();
            await release.Task.WaitAsync(stop);
            await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "text/plain", "<end>"), stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);
        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\n\r\n");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var stopping = crossing.StopListenerAsync();
        release.SetResult();

        var answer = await caller.ReadToEndAsync();
        Assert.EndsWith("<end>", answer, StringComparison.Ordinal);
        Assert.Equal("close", HttpMessages.HeaderOf(answer, "Connection"));
        await stopping;
    }
}
