using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Java;
using BridgeMesh.Yaml;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Class files, of javac's own and damaged. One is read or its fault has a place inside it; what is made of one that is read, among sound
/// classes that name it, loads as a contract and is the same when it is written and read again.
/// </summary>
internal sealed class ClassFileTarget : FuzzTarget
{
    private readonly ClassMutator _mutator = new();

    internal override string Name => "java-class";

    /// <summary>One that is read takes as long as a whole contract.</summary>
    internal override int Weight => 4;

    /// <summary>Read once when the gateway starts, with the seeds around it: names, types, YAML, and those again.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (64 << 20) + (inputBytes * 4_096L);

    internal override void Produce(FuzzRandom random, InputBytes into) =>
        _mutator.Mutate(ClassSeeds.All[random.Below(ClassSeeds.All.Length)].Bytes, random, into);

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var read = ClassFileReader.Read(input, out var fault);
        if ((read is null) == (fault is null))
        {
            Break("neither a class nor a fault, or both", $"{fault}");
        }

        if (read is null)
        {
            if (fault is not { Offset: >= 0, Message.Length: > 0 } || fault.Offset > input.Length)
            {
                Break("a fault outside the file", $"{fault} of {input.Length} bytes");
            }

            return Verdict.Refused;
        }

        var problems = new List<SourceProblem>();
        using var path = ClassPath.Of([new SeedContainer(read.Name, input)], [], problems);
        var import = FacadeReader.Read(path, [new FacadeRoot("seeds.jar", [])], problems);
        if (problems.Count > 0)
        {
            Break("sound classes are refused", problems[0].ToString());
        }

        var direct = ContractLoader.Load([], [import.Document], problems);
        if (!direct.IsOk)
        {
            Break("an import does not load", direct.Problems[0].ToString());
        }

        var yaml = ContractWriter.Write(import.Document);
        var again = ContractLoader.LoadTexts(("again.yaml", yaml));
        if (!again.IsOk)
        {
            Break("an import does not load once written", again.Problems[0].ToString());
        }

        var before = direct.Contracts.SelectMany(static c => c.Methods.Select(m => $"{c.Service}.{m} {m.Returns} {m.Signature.Descriptor}"));
        var after = again.Contracts.SelectMany(static c => c.Methods.Select(m => $"{c.Service}.{m} {m.Returns} {m.Signature.Descriptor}"));
        if (!before.SequenceEqual(after, StringComparer.Ordinal))
        {
            Break("an import reads back as something else", string.Join('\n', before.Except(after)));
        }

        return Verdict.Accepted;
    }
}
