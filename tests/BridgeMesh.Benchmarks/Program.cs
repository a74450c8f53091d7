using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BridgeMesh.Benchmarks;

const string Usage = """
    usage: BridgeMesh.Benchmarks --ratios [--rounds N]   alternating rounds, ratios to System.Text.Json as Markdown (501 rounds)
           BridgeMesh.Benchmarks --registry SECONDS      a gateway that follows a large registry, quiet and with churn, as Markdown
           BridgeMesh.Benchmarks --quick                 BenchmarkDotNet, short
           BridgeMesh.Benchmarks                         BenchmarkDotNet, full
    """;

switch (args)
{
    case ["--ratios"]:
        AlternatingRuns.Write(Console.Out, 501);
        return 0;
    case ["--ratios", "--rounds", var rounds] when int.TryParse(rounds, out var count) && count > 0:
        AlternatingRuns.Write(Console.Out, count);
        return 0;
    case ["--registry", var seconds] when int.TryParse(seconds, out var length) && length > 0:
        await RegistryChurn.WriteAsync(Console.Out, length);
        return 0;
    case [] or ["--quick"]:
        // In process: the build that BenchmarkDotNet makes for itself would fall under this repository's own rules.
        var job = (args.Length == 0 ? Job.Default : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        var summary = BenchmarkRunner.Run<TranslationBenchmarks>(ManualConfig.Create(DefaultConfig.Instance).AddJob(job));
        return summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success) ? 1 : 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
