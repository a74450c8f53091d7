using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// Runs the watches of one registry: each for as long as it lasts, and again after a growing pause when it ends. Safe for any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing of the system's, and who uses it may end after its owner.")]
internal sealed class WatchLoop(string name, TimeProvider time, ILogger log)
{
    /// <summary>
    /// Watches that have been begun and not yet answered. Many services that begin anew at one moment would else be a storm on a registry
    /// that has just come back.
    /// </summary>
    internal const int MaxBeginning = 64;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>One that does not answer makes room for the next, and may answer all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(MaxBeginning, MaxBeginning);
    private int _failing;

    /// <param name="take">Takes each item.</param>
    /// <param name="failed">Told when the watch has failed.</param>
    /// <param name="isFirst">Whether it waits for one of the places to begin.</param>
    internal async Task RunAsync<T>(
        string what, Func<CancellationToken, IAsyncEnumerable<T>> watch, Action<T> take, Action failed, bool isFirst, CancellationToken stopping)
    {
        // Off the lock under which it may have been started.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = FirstPause;
        var isFailing = false;
        try
        {
            while (true)
            {
                Place? place = null;
                try
                {
                    place = isFirst ? await BeginAsync(stopping).ConfigureAwait(false) : null;
                    await foreach (var item in watch(stopping).WithCancellation(stopping).ConfigureAwait(false))
                    {
                        place?.Dispose();
                        pause = FirstPause;
                        if (isFailing)
                        {
                            isFailing = false;
                            Recovered();
                        }

                        take(item);
                    }
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception trouble)
                {
                    // An adapter is a plugin: whatever it throws must not end the gateway.
                    if (!isFailing)
                    {
                        isFailing = true;
                        Failed(what, trouble);
                    }

                    failed();
                }
                finally
                {
                    place?.Dispose();
                }

                // Half by chance, so that what failed together does not come back together.
                await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stopping).ConfigureAwait(false);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any longer.
        }
        finally
        {
            if (isFailing)
            {
                Interlocked.Decrement(ref _failing);
            }
        }
    }

    /// <summary>A registry that is away fails for each of its services: the first is told for all.</summary>
    private void Failed(string what, Exception trouble)
    {
        if (Interlocked.Increment(ref _failing) == 1)
        {
            Log.WatchFailed(log, name, what, trouble);
        }
    }

    private void Recovered()
    {
        if (Interlocked.Decrement(ref _failing) == 0)
        {
            Log.WatchRecovered(log, name);
        }
    }

    private async Task<Place> BeginAsync(CancellationToken stopping)
    {
        await _places.WaitAsync(stopping).ConfigureAwait(false);
        return new Place(_places, time);
    }

    /// <summary>Given back once, by its holder or by the clock.</summary>
    private sealed class Place : IDisposable
    {
        private readonly SemaphoreSlim _places;
        private readonly ITimer _timer;
        private int _isGivenBack;

        internal Place(SemaphoreSlim places, TimeProvider time)
        {
            _places = places;
            _timer = time.CreateTimer(static self => ((Place)self!).GiveBack(), this, Patience, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            if (Volatile.Read(ref _isGivenBack) == 0)
            {
                GiveBack();
                _timer.Dispose();
            }
        }

        private void GiveBack()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                _places.Release();
            }
        }
    }
}
