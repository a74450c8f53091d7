using System.Diagnostics;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Running;

/// <summary>A thread with targets of its own.</summary>
internal sealed class FuzzWorker(FuzzRun run, int number)
{
    private readonly FuzzTarget?[] _targets = new FuzzTarget?[run.Makers.Count];
    private readonly FuzzRandom _random = new();
    private readonly InputBytes _input = new();
    private Place? _current;

    internal ManualResetEventSlim Ended { get; } = new();

    /// <summary>The input that is being run; null between inputs.</summary>
    internal Place? Current => Volatile.Read(ref _current);

    internal void Start(int stackBytes)
    {
        var thread = new Thread(Work, stackBytes) { IsBackground = true, Name = $"fuzz-{number}" };
        thread.Start();
    }

    private void Work()
    {
        try
        {
            using var recorder = new FlightRecorder();
            while (run.TryTake(out var target, out var first, out var count))
            {
                Batch(target, first, count, recorder);
            }
        }
        finally
        {
            foreach (var target in _targets)
            {
                target?.Dispose();
            }

            Ended.Set();
        }
    }

    private void Batch(int number, long first, int count, FlightRecorder recorder)
    {
        var target = _targets[number] ??= run.Makers[number]();
        var figures = new TargetFigures(target.Name);
        var stream = FuzzRandom.StreamOf(target.Name);
        var seed = run.Options.Seed;
        for (var index = first; index < first + count; index++)
        {
            recorder.Begin(target.Name, seed, index);
            Volatile.Write(ref _current, new Place(number, index, Stopwatch.GetTimestamp()));
            _random.Reseed(seed, stream, (ulong)index);
            _input.Clear();
            target.Produce(_random, _input);
            var outcome = Trial.Run(target, _input.Memory);
            figures.Count(outcome, index, _input.Length);
            if (outcome.Key is not null)
            {
                Report(number, index, outcome);

                // Whatever it was in the middle of is unknown.
                target.Dispose();
                target = _targets[number] = run.Makers[number]();
            }
        }

        Volatile.Write(ref _current, null);
        run.Merge(number, figures);
    }

    private void Report(int number, long index, in Outcome outcome)
    {
        if (outcome.Key is not { } key || !run.IsNew(number, key))
        {
            return;
        }

        // Making it smaller may take a while; that is not the input's time.
        Volatile.Write(ref _current, null);
        var input = _input.Span.ToArray();
        var reduced = key == "hang" ? input : Minimiser.Reduce(input, key, run.Makers[number]);
        run.Keep(number, new Finding(run.Figures[number].Name, run.Options.Seed, index, key, outcome.Detail ?? key, reduced));
    }

    internal sealed record Place(int Target, long Index, long Since);
}
