using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>Java descriptors and type names, as callers send them. What is well formed must come through both forms unchanged.</summary>
internal sealed class DescriptorTarget : FuzzTarget
{
    private static readonly string[] Pieces =
    [
        "I", "J", "Z", "B", "C", "S", "F", "D", "V", "[", "[[", "Ljava/lang/String;", "Ljava/util/List;", "L", ";", "/", ".", "Lcom/acme/A$B;", "java.lang.String",
        "int", "int[]", "com.acme.Item[][]", "[Lcom.acme.Item;", "[I", "void", "中", " ", "Lint;", "L;", "[]", "boolean",
    ];

    internal override string Name => "java-descriptors";

    internal override int Weight => 30;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        for (var i = random.Skewed(random.Chance(2) ? 5_000 : 12); i > 0; i--)
        {
            into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Pieces)));
        }

        if (random.Chance(30))
        {
            ByteMutations.One(into, random);
        }
    }

    /// <summary>A descriptor of n bytes makes up to n names, each a string of its own.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (1 << 20) + (inputBytes * 1_024L);

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var signature = JavaSignature.Of(input.Span);
        var text = Wtf8.ToUtf16(input.Span);
        if (signature.Descriptor != text)
        {
            Break("another descriptor", signature.Descriptor);
        }

        // The text as one name too.
        var one = JavaDescriptors.ToDescriptor(text);
        var names = JavaDescriptors.ToTypeNames(one, out var wellFormed);
        if (wellFormed && names.Length != 1)
        {
            Break("a name that is not one type", $"{one}: {names.Length} types");
        }

        if (!signature.WellFormed)
        {
            return Verdict.Framed;
        }

        var again = JavaSignature.OfTypeNames(signature.TypeNames);
        if (!again.WellFormed || !again.TypeNames.AsSpan().SequenceEqual(signature.TypeNames.AsSpan()))
        {
            Break("names read back unequal", $"{string.Join(", ", signature.TypeNames)} became {string.Join(", ", again.TypeNames)}");
        }

        return Verdict.Accepted;
    }
}
