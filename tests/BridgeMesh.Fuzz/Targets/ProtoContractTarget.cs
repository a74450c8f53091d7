using System.Buffers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Protobuf by contracts that have no descriptors, and by descriptors of every kind of field, proto2's too, of which the library of the other
/// protobuf targets makes no class; binary or in its canonical JSON. The first byte of an input picks the type, the rest is the message. What reads
/// must write, and what is written must read and be written byte for byte the same again; a binary message that has a JSON form must be
/// the same message after a way through it, and a JSON text after a way through the binary form.
/// </summary>
internal sealed class ProtoContractTarget(bool json, FuzzCorpus corpus) : FuzzTarget
{
    private static readonly ValuePolicy ProtoJson = new() { ProtoJson = true };

    private readonly ProtoMutator _mutator = new();
    private readonly JsonMutator _jsonMutator = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly FrameWriter _anew = new();
    private readonly FrameWriter _other = new();
    private readonly ValueTape _tape = new();
    private readonly ValueTape _again = new();

    internal override string Name => json ? "protobuf-contract-json" : "protobuf-contract";

    internal override int Weight => 60;

    private IPayloadCodec Codec => json ? JsonPayloadCodec.Instance : ProtobufPayloadCodec.Instance;

    private IPayloadCodec Other => json ? ProtobufPayloadCodec.Instance : JsonPayloadCodec.Instance;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var pick = random.NextByte();
        into.Add(pick);
        var samples = corpus.Proto.Of(pick);
        if (json)
        {
            _jsonMutator.Mutate(random.Pick(samples.Texts.AsSpan()), random.Pick(samples.Texts.AsSpan()), random, into);
            return;
        }

        var sample = random.Pick(samples.Messages.AsSpan());
        if (random.Chance(12))
        {
            into.Add(sample);
        }
        else
        {
            _mutator.Mutate(sample, random.Pick(samples.Messages.AsSpan()), random, into);
        }

        if (random.Chance(8))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused;
        }

        var shape = corpus.Proto.Of(input.Span[0]).Shape;
        var message = input[1..];
        var hash = HashOf(message.Span);
        var status = Read(Codec, _chain.Of(message, hash), shape, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (status.IsOk != !_tape.Failed || _tape.Depth != 0 || (status.IsOk && _tape.RootCount() != 1))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open, {_tape.RootCount()} roots");
        }

        if ((hash & 0x70) == 0)
        {
            var cut = Read(Codec, _chain.Cut(message, 3), shape, _again);
            if (cut != status)
            {
                Break("segments matter", $"whole: {status}, in pieces: {cut}");
            }
        }

        if (!status.IsOk)
        {
            return _tape.Count > 0 ? Verdict.Framed : Verdict.Refused;
        }

        WriteAgain(shape);
        ThroughTheOther(shape);
        return Verdict.Accepted;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _again.Dispose();
        _output.Dispose();
        _anew.Dispose();
        _other.Dispose();
        base.Dispose();
    }

    private static CodecStatus Read(IPayloadCodec codec, in ReadOnlySequence<byte> payload, TypeShape shape, ValueTape into)
    {
        into.Reset();
        return codec.Read(payload, shape, ProtoJson, into);
    }

    private void WriteAgain(TypeShape shape)
    {
        _output.Clear();
        var written = Codec.Write(_tape, 0, shape, ProtoJson, _output);
        if (!written.IsOk)
        {
            if (written.Error is CodecError.Unrepresentable)
            {
                _output.Clear();
                return;
            }

            Break("does not write what it read", written.ToString());
        }

        var read = Read(Codec, new ReadOnlySequence<byte>(_output.WrittenMemory), shape, _again);
        if (!read.IsOk)
        {
            Break("does not read what it wrote", $"{read} in {Show(_output)}");
        }

        _anew.Clear();
        written = Codec.Write(_again, 0, shape, ProtoJson, _anew);
        if (!written.IsOk || !(_anew.Written.SequenceEqual(_output.Written) || IsStable(shape)))
        {
            Break("writes otherwise the second time", $"{Show(_output)} became {Show(_anew)} {written}");
        }
    }

    /// <summary>
    /// Unknown fields keep their order, but for numbers of closed enums among the values of a list, which may be found before or behind the
    /// others: the second writing may put them elsewhere, with the same bytes in all, and the third must not differ from it.
    /// </summary>
    private bool IsStable(TypeShape shape)
    {
        if (_anew.Length != _output.Length || !Read(Codec, new ReadOnlySequence<byte>(_anew.WrittenMemory), shape, _again).IsOk)
        {
            return false;
        }

        using var third = new FrameWriter();
        return Codec.Write(_again, 0, shape, ProtoJson, third).IsOk && third.Written.SequenceEqual(_anew.Written)
            && Sorted(_anew).AsSpan().SequenceEqual(Sorted(_output));
    }

    private static byte[] Sorted(FrameWriter bytes)
    {
        var sorted = bytes.Written.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private void ThroughTheOther(TypeShape shape)
    {
        if (_output.Length == 0)
        {
            return;
        }

        // What one form cannot say (a NaN in a Value, an Any of an unknown type, unknown fields) the other does without.
        _other.Clear();
        if (!Other.Write(_tape, 0, shape, ProtoJson, _other).IsOk)
        {
            return;
        }

        var read = Read(Other, new ReadOnlySequence<byte>(_other.WrittenMemory), shape, _again);
        if (!read.IsOk)
        {
            // In a map a number without constant of a closed enum is kept as the entry's value; JSON takes no such number.
            if (read.Detail?.Contains("has no constant of the number", StringComparison.Ordinal) == true)
            {
                return;
            }

            Break("the other form does not read what it wrote", $"{read} in {Show(_other)}");
        }

        _anew.Clear();
        var written = Codec.Write(_again, 0, shape, ProtoJson, _anew);
        if (!written.IsOk)
        {
            Break("not writable after the other form", $"{written} after {Show(_other)}");
        }
    }

    private static string Show(FrameWriter output)
    {
        var shown = output.Written[..Math.Min(output.Length, 300)];
        return shown.Length > 0 && shown[0] is (byte)'{' or (byte)'[' or (byte)'"' ? System.Text.Encoding.UTF8.GetString(shown) : Convert.ToHexStringLower(shown);
    }
}
