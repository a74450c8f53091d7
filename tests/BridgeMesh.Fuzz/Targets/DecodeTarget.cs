using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Fuzz.Captures;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Decoding;
using BridgeMesh.Gateway.Plugins;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What <c>bridgemesh decode</c> reads of files and standard input: hexadecimal texts, captures, bytes of any protocol. Text output must
/// hold nothing that steers a terminal, JSON output must be JSON, and bytes that were written as a dump or a capture must come back.
/// <code>
/// how 1 | seed 4 | bytes     how: 0 the input itself, 1 bytes to be written as hexadecimal, 2 bytes to be sent over a recorded connection
/// </code>
/// </summary>
internal sealed class DecodeTarget : FuzzTarget
{
    private const int HeadBytes = 5;

    private static readonly byte[][] Http = [.. new[]
    {
        "POST /com.acme.order.OrderService/get HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n[\"A-1\"]",
        "GET /orders/1?a=b HTTP/1.1\r\nHost: a\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n5;x=y\r\n\":1}\n\r\n0\r\nT: v\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500\r\nContent-Length: 99999999999\r\n\r\n",
        "HEAD / HTTP/1.1\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "POST /%ff.a/%zz HTTP/1.1\r\nContent-Length: -1\r\nx-bridge-types: a,,b\r\n\r\n",
    }.Select(Encoding.UTF8.GetBytes)];

    private readonly FuzzCorpus _corpus;
    private readonly ConnectionDecoder _decoder;
    private readonly PluginCatalog _plugins = new();
    private readonly InputBytes _bytes = new();

    internal DecodeTarget(FuzzCorpus corpus)
    {
        _corpus = corpus;
        _plugins.Add(new BoltPlugin());
        _plugins.Add(new DubboPlugin());
        _decoder = new ConnectionDecoder(_plugins, BuiltInPlugins.Payloads);
    }

    internal override string Name => "decode";

    internal override int Weight => 12;

    /// <summary>A tool that is run for one input: what it explains is kept whole, with texts and JSON for each value, a dozen forms in all.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (16 << 20) + (inputBytes * 16_384L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(3);
        var seed = random.NextInt32();
        into.Add((byte)how);
        into.AddInt32(seed);
        _bytes.Clear();
        for (var i = random.Skewed(3); i > 0; i--)
        {
            _bytes.Add(random.Below(5) switch
            {
                0 or 1 => _corpus.Bolt.Pick(random).Frame,
                2 or 3 => _corpus.Dubbo.Pick(random).Frame,
                _ => random.Pick<byte[]>(Http),
            });
            _bytes.Truncate(16_384);
        }

        if (random.Chance(40))
        {
            ByteMutations.Some(_bytes, random);
        }

        if (how != 0)
        {
            into.Add(_bytes.Span);
            return;
        }

        var form = random.Below(CaptureMaker.HexForms + 4);
        into.Add(form < CaptureMaker.HexForms ? Encoding.UTF8.GetBytes(CaptureMaker.Hex(_bytes.Span, form))
            : form < CaptureMaker.HexForms + 3 ? CaptureMaker.Capture(_bytes.Span, random) : _bytes.Span);
        if (random.Chance(60))
        {
            ByteMutations.Some(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < HeadBytes)
        {
            return Verdict.Refused;
        }

        var bytes = input[HeadBytes..];
        var random = new FuzzRandom((ulong)HashOf(input.Span[1..HeadBytes]));
        switch (input.Span[0] % 3)
        {
            case 1 when bytes.Length > 0:
                var text = CaptureMaker.Hex(bytes.Span, random.Below(CaptureMaker.HexForms));
                var parsed = HexText.Parse(text, out var why);
                if (parsed is null || !parsed.AsSpan().SequenceEqual(bytes.Span))
                {
                    Break("a dump does not come back", $"{why} {text[..Math.Min(text.Length, 300)]}");
                }

                return Explain(parsed);
            case 2 when bytes.Length > 0:
                return Explain(Recorded(CaptureMaker.Capture(bytes.Span, random), bytes.Span));
            default:
                return Explain(bytes.ToArray());
        }
    }

    private static byte[] Recorded(byte[] capture, ReadOnlySpan<byte> sent)
    {
        var recording = RecordingSource.Of("fuzz", capture, isBytes: false, out var why);
        var runs = recording?.Connections.SelectMany(static c => c.Directions).SelectMany(static d => d.Runs).ToArray() ?? [];
        if (runs.Length != 1 || !runs[0].Bytes.AsSpan().SequenceEqual(sent))
        {
            Break("a capture does not come back", $"{why} {runs.Length} runs, {runs.Sum(static r => r.Bytes.Length)} of {sent.Length} bytes");
        }

        return capture;
    }

    private Verdict Explain(byte[] input)
    {
        var recording = RecordingSource.Of("fuzz", input, isBytes: false, out var problem);
        if (recording is null)
        {
            if (problem.Length == 0)
            {
                Break("a refusal that says nothing", string.Empty);
            }

            return Verdict.Refused;
        }

        DecodedConnection[] connections = [.. recording.Connections.Select(c => _decoder.Decode(c, null))];
        foreach (var frame in connections.SelectMany(static c => c.Frames))
        {
            if (frame.Length <= 0 || frame.Offset < 0)
            {
                Break("a frame of no bytes", $"{frame.Kind} at {frame.Offset}, {frame.Length} bytes");
            }
        }

        using var plain = new StringWriter();
        new DecodeText(plain, new Ink(colours: false)).Write(recording, connections);
        if (plain.ToString().AsSpan().ContainsAny('\e', '\r', '\b'))
        {
            Break("text that steers a terminal", plain.ToString()[..Math.Min(300, plain.ToString().Length)]);
        }

        using var json = new StringWriter();
        DecodeJson.Write(recording, connections, json);
        try
        {
            using var document = JsonDocument.Parse(json.ToString(), new JsonDocumentOptions { MaxDepth = 2_000 });
        }
        catch (JsonException broken)
        {
            Break("writes what is no JSON", broken.Message);
        }

        var frames = connections.Sum(static c => c.Frames.Count);
        return frames == 0 ? Verdict.Refused : connections.All(static c => c.ProblemCount == 0) ? Verdict.Accepted : Verdict.Framed;
    }
}
