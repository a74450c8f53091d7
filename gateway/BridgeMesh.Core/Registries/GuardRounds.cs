using System.Collections.Immutable;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// While instances of a registry are held back: asks them themselves, in rounds. What does not accept connections goes at once, so that a
/// service that was killed is not called; what does stays until the registry has said so for long enough.
/// </summary>
/// <param name="heldBack">What is held back now.</param>
/// <param name="due">Time until the first of it may be confirmed, at most as given; null when none will be before the registry is back.</param>
/// <param name="judge">Takes what is dead, and what has become due, out of use; answers how many are still held back.</param>
internal sealed class GuardRounds(
    string name,
    int confirmMs,
    InstanceProbe? probe,
    Func<ImmutableArray<ServiceInstance>> heldBack,
    Func<TimeSpan, TimeSpan?> due,
    Func<HashSet<(string Host, int Port)>, int> judge,
    TimeProvider time,
    ILogger log)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Something is held back. Safe for any thread.</summary>
    internal void Wake() => Volatile.Read(ref _woken).TrySetResult();

    internal async Task RunAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                await _woken.Task.WaitAsync(stopping).ConfigureAwait(false);
                Rest();
                await RunRoundsAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is held back stays as it is for as long as it is read.
        }
    }

    private async Task RunRoundsAsync(CancellationToken stopping)
    {
        var told = 0;
        var pause = FirstPause;
        while (heldBack() is { Length: > 0 } held)
        {
            var dead = probe is null ? [] : await probe.FindDeadAsync(held.Select(static i => (i.Host, i.Port)), stopping).ConfigureAwait(false);
            var left = judge(dead);
            if (left == 0)
            {
                break;
            }

            if (left > told)
            {
                Log.HeldBack(log, name, left, confirmMs);
                told = left;
            }

            // A registry that is away confirms nothing, maybe for hours.
            var first = due(pause);
            pause = first is not null ? FirstPause : pause * 2 > LongestPause ? LongestPause : pause * 2;
            await PauseAsync(first ?? pause, stopping).ConfigureAwait(false);
        }

        if (told > 0)
        {
            Log.HeldBackNoLonger(log, name);
        }
    }

    /// <summary>Shorter when more is held back, which is not to wait to be asked; but never so short that rounds follow each other at once.</summary>
    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        var shortest = pause < ShortestPause ? pause : ShortestPause;
        await Task.Delay(shortest, time, stopping).ConfigureAwait(false);
        if (pause > shortest)
        {
            await Task.WhenAny(Task.Delay(pause - shortest, time, stopping), _woken.Task).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
        }

        Rest();
    }

    // Before what is held back is looked at: what wakes later is not lost.
    private void Rest() => Volatile.Write(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
