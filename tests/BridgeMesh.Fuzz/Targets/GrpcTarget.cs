using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What gRPC adds to HTTP/2 and protobuf: prefixed messages and their compression, timeouts, status messages, names and values of metadata.
/// <code>
/// how 1 | bytes     how: 0 messages of a stream, 1 one message packed with gzip, 2 with deflate, 3 grpc-timeout, 4 grpc-message, 5 metadata
/// </code>
/// What packs must unpack to the same; what is written of a timeout or a message must read to the same.
/// </summary>
internal sealed class GrpcTarget : FuzzTarget
{
    private const int Ways = 6;
    private const int MaxMessageBytes = 64 << 10;

    private static readonly string[] Texts =
    [
        "1S", "99999999H", "100000000H", "0m", "1n", "5u", "3M", "m", "-1S", "+1S", " 1S", "1.5S", "%E4%B8%AD", "%zz", "%", "%4", "no stock", "100%25", "é中😀", "\u0001",
        "trace-bin", "grpc-status", ":path", "X-Tenant", "AAEC", "AAEC=", "AA==", "a b", "x_y.z", "content-type", "accept",
    ];

    private readonly SegmentChain _chain = new();
    private readonly SegmentChain _pieces = new();
    private readonly FrameWriter _output = new();
    private readonly FrameWriter _other = new();
    private readonly FrameWriter _packed = new();

    internal override string Name => "grpc";

