using System.Buffers;
using System.Text.Json;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// JSON as it describes itself, or typed by a shape of the demo contracts, which the first byte of an input picks. Without a shape
/// System.Text.Json is the judge of what is JSON; what is written must be JSON to it in either case, and must read back as what is written
/// the same again: members may come in another order and numbers as the strings that JSON's policy makes of them, but only once.
/// </summary>
internal sealed class JsonTarget(bool shaped, FuzzCorpus corpus) : FuzzTarget
{
    private readonly JsonMutator _mutator = new();
    private readonly JsonGrammar _grammar = new();
    private readonly TypedJsonGrammar _typed = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly FrameWriter _anew = new();
    private readonly ValueTape _tape = new();
    private readonly ValueTape _again = new();

    internal override string Name => shaped ? "json-shaped" : "json";

    internal override int Weight => 120;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        if (shaped)
        {
            var pick = random.Below(corpus.Shapes.Length);
            into.Add((byte)pick);
            if (random.Chance(80))
            {
                _typed.Write(into, random, corpus.Shapes[pick], random.Chance(40) ? 0 : random.Skewed(1_000));
                if (random.Chance(25))
                {
                    ByteMutations.One(into, random);
                }

                return;
            }
        }

        if (random.Chance(30))
        {
            _grammar.Write(into, random, random.Chance(50) ? 0 : random.Skewed(1_000));
        }
        else
        {
            _mutator.Mutate(corpus.Json.Pick(random), corpus.Json.Pick(random), random, into);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var hash = HashOf(input.Span);
        var shape = shaped && !input.IsEmpty ? corpus.Shapes[input.Span[0] % corpus.Shapes.Length] : null;
        input = shaped && !input.IsEmpty ? input[1..] : input;
        var payload = _chain.Of(input, hash);
        _tape.Reset();
        var status = JsonPayloadCodec.Instance.Read(payload, shape, ValuePolicy.Default, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (status.IsOk != !_tape.Failed || _tape.Depth != 0 || (status.IsOk && _tape.RootCount() != 1))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open, {_tape.RootCount()} roots");
        }

        if (!shaped)
        {
            Judge(input.Span, status);
        }

        if ((hash & 0x70) == 0)
        {
            InPieces(input, shape, status);
        }

        if (!status.IsOk)
        {
            return _tape.Count > 0 ? Verdict.Framed : Verdict.Refused;
        }

        // A subclass that @type asked for is written without its name, so that it reads back as the class that was declared.
        WriteAgain(shape, mustBeSame: !shaped || input.Span.IndexOf("type"u8) < 0);
        return Verdict.Accepted;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _again.Dispose();
        _output.Dispose();
        _anew.Dispose();
        base.Dispose();
    }

    /// <summary>What the library takes for JSON must read, unless a bound is passed; what it refuses must not.</summary>
    private static void Judge(ReadOnlySpan<byte> input, in CodecStatus status)
    {
        if (status.Error is CodecError.OverBudget or CodecError.TypeMismatch)
        {
            return;
        }

        // A byte order mark in front is our own leniency.
        var text = input.StartsWith("\uFEFF"u8) ? input[3..] : input;
        var isJson = IsJson(text, out var why);
        if (isJson != status.IsOk)
        {
            Break(isJson ? "refuses JSON" : "takes what is no JSON", $"{status}; the library: {why}");
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text, out string why)
    {
        why = "fine";
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 10_000 });
        try
        {
            var any = false;
            while (reader.Read())
            {
                any = true;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !System.Text.Unicode.Utf8.IsValid(reader.ValueSpan))
                {
                    why = "not UTF-8";
                    return false;
                }
            }

            why = any ? why : "empty";
            return any;
        }
        catch (JsonException problem)
        {
            why = problem.Message;
            return false;
        }
    }

    private void InPieces(ReadOnlyMemory<byte> input, TypeShape? shape, in CodecStatus whole)
    {
        _again.Reset();
        var status = JsonPayloadCodec.Instance.Read(_chain.Cut(input, 3), shape, ValuePolicy.Default, _again);
        if (status != whole)
        {
            Break("segments matter", $"whole: {whole}, in pieces: {status}");
        }
    }

    private void WriteAgain(TypeShape? shape, bool mustBeSame)
    {
        _output.Clear();
        var written = JsonPayloadCodec.Instance.Write(_tape, 0, shape, ValuePolicy.Default, _output);
        if (!written.IsOk)
        {
            Break("does not write what it read", written.ToString());
        }

        if (!IsJson(_output.Written, out var why))
        {
            Break("writes what is no JSON", why);
        }

        _again.Reset();
        var read = JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(_output.WrittenMemory), shape, ValuePolicy.Default, _again);
        if (!read.IsOk)
        {
            Break("does not read what it wrote", read.ToString());
        }

        if (!mustBeSame)
        {
            return;
        }

        _anew.Clear();
        written = JsonPayloadCodec.Instance.Write(_again, 0, shape, ValuePolicy.Default, _anew);
        if (!written.IsOk || !_anew.Written.SequenceEqual(_output.Written))
        {
            Break("writes other JSON the second time", $"{Show(_output)} became {Show(_anew)} {written}");
        }
    }

    private static string Show(FrameWriter output) => System.Text.Encoding.UTF8.GetString(output.Written[..Math.Min(output.Length, 300)]);
}
