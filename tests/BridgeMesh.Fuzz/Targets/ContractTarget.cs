using System.Text;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Texts;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>The loader of contracts: whatever an operator's file says, it loads or tells what is wrong and where.</summary>
internal sealed class ContractTarget(FuzzCorpus corpus) : FuzzTarget
{
    private readonly YamlMutator _mutator = new();

    internal override string Name => "contract-yaml";

    /// <summary>A file takes as long as hundreds of frames.</summary>
    internal override int Weight => 2;

    internal override void Produce(FuzzRandom random, InputBytes into) => _mutator.Mutate(random.Pick<byte[]>(corpus.Yaml), random, into);

    /// <summary>A library parses the text into events and strings, read once when the gateway starts: 4 MiB and 4 KiB a byte.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (4 << 20) + (inputBytes * 4_096L);

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var loaded = ContractLoader.LoadTexts(("fuzz.yaml", Encoding.UTF8.GetString(input.Span)));
        if (!loaded.IsOk && loaded.Contracts.Length > 0)
        {
            Break("loads half a contract", $"{loaded.Contracts.Length} services, {loaded.Problems.Length} problems");
        }

        foreach (var problem in loaded.Problems)
        {
            if (string.IsNullOrEmpty(problem.Message) || string.IsNullOrEmpty(problem.Cure))
            {
                Break("a problem that says nothing", problem.ToString());
            }
        }

        return loaded.IsOk ? Verdict.Accepted : loaded.Problems.Any(p => p.Message.StartsWith("not valid YAML", StringComparison.Ordinal)) ? Verdict.Refused : Verdict.Framed;
    }
}
