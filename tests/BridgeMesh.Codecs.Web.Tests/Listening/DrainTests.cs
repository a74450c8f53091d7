using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Codecs.Web.Tests.Listening;

public sealed class DrainTests
{
    [Fact]
    public async Task Wait_UntilSilence_OrTheTokensEnd()
    {
        var time = new ManualTime();
        var gate = new ConnectionGate(10);
        var drain = new Drain(gate, time);
        Assert.True(gate.TryEnter());
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

        gate.Leave();
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
