using System.Threading.Channels;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>Calls for contracts of servers to be fetched anew when their time has come. Never twice at once.</summary>
/// <param name="untilDue">Time until then; null where there is no server.</param>
/// <param name="refresh">Must throw nothing but <see cref="OperationCanceledException"/>.</param>
internal sealed class ContractRefresh(Func<TimeSpan?> untilDue, Func<CancellationToken, Task> refresh, TimeProvider time) : IAsyncDisposable
{
    private readonly Channel<bool> _wakes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>The servers or their times have changed. Safe for any thread.</summary>
    public void Again() => _wakes.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            var timer = time.CreateTimer(_ => Again(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await using var _ = timer.ConfigureAwait(false);
            Again();
            await foreach (var __ in _wakes.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                var left = untilDue();
                if (left == TimeSpan.Zero)
                {
                    await refresh(_stop.Token).ConfigureAwait(false);
                    left = untilDue();
                }

                // A fetch whose time came while it ran waits a moment all the same: what it says may be due for ever.
                timer.Change(left is null ? Timeout.InfiniteTimeSpan : Max(left.Value, TimeSpan.FromMilliseconds(100)), Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
