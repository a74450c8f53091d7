using System.Globalization;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Running;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(15);

    private static int Main(string[] args)
    {
        if (FuzzOptions.Parse(args, out var problem) is not { } options)
        {
            Console.Error.WriteLine($"{problem}\n{FuzzOptions.Usage}");
            return 2;
        }

        foreach (var place in FlightRecorder.TakeOrphans())
        {
            Console.Error.WriteLine($"An earlier run ended without a word; it was at or just before {place}");
        }

        var corpus = FuzzCorpus.Load(options.Seed);
        var makers = FuzzTargets.Makers(corpus, options.Decoder);
        if (makers.Count == 0)
        {
            Console.Error.WriteLine($"no decoder {options.Decoder}; --list names them");
            return 2;
        }

        if (options.List)
        {
            Console.WriteLine(string.Join('\n', FuzzTargets.Names(makers)));
            return 0;
        }

        return options.Replay is { } path ? Replay(path, makers) : options.Index is { } index ? RunOne(makers[0], options, index) : RunMany(makers, options);
    }

    private static int RunMany(IReadOnlyList<Func<FuzzTarget>> makers, FuzzOptions options)
    {
        using var run = new FuzzRun(makers, options)
        {
            OnFinding = static finding =>
            {
                FindingStore.Keep(finding);
                Console.WriteLine(finding);
            },
        };
        var shown = TimeProvider.System.GetTimestamp();
        var sane = run.Run(r =>
        {
            if (TimeProvider.System.GetElapsedTime(shown) >= ProgressEvery)
            {
                shown = TimeProvider.System.GetTimestamp();
                Console.Error.WriteLine($"{r.Figures.Sum(f => f.Inputs):N0} inputs, {r.Findings.Count} findings");
            }
        });

        Console.WriteLine(FiguresTable.Plain(run.Figures));
        if (options.Markdown is { } file)
        {
            FiguresTable.WriteInto(file, FiguresTable.Markdown(run.Figures, About(run, options)));
        }

        return !sane ? 3 : run.Findings.Count > 0 ? 1 : 0;
    }

    private static string About(FuzzRun run, FuzzOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {run.Figures.Sum(f => f.Inputs):N0} inputs in {run.Elapsed.TotalMinutes:F1} minutes on {options.Threads} threads, seed {options.Seed}, {(
            run.Findings.Count == 0 ? "no finding" : $"{run.Findings.Count} different findings")}. .NET {Environment.Version}, {Environment.ProcessorCount} processors.
        """);

    private static int RunOne(Func<FuzzTarget> make, FuzzOptions options, long index)
    {
        using var target = make();
        var input = new InputBytes();
        target.Produce(new FuzzRandom(options.Seed, FuzzRandom.StreamOf(target.Name), (ulong)index), input);
        Console.WriteLine($"{target.Name} {Convert.ToHexStringLower(input.Span)}");
        return Show(target, input.Memory, $"--seed {options.Seed} --index {index}");
    }

    private static int Replay(string path, IReadOnlyList<Func<FuzzTarget>> makers)
    {
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.bin", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [path];
        var worst = 0;
        foreach (var file in files)
        {
            var name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
            foreach (var make in makers)
            {
                using var target = make();
                if (target.Name == name || makers.Count == 1)
                {
                    worst = Math.Max(worst, Show(target, File.ReadAllBytes(file), file));
                }
            }
        }

        return worst;
    }

    private static int Show(FuzzTarget target, ReadOnlyMemory<byte> input, string about)
    {
        var outcome = Trial.Run(target, input);
        Console.WriteLine($"{target.Name} {about}: {outcome.Key ?? outcome.Verdict.ToString()}, {input.Length} bytes, {outcome.Elapsed.TotalMilliseconds:F2} ms, {outcome.Allocated} allocated");
        if (outcome.Key is not null)
        {
            Console.WriteLine(outcome.Detail);
        }

        return outcome.Key is null ? 0 : 1;
    }
}
