using System.Text;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Bodies of HTTP callees that stream: NDJSON, server-sent events and JSON arrays.
/// <code>
/// form 1 | bytes     form: 0 lines, 1 events, 2 array
/// </code>
/// The same messages must come of it whole, byte by byte and in any other cut, and it must end.
/// </summary>
internal sealed class HttpStreamTarget(FuzzCorpus corpus) : FuzzTarget
{
    private const int MaxPieces = 10_000;

    private static readonly string[] Parts =
    [
        "data: 1\n\n", "data:{\"a\":\n", "data: 1}\r\n\r\n", "event: error\n", "event: end\n", ": beat\r\r", "id: 1\n", "retry: x\n", "\uFEFF", "data", "\n", "\r",
        "[", "]", ",", " ", "\"a,]\\\"\"", "{\"b\":[2,{}]}", "[[", "}}", "1", "null", "{\"$problem\":{\"type\":\"x\"}}\n", "{\"$problem\":", "\\", "\"",
    ];

    private static readonly StreamForm[] Forms = [StreamForm.Lines, StreamForm.Events, StreamForm.Array];

    private readonly SegmentChain _chain = new();

    internal override string Name => "http-stream";

    internal override int Weight => 40;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add((byte)random.Below(Forms.Length));
        for (var i = 1 + random.Skewed(12); i > 0; i--)
        {
            into.Add(random.Chance(15) ? corpus.Json.Pick(random).Bytes : Encoding.UTF8.GetBytes(random.Pick<string>(Parts)));
        }

        if (random.Chance(40))
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
        var form = Forms[input.Span[0] % Forms.Length];
        var step = 1 + (int)(HashOf(bytes.Span) % 7);
        var (messages, hash, end) = Split(form, bytes, bytes.Length);
        var cut = Split(form, bytes, step);
        if (cut != (messages, hash, end))
        {
            Break("cuts matter", $"{messages} messages and {end}, in steps of {step} {cut.Messages} and {cut.End}");
        }

        return messages == 0 ? Verdict.Refused : end == StreamPiece.End ? Verdict.Accepted : Verdict.Framed;
    }

    /// <summary>Brings the bytes in steps, as a pipe does: what was not used up comes again with more behind it.</summary>
    private (int Messages, uint Hash, StreamPiece End) Split(StreamForm form, ReadOnlyMemory<byte> bytes, int step)
    {
        using var splitter = StreamSplitter.Of(form);
        var (used, at, messages, hash) = (0, 0, 0, 0u);
        while (true)
        {
            at = Math.Min(bytes.Length, at + Math.Max(1, step));
            var isEnd = at == bytes.Length;
            while (true)
            {
                var buffer = _chain.Cut(bytes[used..at], Math.Max(1, step));
                var before = buffer.Length;
                var said = splitter.Next(ref buffer, isEnd, out var piece);
                used += (int)(before - buffer.Length);
                if (said == StreamPiece.NeedMore)
                {
                    break;
                }

                hash = (hash * 31) + HashOf(System.Buffers.BuffersExtensions.ToArray(piece));
                if (said != StreamPiece.Message)
                {
                    return (messages, hash, said);
                }

                if (++messages > MaxPieces + bytes.Length)
                {
                    Break("goes on for ever", $"{messages} messages of {bytes.Length} bytes");
                }
            }

            if (isEnd)
            {
                Break("wants more behind the end", $"{messages} messages");
            }
        }
    }
}
