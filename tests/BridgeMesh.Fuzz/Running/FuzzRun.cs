using System.Collections.Concurrent;
using System.Diagnostics;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Running;

/// <summary>
/// One run: workers take batches of inputs, target by target in the ratio of their weights, until the inputs or the time are used up. Which
/// inputs there are follows from seed, target and index alone, never from the number of workers or the time.
/// </summary>
internal sealed class FuzzRun : IDisposable
{
    private const int BatchInputs = 200;

    /// <summary>Different findings of one target after which it is left alone.</summary>
    private const int MaxFindings = 20;

    /// <summary>An input that runs for longer will not end: the run is given up, as a thread cannot be stopped.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Below the smallest stack that a thread of the gateway gets on any platform, so that a recursion which is too deep shows here first.
    /// </summary>
    private const int StackBytes = 1 << 20;

    private readonly IReadOnlyList<Func<FuzzTarget>> _makers;
    private readonly FuzzOptions _options;
    private readonly int[] _schedule;
    private readonly long[] _next;
    private readonly TargetFigures[] _figures;
    private readonly ConcurrentDictionary<(string Target, string Key), Finding> _findings = new();
    private readonly int[] _found;
    private readonly Lock _gate = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ManualResetEventSlim _stop = new();
    private long _batches;
    private long _inputsLeft;

    internal FuzzRun(IReadOnlyList<Func<FuzzTarget>> makers, FuzzOptions options)
    {
        _makers = makers;
        _options = options;
        var targets = makers.Select(static make =>
        {
            using var target = make();
            return (target.Name, target.Weight);
        }).ToArray();
        _figures = [.. targets.Select(t => new TargetFigures(t.Name))];
        _next = new long[makers.Count];
        _found = new int[makers.Count];
        _schedule = Schedule([.. targets.Select(t => t.Weight)]);
        _inputsLeft = options.Inputs ?? long.MaxValue;
    }

    internal IReadOnlyList<TargetFigures> Figures => _figures;

    internal IReadOnlyCollection<Finding> Findings => [.. _findings.Values];

    internal TimeSpan Elapsed { get; private set; }

    /// <summary>Told of each new finding, on the worker's thread.</summary>
    internal Action<Finding>? OnFinding { get; init; }

    /// <summary>Runs to the end; false when an input got stuck and its thread had to be abandoned.</summary>
    internal bool Run(Action<FuzzRun>? onProgress = null)
    {
        var workers = Enumerable.Range(0, _options.Threads).Select(i => new FuzzWorker(this, i)).ToArray();
        foreach (var worker in workers)
        {
            worker.Start(StackBytes);
        }

        var sane = true;
        while (sane && workers.Any(w => !w.Ended.IsSet))
        {
            _stop.Wait(TimeSpan.FromMilliseconds(250));
            sane = !workers.Any(w => IsStuck(w));
            if (_options.Seconds is { } seconds && Stopwatch.GetElapsedTime(_started).TotalSeconds >= seconds)
            {
                Volatile.Write(ref _inputsLeft, 0);
            }

            onProgress?.Invoke(this);
            _ = workers.All(w => w.Ended.Wait(TimeSpan.FromMilliseconds(1)));
        }

        Elapsed = Stopwatch.GetElapsedTime(_started);
        return sane;
    }

    public void Dispose() => _stop.Dispose();

    internal IReadOnlyList<Func<FuzzTarget>> Makers => _makers;

    internal FuzzOptions Options => _options;

    /// <summary>The next batch: target, first index, number of inputs; false at the end.</summary>
    internal bool TryTake(out int target, out long first, out int count)
    {
        lock (_gate)
        {
            (target, first) = (0, 0);
            count = (int)Math.Min(BatchInputs, Volatile.Read(ref _inputsLeft));
            for (var tries = 0; tries < _schedule.Length && count > 0; tries++)
            {
                target = _schedule[_batches++ % _schedule.Length];
                if (_found[target] < MaxFindings)
                {
                    first = _options.FirstIndex + _next[target];
                    _next[target] += count;
                    Interlocked.Add(ref _inputsLeft, -count);
                    return true;
                }
            }

            return false;
        }
    }

    internal void Merge(int target, TargetFigures figures)
    {
        lock (_gate)
        {
            _figures[target].Add(figures);
        }
    }

    /// <summary>Whether this is the first of its kind.</summary>
    internal bool IsNew(int target, string key) => !_findings.ContainsKey((_figures[target].Name, key));

    internal void Keep(int target, Finding finding)
    {
        if (_findings.TryAdd((finding.Target, finding.Key), finding))
        {
            Interlocked.Increment(ref _found[target]);
            OnFinding?.Invoke(finding);
        }
    }

    private bool IsStuck(FuzzWorker worker)
    {
        if (worker.Current is not { } at || Stopwatch.GetElapsedTime(at.Since) < Stuck)
        {
            return false;
        }

        // The input is made again, as its bytes belong to the thread that is stuck.
        var input = new InputBytes();
        using var target = _makers[at.Target]();
        target.Produce(new FuzzRandom(_options.Seed, FuzzRandom.StreamOf(target.Name), (ulong)at.Index), input);
        Keep(at.Target, new Finding(target.Name, _options.Seed, at.Index, "stuck", $"runs for more than {Stuck.TotalSeconds} s", input.Span.ToArray()));
        return true;
    }

    /// <summary>Every target as often as its weight says, spread evenly (smooth weighted round robin).</summary>
    private static int[] Schedule(int[] weights)
    {
        var total = weights.Sum();
        var credit = new int[weights.Length];
        var schedule = new int[total];
        for (var i = 0; i < total; i++)
        {
            var best = 0;
            for (var t = 0; t < weights.Length; t++)
            {
                credit[t] += weights[t];
                best = credit[t] > credit[best] ? t : best;
            }

            credit[best] -= total;
            schedule[i] = best;
        }

        return schedule;
    }
}
