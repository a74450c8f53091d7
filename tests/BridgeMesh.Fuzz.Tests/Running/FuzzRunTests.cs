using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Running;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Tests.Running;

/// <summary>The fuzzer finds what is there to be found, and says how to find it again.</summary>
public sealed class FuzzRunTests
{
    [Theory]
    [InlineData("exception", "InvalidOperationException in unknown", 1)]
    [InlineData("oracle", "a planted rule", 1)]
    [InlineData("memory", "memory", 1)]
    public void PlantedFault_Run_IsFoundAndMadeSmall(string fault, string key, int bytes)
    {
        var finding = Assert.Single(Run(fault, inputs: 400).Findings);
        Assert.Equal((key, bytes), (finding.Key, finding.Input.Length));
        Assert.Equal(0x42, finding.Input[0]);
        Assert.Contains($"--seed {finding.Seed} --index {finding.Index}", finding.ToString(), StringComparison.Ordinal);

        var input = new InputBytes();
        using var target = new PlantedTarget(fault);
        target.Produce(new FuzzRandom(finding.Seed, FuzzRandom.StreamOf(target.Name), (ulong)finding.Index), input);
        Assert.Equal(key, Trial.Run(target, input.Memory).Key);
    }

    [Fact]
    public void PlantedHang_Trial_IsFound()
    {
        using var target = new PlantedTarget("hang");
        Assert.Equal("hang", Trial.Run(target, new byte[] { 0x42 }).Key);
    }

    [Fact]
    public void NoFault_Run_CountsEveryInputOnce()
    {
        var run = Run("none", inputs: 1_234);
        Assert.Empty(run.Findings);
        var figures = Assert.Single(run.Figures);
        Assert.Equal(1_234, figures.Inputs);
        Assert.InRange(figures.PastFraming, 1_000, 1_233);
        Assert.InRange(figures.Accepted, 1, figures.PastFraming - 1);
    }

    [Fact]
    public void Figures_AnyNumberOfThreads_AreTheSame()
    {
        var one = Run("none", inputs: 3_000, threads: 1).Figures[0];
        var two = Run("none", inputs: 3_000, threads: 2).Figures[0];
        Assert.Equal((one.Inputs, one.InputBytes, one.PastFraming, one.Accepted), (two.Inputs, two.InputBytes, two.PastFraming, two.Accepted));
    }

    [Fact]
    public void EveryDecoder_SameSeedAndIndex_MakesTheSameInput()
    {
        var first = FuzzCorpus.Load(5);
        var second = FuzzCorpus.Load(5);
        foreach (var (make, again) in FuzzTargets.Makers(first).Zip(FuzzTargets.Makers(second)))
        {
            using var one = make();
            using var other = again();
            for (var index = 0UL; index < 200; index++)
            {
                Assert.Equal(InputOf(one, index), InputOf(other, index));
            }
        }
    }

    [Fact]
    public void Finding_Kept_IsFoundAgainByItsDecoder()
    {
        var folder = Directory.CreateTempSubdirectory("bridgemesh-fuzz").FullName;
        try
        {
            var finding = new Finding("planted", 1, 2, "key", "detail", [1, 2, 3]);
            FindingStore.Keep(finding, folder);
            var (target, path) = Assert.Single(FindingStore.All(folder));
            Assert.Equal("planted", target);
            Assert.Equal(finding.Input, File.ReadAllBytes(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Markdown_WrittenTwice_ReplacesItsSectionAlone()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# Title\n\nbefore\n");
            FiguresTable.WriteInto(path, FiguresTable.Markdown([new TargetFigures("a")], "first"));
            File.AppendAllText(path, "\nafter\n");
            FiguresTable.WriteInto(path, FiguresTable.Markdown([new TargetFigures("b")], "second"));
            var text = File.ReadAllText(path);
            Assert.StartsWith("# Title\n\nbefore\n\n", text, StringComparison.Ordinal);
            Assert.EndsWith("\nafter\n", text, StringComparison.Ordinal);
            Assert.Contains("second", text, StringComparison.Ordinal);
            Assert.DoesNotContain("first", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("--inputs 0")]
    [InlineData("--threads 3")]
    [InlineData("--nonsense")]
    [InlineData("--index 4")]
    public void WrongCommandLine_Parsed_IsRefusedWithAReason(string line)
    {
        Assert.Null(FuzzOptions.Parse(line.Split(' '), out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void CommandLine_Parsed_HoldsWhatWasAsked()
    {
        var options = FuzzOptions.Parse("--seconds 5 --seed 9 --decoder bolt --threads 2 --markdown a.md".Split(' '), out _);
        Assert.Equal(new FuzzOptions { Seconds = 5, Seed = 9, Decoder = "bolt", Threads = 2, Markdown = "a.md" }, options);
    }

    private static FuzzRun Run(string fault, long inputs, int threads = 1)
    {
        using var run = new FuzzRun([() => new PlantedTarget(fault)], new FuzzOptions { Inputs = inputs, Threads = threads, Seed = 3 });
        Assert.True(run.Run());
        return run;
    }

    private static byte[] InputOf(FuzzTarget target, ulong index)
    {
        var input = new InputBytes();
        target.Produce(new FuzzRandom(5, FuzzRandom.StreamOf(target.Name), index), input);
        return input.Span.ToArray();
    }
}
