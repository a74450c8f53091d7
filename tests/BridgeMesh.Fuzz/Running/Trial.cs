using System.Diagnostics;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Running;

/// <summary>What one run of one input came to.</summary>
/// <param name="Key">Null when nothing is wrong.</param>
internal readonly record struct Outcome(Verdict Verdict, string? Key, string? Detail, TimeSpan Elapsed, long Allocated);

/// <summary>Runs one input and judges exception, time and memory.</summary>
internal static class Trial
{
    /// <summary>Longer is a hang. Real inputs take microseconds; the machine may be busy, so a slow one is tried again.</summary>
    internal static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    /// <summary>A time above this is measured again before it counts: a collection or another process may have been in the way.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(5);

    private const int Retries = 3;

    internal static Outcome Run(FuzzTarget target, ReadOnlyMemory<byte> input)
    {
        var outcome = Once(target, input);
        for (var i = 0; i < Retries && NeedsRetry(target, input, outcome); i++)
        {
            var again = Once(target, input);
            outcome = outcome with
            {
                Verdict = again.Verdict,
                Elapsed = again.Elapsed < outcome.Elapsed ? again.Elapsed : outcome.Elapsed,
                Allocated = Math.Min(again.Allocated, outcome.Allocated),
                Key = again.Key,
                Detail = again.Detail,
            };
        }

        if (outcome.Key is not null)
        {
            return outcome;
        }

        if (outcome.Elapsed > Hang)
        {
            return outcome with { Key = "hang", Detail = $"takes {outcome.Elapsed.TotalMilliseconds:F0} ms" };
        }

        var most = target.MaxAllocatedBytes(input.Length);
        return outcome.Allocated <= most
            ? outcome
            : outcome with { Key = "memory", Detail = $"allocates {outcome.Allocated} bytes for {input.Length}; {most} are allowed" };
    }

    // Memory too is measured again: the pools' first arrays and tables that grow are not the input's fault.
    private static bool NeedsRetry(FuzzTarget target, ReadOnlyMemory<byte> input, in Outcome outcome) =>
        outcome.Key is null && (outcome.Elapsed > Suspicious || outcome.Allocated > target.MaxAllocatedBytes(input.Length));

    private static Outcome Once(FuzzTarget target, ReadOnlyMemory<byte> input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var from = Stopwatch.GetTimestamp();
        var verdict = Verdict.Refused;
        string? key = null;
        string? detail = null;
        try
        {
            verdict = target.Run(input);
        }
        catch (OracleException broken)
        {
            key = broken.Rule;
            detail = broken.Message;
        }
#pragma warning disable CA1031 // Whatever a decoder throws is a finding.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            key = $"{thrown.GetType().Name} in {Place(thrown)}";
            detail = thrown.ToString();
        }

        return new Outcome(verdict, key, detail, Stopwatch.GetElapsedTime(from), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The innermost method of the project's own.</summary>
    private static string Place(Exception thrown)
    {
        foreach (var frame in new StackTrace(thrown).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { FullName: { } type } } method
                && type.StartsWith("BridgeMesh.", StringComparison.Ordinal) && !type.StartsWith("BridgeMesh.Fuzz.", StringComparison.Ordinal))
            {
                return $"{type}.{method.Name}";
            }
        }

        return "unknown";
    }
}
