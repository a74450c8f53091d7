using System.Net.Sockets;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Testing.Time;
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

    [Fact]
    public async Task Wait_UntilSilence_OrTheTokensEnd()
    {
        var time = new ManualTime();
        var drain = new Drain(time);
        drain.OnConnected();
        drain.OnBegin();
        var waiting = drain.WaitAsync(default);

        await AdvanceAsync(time, waiting, 2_000);
        Assert.True(drain.IsOn);
        Assert.False(waiting.IsCompleted);

        drain.OnEnd();
        await AdvanceAsync(time, waiting, Drain.QuietMs - 20);
        Assert.False(waiting.IsCompleted);
        await AdvanceAsync(time, waiting, 100);
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));

        using var cut = new CancellationTokenSource();
        drain.OnBegin();
        waiting = drain.WaitAsync(cut.Token);
        await cut.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));

        drain.OnDisconnected();
        await drain.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>In steps of a look each, with every look waited for.</summary>
    private static async Task AdvanceAsync(ManualTime time, Task waiting, int ms)
    {
        for (var at = 0; at < ms && !waiting.IsCompleted; at += 20)
        {
            while (time.Pending == 0 && !waiting.IsCompleted)
            {
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }
}
