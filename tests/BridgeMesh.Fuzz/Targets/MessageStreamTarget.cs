using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects.Connect;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Bodies of gRPC's family, read as streams and as the one message of a unary call, in whatever pieces they come.
/// <code>
/// how 1 | bytes     how: bits 0-1 encoding none, gzip, deflate, one that nobody knows; bits 2-3 form gRPC, Connect's streams, Connect's unary
///                   body, gRPC-Web's text
/// </code>
/// The same messages and the same end must come of it in every cut. What is one message as a stream is that message as a unary body, and
/// nothing else is one. Base64 is judged quantum by quantum.
/// </summary>
internal sealed class MessageStreamTarget : FuzzTarget
{
    private const int MaxMessageBytes = 64 << 10;
    private const int Quantum = 4;
    private const int OneBody = 2;
    private const int Text = 3;

    private static readonly string?[] Encodings = [null, MessageEncoding.Gzip, MessageEncoding.Deflate, "snappy"];

    private static readonly MessageFraming[] Framings =
        [GrpcDialects.Framing, ConnectDialects.StreamFraming, ConnectDialects.UnaryFraming, GrpcDialects.Framing];

    private readonly InputBytes _body = new();
    private readonly FrameWriter _packed = new();

    internal override string Name => "message-stream";

    internal override int Weight => 40;

    /// <summary>Pipes, inflaters and their buffers, a few times each; inflating makes at most what a message may hold.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (8 << 20) + (inputBytes * 2_048L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(16);
        into.Add((byte)how);
        _body.Clear();
        if (how >> 2 == OneBody)
        {
            Message(random, how & 3, isPrefixed: false);
        }
        else
        {
            for (var i = random.Chance(40) ? 1 : random.Skewed(5); i > 0; i--)
            {
                Message(random, how & 3, isPrefixed: true);
            }

            if (random.Chance(30))
            {
                _body.Add(how >> 2 == Text ? (byte)0x80 : ConnectEnd.Flag);
                _body.AddInt32(2);
                _body.Add("{}"u8);
            }
        }

        if (random.Chance(35))
        {
            ByteMutations.One(_body, random);
        }

        if (how >> 2 != Text)
        {
            into.Add(_body.Span);
            return;
        }

        // Each piece has its own padding, as browsers' senders flush.
        for (var at = 0; at < _body.Length;)
        {
            var length = Math.Min(_body.Length - at, random.Chance(50) ? _body.Length : 1 + random.Below(40));
            into.Add(Encoding.ASCII.GetBytes(Convert.ToBase64String(_body.Span.Slice(at, length))));
            at += length;
        }

        if (random.Chance(25))
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

        var bytes = input[1..];
        var (encoding, form) = (Encodings[input.Span[0] & 3], (input.Span[0] >> 2) & 3);
        var step = 1 + (int)(HashOf(bytes.Span) % 23);
        if (form == Text)
        {
            bytes = Decode(bytes, step);
        }

        var body = Unary(bytes, Math.Max(1, bytes.Length), Framings[form], encoding);
        var bodyCut = Unary(bytes, step, Framings[form], encoding);
        if (body != bodyCut)
        {
            Break("cuts of a body matter", $"{body}, in steps of {step} {bodyCut}");
        }

        if (form == OneBody)
        {
            return body.Fault.Length == 0 ? Verdict.Accepted : Verdict.Framed;
        }

        var stream = Stream(bytes, Math.Max(1, bytes.Length), Framings[form], encoding);
        var streamCut = Stream(bytes, step, Framings[form], encoding);
        if (stream != streamCut)
        {
            Break("cuts of a stream matter", $"{stream}, in steps of {step} {streamCut}");
        }

        var isOne = stream is { Messages: 1, End: MessageStep.Ended };
        if (isOne != (body.Fault.Length == 0) || (isOne && stream.Hash != body.Hash))
        {
            Break("a stream of one is another message", $"{stream} and {body}");
        }

