using System.Buffers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Descriptor sets, of files that random numbers wrote and then damaged. A set loads whole or not at all, and says why; every message of
/// one that loads reads no bytes as a message without fields and writes it.
/// </summary>
internal sealed class DescriptorSetTarget : FuzzTarget
{
    private const int MaxMessages = 40;

    private readonly ProtoMutator _mutator = new();
    private readonly InputBytes _set = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();

    internal override string Name => "descriptor-set";

    internal override int Weight => 20;

    /// <summary>Read once when the gateway starts: types, names and problems in words.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (2 << 20) + (inputBytes * 4_096L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        _set.Clear();
        ProtoSchema.Random(random).WriteSet(_set);
        if (random.Chance(30))
        {
            into.Add(_set.Span);
        }
        else
        {
            _mutator.Mutate(_set.Span, _set.Span, random, into);
        }

        if (random.Chance(5))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var loaded = DescriptorContracts.Load([("fuzz.binpb", input.ToArray())]);
        if (!loaded.Problems.IsEmpty && !loaded.Contracts.IsEmpty)
        {
            Break("loads half a set", $"{loaded.Contracts.Length} services, {loaded.Problems.Length} problems");
        }

        foreach (var problem in loaded.Problems)
        {
            if (string.IsNullOrEmpty(problem.Message) || string.IsNullOrEmpty(problem.Cure))
            {
                Break("a problem that says nothing", problem.ToString());
            }
        }

        if (!loaded.Problems.IsEmpty)
        {
            return loaded.Problems[0].Message.StartsWith("this is no FileDescriptorSet", StringComparison.Ordinal) ? Verdict.Refused : Verdict.Framed;
        }

        foreach (var type in loaded.Types.Values.Where(static t => t.Kind == ShapeKind.Struct).Take(MaxMessages))
        {
            TryEmpty(type);
        }

        return loaded.Contracts.IsEmpty ? Verdict.Framed : Verdict.Accepted;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private void TryEmpty(TypeShape type)
    {
        _tape.Reset();
        _output.Clear();
        var read = ProtobufPayloadCodec.Instance.Read(ReadOnlySequence<byte>.Empty, type, ValuePolicy.Default, _tape);

        // A message with required fields is none without them.
        if (!read.IsOk)
        {
            return;
        }

        var written = ProtobufPayloadCodec.Instance.Write(_tape, 0, type, ValuePolicy.Default, _output);
        if (!written.IsOk || _output.Length != 0)
        {
            Break("an empty message is not empty", $"{type.JavaType.Text}: {written}, {Convert.ToHexStringLower(_output.Written)}");
        }
    }
}
