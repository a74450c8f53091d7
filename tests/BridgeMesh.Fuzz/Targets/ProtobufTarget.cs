using System.Buffers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Protobuf messages; the first byte of an input picks the class. The judge is protobuf's own library: what we take it takes, as the same
/// message before and after we wrote it again; what it takes we take, but for what we refuse on purpose: see docs/protobuf.md.
/// </summary>
internal sealed class ProtobufTarget : FuzzTarget
{
    private readonly ProtobufMutator _mutator = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();
    private readonly ValueTape _again = new();

    internal override string Name => "protobuf";

    internal override int Weight => 120;

    // The judge makes objects of everything, several times over.
    internal override long MaxAllocatedBytes(int inputBytes) => (16 << 20) + (inputBytes * 8_192L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var pick = random.Below(PeerMessages.All.Length);
        into.Add((byte)pick);
        var samples = PeerMessages.All[pick].Samples;
        _mutator.Mutate(samples[random.Below(samples.Length)], random, into, random.Chance(30) ? 0 : random.Skewed(2_000));
        if (random.Chance(15))
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

        var hash = HashOf(input.Span);
        var message = PeerMessages.All[input.Span[0] % PeerMessages.All.Length];
        input = input[1..];
        _tape.Reset();
        var status = ProtobufPayloadCodec.Instance.Read(_chain.Of(input, hash), message.Shape, ValuePolicy.Default, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (status.IsOk != !_tape.Failed || _tape.Depth != 0 || (status.IsOk && _tape.RootCount() != 1) || status.Offset > input.Length)
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open, {_tape.RootCount()} roots");
        }

        if ((hash & 0x70) == 0)
        {
            _again.Reset();
            var pieces = ProtobufPayloadCodec.Instance.Read(_chain.Cut(input, 3), message.Shape, ValuePolicy.Default, _again);
            if (pieces != status)
            {
                Break("segments matter", $"whole: {status}, in pieces: {pieces}");
            }
        }

        Judge(message, input, status);
        return status.IsOk ? Verdict.Accepted : _tape.Count > 1 ? Verdict.Framed : Verdict.Refused;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _again.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private void Judge(PeerMessage message, ReadOnlyMemory<byte> input, in CodecStatus status)
    {
        IMessage? expected = null;
        var why = "fine";
        try
        {
            expected = message.Parser.ParseFrom(new ReadOnlySequence<byte>(input));
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or IndexOutOfRangeException)
        {
            // The others are the library's own faults: a wrapper that ends behind a tag, a length of 2^31 - 1.
            why = problem.Message;
        }

        if (expected is null)
        {
            // The library counts messages inside each other, we count containers.
            var tooDeep = why.Contains("nest", StringComparison.OrdinalIgnoreCase) || why.Contains("recursion", StringComparison.OrdinalIgnoreCase);
            if (status.IsOk && !HasWrapper(input.Span) && !tooDeep)
            {
                Break("takes what the library refuses", why);
            }

            return;
        }

        if (!status.IsOk)
        {
            if (!IsOnPurpose(status) && !HasWrapper(input.Span))
            {
                Break("refuses what the library takes", status.ToString());
            }

            return;
        }

        _output.Clear();
        var written = ProtobufPayloadCodec.Instance.Write(_tape, 0, message.Shape, ValuePolicy.Default, _output);
        if (!written.IsOk)
        {
            Break("does not write what it read", written.ToString());
        }

        IMessage actual;
        try
        {
            actual = message.Parser.ParseFrom(new ReadOnlySequence<byte>(_output.WrittenMemory));
        }
        catch (InvalidProtocolBufferException problem)
        {
            Break("writes what the library refuses", problem.Message);
            return;
        }

        PeerMessages.Scrub(expected);
        PeerMessages.Scrub(actual);
        var (left, right) = (Canonical(message, expected), Canonical(message, actual));
        if (!left.Equals(right))
        {
            if (!MapEntries.HaveTwoValues(input.Span))
            {
                Break("becomes another message", Difference.Of(left, right));
            }
        }
    }

    /// <summary>A length of which the library reads the lower half alone.</summary>
    private static bool IsPast32Bits(string detail) => detail.StartsWith("a length of ", StringComparison.Ordinal)
        && ulong.TryParse(detail.AsSpan(12, detail.IndexOf(' ', 12) - 12), out var length) && length >= int.MaxValue;

    /// <summary>
    /// The library's short way through wrappers, the fields 91 to 99, does not look where they end, and reads on behind a broken one as if it
    /// were whole: of an input that has one it is no judge of what is broken.
    /// </summary>
    private static bool HasWrapper(ReadOnlySpan<byte> input)
    {
        for (var i = 1; i < input.Length; i++)
        {
            if ((input[i] == 0x05 && (input[i - 1] & 0xF8) >= 0xD8 && (input[i - 1] & 7) == 2) || (input[i] == 0x06 && input[i - 1] is >= 0x82 and <= 0x9A))
            {
                return true;
            }
        }

        return false;
    }

    // Once through bytes: the library's own objects may hold what it would not read.
    private static IMessage Canonical(PeerMessage message, IMessage of) => message.Parser.ParseFrom(of.ToByteArray());

    /// <summary>Refusals of what the library lets pass: docs/protobuf.md lists them.</summary>
    private static bool IsOnPurpose(in CodecStatus status) => status.Error is CodecError.OverBudget or CodecError.TypeMismatch

        // What an Any holds stays closed to the library.
        || status.Path?.Contains(".anAny", StringComparison.Ordinal) == true
        || status.Detail is { } detail && (detail.StartsWith("a varint past 64 bits", StringComparison.Ordinal)
            || detail.StartsWith("a field number past", StringComparison.Ordinal)
            || IsPast32Bits(detail)
            || detail.StartsWith("the wire type", StringComparison.Ordinal)
            || detail.StartsWith("the text is not UTF-8", StringComparison.Ordinal));
}