        return stream.Messages == 0 ? Verdict.Refused : stream.End == MessageStep.Fault ? Verdict.Framed : Verdict.Accepted;
    }

    public override void Dispose()
    {
        _packed.Dispose();
        base.Dispose();
    }

    private void Message(FuzzRandom random, int encoding, bool isPrefixed)
    {
        // Now and then a bomb, or a message that is just too long.
        var plain = new byte[random.Chance(2) ? MaxMessageBytes + random.Between(-1, 2) : random.Below(120)];
        random.Fill(plain.AsSpan(0, Math.Min(plain.Length, 100)));
        var isPacked = encoding is 1 or 2 && random.Chance(isPrefixed ? 60 : 90);
        _packed.Clear();
        if (isPacked)
        {
            MessageEncoding.Pack(Encodings[encoding]!, plain, _packed);
        }
        else
        {
            _packed.Write(plain);
        }

        if (isPrefixed)
        {
            _body.Add((byte)(isPacked ? 1 : 0));
            _body.AddInt32(random.Chance(92) ? _packed.Length : EdgeValues.Near(random, _packed.Length));
        }

        _body.Add(_packed.Written);
    }

    /// <summary>What the text stands for, as the codec reads it, which must be what the alphabet says.</summary>
    private static byte[] Decode(ReadOnlyMemory<byte> text, int step)
    {
        var expected = new List<byte>();
        Span<byte> three = stackalloc byte[3];
        var at = 0;
        for (; at < text.Length; at += Quantum)
        {
            var count = at + Quantum <= text.Length ? Three(text.Span.Slice(at, Quantum), three) : 0;
            if (count == 0)
            {
                // A flag that no message has.
                expected.Add(0xff);
                break;
            }

            expected.AddRange(three[..count]);
        }

        using var decoded = new MemoryStream();
        new Base64Body(Pipe(text, step)).CopyToAsync(decoded).GetAwaiter().GetResult();
        var bytes = decoded.ToArray();
        if (!bytes.AsSpan().SequenceEqual(expected.ToArray()))
        {
            Break("base64 means otherwise", $"{Convert.ToHexStringLower(bytes)} for {Convert.ToHexStringLower(expected.ToArray())}");
        }

        return bytes;
    }

    private static int Three(ReadOnlySpan<byte> four, Span<byte> three)
    {
        var padding = four[3] != '=' ? 0 : four[2] != '=' ? 1 : 2;
        var bits = 0;
        for (var i = 0; i < Quantum; i++)
        {
            var digit = i >= Quantum - padding ? 0 : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8.IndexOf(four[i]);
            if (digit < 0)
            {
                return 0;
            }

            bits = (bits << 6) | digit;
        }

        // Bits that stand for no byte are 0, or this is no base64. Source: RFC 4648, section 3.5.
        (three[0], three[1], three[2]) = ((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
        return three[(3 - padding)..].ContainsAnyExcept((byte)0) ? 0 : 3 - padding;
    }

    private static PipeReader Pipe(ReadOnlyMemory<byte> bytes, int step) =>
        PipeReader.Create(new PieceStream(bytes, step), new StreamPipeReaderOptions(bufferSize: Math.Clamp(step, 1, 4_096), minimumReadSize: 1));

    private static (uint Hash, string Fault) Unary(ReadOnlyMemory<byte> bytes, int step, MessageFraming framing, string? encoding)
    {
        var pipe = Pipe(bytes, step);
        using var body = new UnaryBody();
        var status = body.ReadAsync(pipe, framing, encoding, MaxMessageBytes, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (body.Message.Length > MaxMessageBytes || (!status.IsOk && string.IsNullOrEmpty(status.Detail)))
        {
            Break("a body that says nothing, or too much", $"{status}, {body.Message.Length} bytes");
        }

        var said = (status.IsOk ? HashOf(body.Message.ToArray()) : 0, status.IsOk ? string.Empty : status.ToString());
        body.Release();
        pipe.Complete();
        return said;
    }

    private static (int Messages, uint Hash, MessageStep End, string Fault) Stream(
        ReadOnlyMemory<byte> bytes, int step, MessageFraming framing, string? encoding)
    {
        var pipe = Pipe(bytes, step);
        using var reader = new MessageReader(pipe, framing, encoding, MaxMessageBytes);
        var (messages, hash) = (0, 0u);
        while (true)
        {
            var said = reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (said is MessageStep.Message or MessageStep.EndFrame)
            {
                hash = (hash * 31) + HashOf(reader.Message.ToArray());
            }

            if (said != MessageStep.Message)
            {
                reader.Release();
                pipe.Complete();
                return (messages, hash, said, said == MessageStep.Fault ? reader.Fault.ToString() : string.Empty);
            }

            if (++messages > bytes.Length)
            {
                Break("goes on for ever", $"{messages} messages of {bytes.Length} bytes");
            }
        }
    }
}