    internal override int Weight => 60;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(Ways);
        into.Add((byte)how);
        switch (how)
        {
            case 0:
                Messages(random, into);
                break;
            case 1 or 2:
                Packed(random, how, into);
                break;
            default:
                for (var i = random.Skewed(3); i > 0; i--)
                {
                    into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Texts)));
                }

                break;
        }

        if (random.Chance(40))
        {
            ByteMutations.One(into, random);
        }
    }

    /// <summary>Inflating takes the framework's own buffers, and at most what a message may hold.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (4 << 20) + (inputBytes * 1_024L);

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused;
        }

        var bytes = input[1..];
        return (input.Span[0] % Ways) switch
        {
            0 => Stream(bytes),
            1 => Unpack(MessageEncoding.Gzip, bytes),
            2 => Unpack(MessageEncoding.Deflate, bytes),
            3 => Timeout(Encoding.Latin1.GetString(bytes.Span)),
            4 => Message(Encoding.UTF8.GetString(bytes.Span)),
            _ => Pair(Encoding.Latin1.GetString(bytes.Span)),
        };
    }

    public override void Dispose()
    {
        _output.Dispose();
        _other.Dispose();
        _packed.Dispose();
        base.Dispose();
    }

    private void Messages(FuzzRandom random, InputBytes into)
    {
        Span<byte> content = stackalloc byte[64];
        for (var i = random.Skewed(5); i > 0; i--)
        {
            random.Fill(content);
            var length = random.Below(content.Length);
            into.Add(random.Chance(90) ? (byte)random.Below(2) : random.NextByte());
            into.AddInt32(random.Chance(85) ? length : EdgeValues.Near(random, length));
            into.Add(content[..length]);
        }
    }

    private void Packed(FuzzRandom random, int how, InputBytes into)
    {
        // Now and then a bomb: equal bytes pack a thousand to one.
        var plain = new byte[random.Chance(5) ? random.Below(4 * MaxMessageBytes) : random.Below(600)];
        if (random.Chance(60))
        {
            random.Fill(plain.AsSpan(0, Math.Min(plain.Length, 600)));
        }

        _packed.Clear();
        MessageEncoding.Pack(how == 1 ? MessageEncoding.Gzip : MessageEncoding.Deflate, plain, _packed);
        into.Add(_packed.Written);
        if (random.Chance(10))
        {
            into.Add(_packed.Written);
        }
    }

    private Verdict Stream(ReadOnlyMemory<byte> bytes)
    {
        var stream = _chain.Of(bytes, HashOf(bytes.Span));
        var verdict = Verdict.Refused;
        while (true)
        {
            var status = MessagePrefix.Read(stream, MaxMessageBytes, out var prefix, out var whole);
            var cut = MessagePrefix.Read(_pieces.Cut(stream.ToArray(), 1), MaxMessageBytes, out var also, out var alsoWhole);
            if (status != cut || prefix != also || whole != alsoWhole)
            {
                Break("segments matter", $"{status} {prefix} {whole}, in pieces {cut} {also} {alsoWhole}");
            }

            if (!status.IsOk || !whole)
            {
                return stream.IsEmpty ? verdict : verdict == Verdict.Accepted ? Verdict.Framed : verdict;
            }

            if (prefix.Length < 0 || prefix.Length > MaxMessageBytes || prefix.Length > stream.Length - MessagePrefix.Bytes)
            {
                Break("a message that is not there", $"{prefix} of {stream.Length}");
            }

            verdict = Verdict.Accepted;
            stream = stream.Slice(MessagePrefix.Bytes + prefix.Length);
        }
    }

    private Verdict Unpack(string encoding, ReadOnlyMemory<byte> bytes)
    {
        _output.Clear();
        var status = MessageEncoding.Unpack(encoding, _chain.Of(bytes, HashOf(bytes.Span)), MaxMessageBytes, _output);

        // One step of output may be made before the bound is looked at.
        if (_output.Length > MaxMessageBytes + (16 << 10))
        {
            Break("unpacks beyond its bound", $"{_output.Length} bytes");
        }

        if (!status.IsOk)
        {
            return string.IsNullOrEmpty(status.Detail) ? Broken(status) : Verdict.Framed;
        }

        _packed.Clear();
        MessageEncoding.Pack(encoding, _output.Written, _packed);
        _other.Clear();
        var again = MessageEncoding.Unpack(encoding, new ReadOnlySequence<byte>(_packed.WrittenMemory), MaxMessageBytes, _other);
        if (!again.IsOk || !_other.Written.SequenceEqual(_output.Written))
        {
            Break("unpacks otherwise the second time", $"{again}, {_output.Length} became {_other.Length} bytes");
        }

        return Verdict.Accepted;
    }

    private static Verdict Broken(in CodecStatus status)
    {
        Break("a fault that says nothing", status.Error.ToString());
        return Verdict.Refused;
    }

    private static Verdict Timeout(string text)
    {
        if (!GrpcTimeout.TryParse(text, out var timeoutMs))
        {
            return Verdict.Refused;
        }

        if (timeoutMs < 1)
        {
            Break("a timeout below 1 ms", $"{text}: {timeoutMs}");
        }

        var written = GrpcTimeout.Format(timeoutMs);
        if (!GrpcTimeout.TryParse(written, out var again) || again < timeoutMs || again - (long)timeoutMs > 999)
        {
            Break("a timeout reads back otherwise", $"{text} is {timeoutMs} ms, written {written}, {again} ms");
        }

        return Verdict.Accepted;
    }

    private static Verdict Message(string text)
    {
        var decoded = StatusMessage.Decode(text);
        var encoded = StatusMessage.Encode(decoded);
        if (encoded.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            Break("a message that no trailer can hold", encoded);
        }

        var again = StatusMessage.Decode(encoded);
        var cut = decoded.Length > StatusMessage.MaxChars;
        if (cut ? !decoded.StartsWith(again, StringComparison.Ordinal) : again != decoded)
        {
            Break("a message reads back otherwise", $"{decoded} became {again}");
        }

        return encoded == text ? Verdict.Accepted : Verdict.Framed;
    }

    private static Verdict Pair(string text)
    {
        var half = text.Length / 2;
        if (MetadataRules.WireName(text[..half]) is not { } name)
        {
            return Verdict.Refused;
        }

        if (MetadataRules.WireName(name) != name || MetadataRules.IsReserved(name))
        {
            Break("a name that does not stay", name);
        }

        return MetadataRules.MaySend(name, text[half..]) ? Verdict.Accepted : Verdict.Framed;
    }
}
