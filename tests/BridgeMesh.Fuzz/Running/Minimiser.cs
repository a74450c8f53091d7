using System.Diagnostics;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Running;

/// <summary>Makes an input as short and as plain as it can be without losing what it shows: chunks go first, then bytes become zero.</summary>
internal static class Minimiser
{
    private const int MaxRuns = 20_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    /// <param name="newTarget">A target may be unusable after a finding, so each try has its own.</param>
    internal static byte[] Reduce(byte[] input, string key, Func<FuzzTarget> newTarget)
    {
        var from = Stopwatch.GetTimestamp();
        var runs = 0;
        var best = input;
        bool InTime() => runs < MaxRuns && Stopwatch.GetElapsedTime(from) < MaxTime;
        bool Shows(byte[] candidate)
        {
            runs++;
            using var target = newTarget();
            return Trial.Run(target, candidate).Key == key;
        }

        var progress = true;
        while (progress && InTime())
        {
            progress = false;
            for (var chunk = Math.Max(1, best.Length / 2); chunk > 0 && InTime(); chunk /= 2)
            {
                for (var at = 0; at < best.Length && InTime();)
                {
                    byte[] shorter = [.. best[..at], .. best[Math.Min(best.Length, at + chunk)..]];
                    if (shorter.Length < best.Length && Shows(shorter))
                    {
                        best = shorter;
                        progress = true;
                    }
                    else
                    {
                        at += chunk;
                    }
                }
            }
        }

        for (var at = 0; at < best.Length && InTime(); at++)
        {
            if (best[at] == 0)
            {
                continue;
            }

            byte[] plainer = [.. best];
            plainer[at] = 0;
            if (Shows(plainer))
            {
                best = plainer;
            }
        }

        return best;
    }
}
