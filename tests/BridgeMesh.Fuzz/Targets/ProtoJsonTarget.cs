using System.Text;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Peers;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Protobuf's canonical JSON of one class with every kind of field. The judge is protobuf's own library: what both take is the same
/// message, and what we write of it the library takes as that message.
/// </summary>
internal sealed class ProtoJsonTarget : FuzzTarget
{
    private static readonly ValuePolicy Policy = new() { ProtoJson = true, RejectUnknown = true };
    private static readonly PeerMessage Message = PeerMessages.All[0];
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(PeerMessages.Types));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(PeerMessages.Types));

    private static readonly JsonSample[] Samples =
        [.. Message.Samples.Take(100).Select(static s => new JsonSample(Encoding.UTF8.GetBytes(Formatter.Format(Kinds.Parser.ParseFrom(s)))))];

    private readonly JsonMutator _mutator = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();

    internal override string Name => "proto-json";

    internal override int Weight => 60;

    // The judge makes objects of everything, several times over.
    internal override long MaxAllocatedBytes(int inputBytes) => (16 << 20) + (inputBytes * 8_192L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var sample = Samples[random.Below(Samples.Length)];
        if (random.Chance(70))
        {
            _mutator.Mutate(sample, Samples[random.Below(Samples.Length)], random, into);
            return;
        }

        // One sign changed: most stay JSON, and many a message.
        into.Add(sample.Bytes);
        into.Set(random.Below(into.Length), (byte)random.Pick<char>("0123456789\"{}[],:-.eEtrfalsn_AZ "));
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var hash = HashOf(input.Span);
        _tape.Reset();
        var status = JsonPayloadCodec.Instance.Read(_chain.Of(input, hash), Message.Shape, Policy, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (status.IsOk != !_tape.Failed || _tape.Depth != 0 || (status.IsOk && _tape.RootCount() != 1))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open, {_tape.RootCount()} roots");
        }

        if (!status.IsOk)
        {
            return _tape.Count > 1 ? Verdict.Framed : Verdict.Refused;
        }

        WriteAgain(input);
        return Verdict.Accepted;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private void WriteAgain(ReadOnlyMemory<byte> input)
    {
        var expected = TryParse(Encoding.UTF8.GetString(input.Span), out _);
        _output.Clear();
        var binary = ProtobufPayloadCodec.Instance.Write(_tape, 0, Message.Shape, Policy, _output);
        if (!binary.IsOk)
        {
            Break("does not write what it read", binary.ToString());
        }

        Kinds actual;
        try
        {
            actual = Kinds.Parser.ParseFrom(_output.Written);
        }
        catch (InvalidProtocolBufferException)
        {
            // Nested deeper than the library goes.
            return;
        }

        if (expected is not null && !Same(expected, actual) && !HasLongNumber(input.Span))
        {
            Break("reads another message", Convert.ToHexString(_output.Written[..Math.Min(_output.Length, 400)]));
        }

        _output.Clear();
        var json = JsonPayloadCodec.Instance.Write(_tape, 0, Message.Shape, Policy, _output);
        if (!json.IsOk)
        {
            // A field mask may hold paths that the JSON form has no way to write.
            if (json.Error != CodecError.Unrepresentable)
            {
                Break("does not write what it read as JSON", json.ToString());
            }

            return;
        }

        var again = TryParse(Encoding.UTF8.GetString(_output.Written), out var why);
        if (again is null)
        {
            Break("writes what the library refuses", why);
        }
        else if (!Same(again, actual))
        {
            Break("writes another message", Encoding.UTF8.GetString(_output.Written[..Math.Min(_output.Length, 400)]));
        }
    }

    /// <summary>The library reads numbers through a double, which rounds from 16 digits on.</summary>
    private static bool HasLongNumber(ReadOnlySpan<byte> json)
    {
        var run = 0;
        foreach (var b in json)
        {
            run = b is >= (byte)'0' and <= (byte)'9' ? run + 1 : 0;
            if (run == 16)
            {
                return true;
            }
        }

        return false;
    }

    // Once through bytes: the library's own objects may hold what it would not read.
    private static bool Same(Kinds left, Kinds right)
    {
        PeerMessages.Scrub(left);
        PeerMessages.Scrub(right);
        return Kinds.Parser.ParseFrom(left.ToByteArray()).Equals(Kinds.Parser.ParseFrom(right.ToByteArray()));
    }

    private static Kinds? TryParse(string json, out string why)
    {
        try
        {
            why = "fine";
            return Parser.Parse<Kinds>(json);
        }
        catch (Exception problem) when (problem is InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException
            or OverflowException or FormatException or ArgumentException)
        {
            why = problem.Message;
            return null;
        }
    }
}
