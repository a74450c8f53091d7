using System.Buffers;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// A stream of Hessian values: read, skipped, written again in both dialects. What reads must skip to the same place, and must write and read
/// back equal; what is cut into segments must read the same.
/// </summary>
internal sealed class HessianTarget(bool draft, FuzzCorpus corpus) : FuzzTarget
{
    /// <summary>Values of one stream that are read.</summary>
    private const int MaxRoots = 64;

    private readonly HessianDialect _dialect = draft ? HessianDialect.Draft : HessianDialect.Final;
    private readonly SampleSet<HessianSample> _samples = draft ? corpus.DraftStreams : corpus.FinalStreams;
    private readonly HessianMutator _mutator = new();
    private readonly HessianGrammar _grammar = new();
    private readonly SegmentChain _chain = new();
    private readonly HessianReadState _state = new();
    private readonly HessianWriteState _writing = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();
    private readonly ValueTape _again = new();

    internal override string Name => draft ? "hessian-draft" : "hessian-final";

    internal override int Weight => 200;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        if (random.Chance(25))
        {
            _grammar.Write(into, random, draft, random.Skewed(4), random.Chance(50) ? 0 : random.Skewed(400));
        }
        else
        {
            _mutator.Mutate(_samples.Pick(random), _samples.Pick(random), random, into);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var hash = HashOf(input.Span);
        var bytes = _chain.Of(input, hash);
        var (status, consumed, roots) = Read(bytes, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        var counts = (_state.SlotCount, _state.ClassCount, _state.TypeCount);
        Skip(bytes, roots, consumed, status, counts);
        if (status.IsOk && roots > 0)
        {
            WriteAgain(_dialect, mustEqual: true);
            WriteAgain(draft ? HessianDialect.Final : HessianDialect.Draft, mustEqual: false);
        }

        if ((hash & 0x70) == 0)
        {
            CutInPieces(input, status, consumed);
        }

        return status.IsOk && roots > 0 ? Verdict.Accepted : _tape.Count > 0 ? Verdict.Framed : Verdict.Refused;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _again.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private (CodecStatus Status, long Consumed, int Roots) Read(in ReadOnlySequence<byte> bytes, ValueTape into)
    {
        into.Reset();
        _state.Reset();
        var reader = new HessianReader(bytes, _dialect, _state);
        var roots = 0;
        while (!reader.End && roots < MaxRoots)
        {
            var status = reader.ReadValue(into);
            if (!status.IsOk)
            {
                return (status, reader.Consumed, roots);
            }

            roots++;
        }

        if (into.Depth != 0 || into.RootCount() != roots)
        {
            Break("roots", $"{roots} values read, {into.RootCount()} on the tape, {into.Depth} open");
        }

        return (CodecStatus.Ok, reader.Consumed, roots);
    }

    private void Skip(in ReadOnlySequence<byte> bytes, int roots, long consumed, in CodecStatus read, (int Slots, int Classes, int Types) counts)
    {
        _state.Reset();
        var skipper = new HessianReader(bytes, _dialect, _state);
        for (var i = 0; i < roots; i++)
        {
            var status = skipper.Skip();
            if (!status.IsOk)
            {
                Break("skip refuses what reads", $"value {i}: {status}");
            }
        }

        if (!read.IsOk)
        {
            // The value that did not read may be skipped or not, in bounded time.
            skipper.Skip();
            return;
        }

        if (skipper.Consumed != consumed)
        {
            Break("skip ends elsewhere", $"skips {skipper.Consumed} bytes, reads {consumed}");
        }

        var skipped = (_state.SlotCount, _state.ClassCount, _state.TypeCount);
        if (skipped != counts)
        {
            Break("skip counts otherwise", $"slots, classes, types: skipped {skipped}, read {counts}");
        }
    }

    private void WriteAgain(HessianDialect dialect, bool mustEqual)
    {
        _writing.Reset();
        _output.Clear();
        var writer = new HessianWriter(_output, dialect, _writing);
        for (var i = 0; i < _tape.Count; i = _tape.Next(i))
        {
            var status = writer.WriteValue(_tape, i);
            if (!status.IsOk)
            {
                if (mustEqual)
                {
                    Break("does not write what it read", status.ToString());
                }

                return;
            }
        }

        var (read, _, _) = ReadWritten(dialect);
        if (!read.IsOk)
        {
            Break("does not read what it wrote", $"{dialect}: {read} in {Convert.ToHexStringLower(_output.Written[..Math.Min(400, _output.Length)])}");
        }

        if (mustEqual && TapeEquality.Difference(_tape, _again) is { } difference)
        {
            Break("reads back unequal", difference);
        }
    }

    private (CodecStatus Status, long Consumed, int Roots) ReadWritten(HessianDialect dialect)
    {
        _again.Reset();
        _state.Reset();
        var reader = new HessianReader(new ReadOnlySequence<byte>(_output.WrittenMemory), dialect, _state);
        var roots = 0;
        while (!reader.End)
        {
            var status = reader.ReadValue(_again);
            if (!status.IsOk)
            {
                return (status, reader.Consumed, roots);
            }

            roots++;
        }

        return (CodecStatus.Ok, reader.Consumed, roots);
    }

    private void CutInPieces(ReadOnlyMemory<byte> input, in CodecStatus whole, long consumed)
    {
        var (status, also, _) = Read(_chain.Cut(input, 3), _again);
        if (status != whole || also != consumed)
        {
            Break("segments matter", $"whole: {whole} at {consumed}, in pieces: {status} at {also}");
        }
    }
}
