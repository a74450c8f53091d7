using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Fuzz.Protobuf;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>Bolt frames: fixed fields, class name, header map and content are changed apart, then mostly put together with right lengths.</summary>
/// <param name="samples">What frames are made from; the recordings where it is null.</param>
internal sealed class BoltMaker(FuzzCorpus corpus, SampleSet<BoltParts>? samples = null) : IFrameMaker
{
    private static readonly byte[][] Classes =
    [
        "com.alipay.sofa.rpc.core.request.SofaRequest"u8.ToArray(), "com.alipay.sofa.rpc.core.response.SofaResponse"u8.ToArray(),
        "java.lang.String"u8.ToArray(), "com.acme.Other"u8.ToArray(), [],
    ];

    private const byte Protobuf = 11;
    private const byte Json = 12;

    private readonly SampleSet<BoltParts> _samples = samples ?? corpus.Bolt;
    private readonly HessianMutator _content = new();
    private readonly JsonMutator _json = new();
    private readonly ProtoMutator _protobuf = new();
    private readonly HessianGrammar _grammar = new();
    private readonly HeaderMapMutator _headers = new();
    private readonly InputBytes _header = new();
    private readonly InputBytes _body = new();

    public void Make(FuzzRandom random, InputBytes into) => Assemble(_samples.Pick(random), random, into);

    public void Damage(byte[] frame, FuzzRandom random, InputBytes into)
    {
        if (BoltParts.TryParse(frame) is { } parts)
        {
            Assemble(parts, random, into);
        }
        else
        {
            into.Add(frame);
            ByteMutations.Some(into, random);
        }
    }

    private void Assemble(BoltParts parts, FuzzRandom random, InputBytes into)
    {
        var start = into.Length;
        MakeHeader(parts, random);
        MakeContent(parts, random);
        var cls = random.Chance(4) ? random.Pick<byte[]>(Classes) : parts.Class;

        into.Add(parts.Frame.AsSpan(0, parts.HeadBytes));
        while (random.Chance(12))
        {
            into.Set(start + random.Below(parts.HeadBytes), EdgeValues.Byte(random));
        }

        // Real lengths in most frames, so that the damage reaches what reads the content.
        var lengths = start + parts.HeadBytes - 8;
        into.PatchUInt16(lengths, random.Chance(3) ? EdgeValues.Near(random, cls.Length) : cls.Length);
        into.PatchUInt16(lengths + 2, random.Chance(3) ? EdgeValues.Near(random, _header.Length) : _header.Length);
        into.PatchInt32(lengths + 4, random.Chance(3) ? EdgeValues.Near(random, _body.Length) : _body.Length);
        into.Add(cls);
        into.Add(_header.Span);
        into.Add(_body.Span);
        if (parts.HasCrc)
        {
            into.AddInt32((int)Crc32.Of(into.Span[start..]) + (random.Chance(5) ? 1 : 0));
        }
    }

    private void MakeHeader(BoltParts parts, FuzzRandom random)
    {
        _header.Clear();
        if (random.Chance(30))
        {
            _headers.Mutate(parts.Header, random, _header);
            _header.Truncate(ushort.MaxValue);
        }
        else
        {
            _header.Add(random.Chance(5) ? _samples.Pick(random).Header : parts.Header);
        }
    }

    private void MakeContent(BoltParts parts, FuzzRandom random)
    {
        _body.Clear();
        switch (random.Below(10))
        {
            case 0 or 1:
                _body.Add(parts.Content);
                break;
            case 2:
                _body.Add(corpus.Bolt.Pick(random).Content);
                break;
            case 3 when random.Chance(50):
                _grammar.Write(_body, random, draft: true, random.Skewed(4), random.Skewed(300));
                break;
            case > 3 when parts.Codec == Json && parts.Content.Length > 0:
                _json.Mutate(new JsonSample(parts.Content), corpus.Json.Pick(random), random, _body);
                break;
            case > 3 when parts.Codec == Protobuf:
                _protobuf.Mutate(parts.Content, _samples.Pick(random).Content, random, _body);
                break;
            case 4 when parts.Stream is null:
                _body.Add(parts.Content);
                ByteMutations.Some(_body, random);
                break;
            default:
                _content.Mutate(parts.Stream ?? corpus.DraftStreams.Pick(random), corpus.DraftStreams.Pick(random), random, _body);
                break;
        }
    }
}
