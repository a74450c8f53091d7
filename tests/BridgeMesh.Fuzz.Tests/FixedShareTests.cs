using System.Globalization;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Running;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Tests;

/// <summary>
/// The share of fuzzing that every build gets: always the same inputs, so that a failure is the change's and not chance's. Long runs with
/// other seeds are the program's. BRIDGEMESH_FUZZ_INPUTS changes the number.
/// </summary>
public sealed class FixedShareTests
{
    private const ulong Seed = 20_240_506;

    private static readonly FuzzCorpus Corpus = FuzzCorpus.Load(Seed);

    public static TheoryData<string> Decoders => [.. FuzzTargets.Names(FuzzTargets.Makers(Corpus))];

    private static long InputsPerUnitOfWeight =>
        long.TryParse(Environment.GetEnvironmentVariable("BRIDGEMESH_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var inputs) ? inputs : 40;

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Decoder_FixedShareOfInputs_NoFinding(string decoder)
    {
        var makers = FuzzTargets.Makers(Corpus, decoder);
        using var target = makers[0]();
        using var run = new FuzzRun(makers, new FuzzOptions { Inputs = target.Weight * InputsPerUnitOfWeight, Seed = Seed });
        Assert.True(run.Run());

        Assert.True(run.Findings.Count == 0, string.Join('\n', run.Findings));
        var figures = run.Figures[0];
        Assert.Equal(target.Weight * InputsPerUnitOfWeight, figures.Inputs);

        // A fuzzer whose inputs all fail at the door, or all pass, tests nothing.
        Assert.InRange(figures.PastFraming, figures.Inputs / 4, figures.Inputs);
        Assert.InRange(figures.Accepted, figures.Inputs / 20, figures.Inputs * 19 / 20);
    }

    [Fact]
    public void EveryFindingEver_Replayed_IsNoFindingAnyMore()
    {
        foreach (var (decoder, path) in FindingStore.All(SourceTree.Findings))
        {
            var makers = FuzzTargets.Makers(Corpus, decoder);
            Assert.True(makers.Count == 1, $"{path}: no decoder {decoder}");
            using var target = makers[0]();
            var outcome = Trial.Run(target, File.ReadAllBytes(path));
            Assert.True(outcome.Key is null, $"{path}: {outcome.Detail}");
        }
    }
}
