using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Frames;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Fuzz.Targets;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>
/// What inputs are made from: the recordings, and what the project's own writers and the grammar make of a seed. Immutable; shared by all
/// workers.
/// </summary>
internal sealed class FuzzCorpus
{
    private const int MadeStreams = 600;

    private FuzzCorpus(Recordings recordings, ulong seed)
    {
        Recordings = recordings;
        FinalStreams = Streams(recordings, draft: false, seed);
        DraftStreams = Streams(recordings, draft: true, seed);
        Bolt = new SampleSet<BoltParts>(recordings.Bolt.Select(BoltParts.TryParse).OfType<BoltParts>(), p => p.Frame.Length);
        Dubbo = new SampleSet<DubboParts>(recordings.Dubbo.Select(DubboParts.TryParse).OfType<DubboParts>(), p => p.Frame.Length);
        Contract = DemoContract.Load();
        Shapes = DemoContract.ShapesOf(Contract);
        Proto = new ProtoCorpus(seed, Shapes);
        Json = new SampleSet<JsonSample>(JsonTexts(recordings, seed), s => s.Bytes.Length);
        DubboGeneric = OfDubbo(MadeFrames.Generic(Contract, seed));
        var bolt = CodecDoor.Open(new BoltPlugin());
        BoltJson = OfBolt(MadeFrames.Calls(bolt, Contract, JsonCallee, seed));
        BoltProtobuf = OfBolt(MadeFrames.Calls(bolt, Contract, ProtobufCallee, seed));
        BoltV2 = OfBolt(MadeFrames.Calls(bolt, Contract, V2Callee, seed));
        DubboRequest = recordings.Dubbo.First(IsPlainDubboRequest);
        BoltRequest = recordings.Bolt.First(IsPlainBoltRequest);
    }

    internal Recordings Recordings { get; }

    internal SampleSet<HessianSample> FinalStreams { get; }

    internal SampleSet<HessianSample> DraftStreams { get; }

    internal SampleSet<BoltParts> Bolt { get; }

    internal SampleSet<DubboParts> Dubbo { get; }

    /// <summary>Generic calls of the contract's methods.</summary>
    internal SampleSet<DubboParts> DubboGeneric { get; }

    /// <summary>Calls with bodies of codec 12, and their answers.</summary>
    internal SampleSet<BoltParts> BoltJson { get; }

    /// <summary>Calls with bodies of codec 11, and their answers.</summary>
    internal SampleSet<BoltParts> BoltProtobuf { get; }

    /// <summary>Calls in v2 with checksums, and their answers.</summary>
    internal SampleSet<BoltParts> BoltV2 { get; }

    internal static ServiceInstance JsonCallee { get; } = MadeFrames.Instance(("serialization", "json"));

    internal static ServiceInstance ProtobufCallee { get; } = MadeFrames.Instance(("serialization", "protobuf"));

    internal static ServiceInstance V2Callee { get; } = MadeFrames.Instance(("boltCrc", "true"));

    internal SampleSet<JsonSample> Json { get; }

    internal ProtoCorpus Proto { get; }

    /// <summary>A recorded two-way call with Hessian 2.</summary>
    internal byte[] DubboRequest { get; }

    /// <summary>A recorded two-way call of SOFARPC with Hessian in the draft dialect.</summary>
    internal byte[] BoltRequest { get; }

    internal ServiceContract Contract { get; }

    /// <summary>Every type of the demo contract, and of a contract with all kinds of types.</summary>
    internal ImmutableArray<TypeShape> Shapes { get; }

    /// <summary>Contract files.</summary>
    internal byte[][] Yaml { get; } = [File.ReadAllBytes(DemoContract.OrdersFile), Encoding.UTF8.GetBytes(DemoContract.Every)];

    internal static FuzzCorpus Load(ulong seed) => new(Recordings.Load(), seed);

    private static SampleSet<HessianSample> Streams(Recordings recordings, bool draft, ulong seed)
    {
        IEnumerable<byte[]> recorded = draft
            ? recordings.Bolt.Select(BoltParts.DraftContent).OfType<byte[]>()
            : [.. recordings.FinalValues, .. recordings.Dubbo.Select(DubboParts.HessianBody).OfType<byte[]>()];
        var samples = Recordings.Distinct([.. recorded, .. Made(draft, seed)]);
        return new SampleSet<HessianSample>(samples.Select(b => new HessianSample(b, draft)), s => s.Bytes.Length);
    }

    private static SampleSet<BoltParts> OfBolt(IEnumerable<byte[]> frames) =>
        new(frames.Select(BoltParts.TryParse).OfType<BoltParts>(), static p => p.Frame.Length);

    private static SampleSet<DubboParts> OfDubbo(IEnumerable<byte[]> frames) =>
        new(frames.Select(DubboParts.TryParse).OfType<DubboParts>(), static p => p.Frame.Length);

    private static bool IsPlainDubboRequest(byte[] frame) => frame.Length > 64 && frame[0] == 0xDA && frame[2] == 0xC2;

    private static bool IsPlainBoltRequest(byte[] frame) =>
        BoltParts.TryParse(frame) is { IsV2: false, Stream: not null } parts && frame[1] == 1 && frame[3] == 1
            && parts.Class.AsSpan().EndsWith("SofaRequest"u8);

    private static IEnumerable<JsonSample> JsonTexts(Recordings recordings, ulong seed)
    {
        var grammar = new JsonGrammar();
        var bytes = new InputBytes();
        for (var i = 0; i < MadeStreams; i++)
        {
            bytes.Clear();
            grammar.Write(bytes, new FuzzRandom(seed, 3, (ulong)i), faultsPer10000: 0);
            yield return new JsonSample(bytes.Span.ToArray());
        }

        // SOFARPC's JSON codec, and bodies of Dubbo's fastjson.
        foreach (var frame in recordings.Bolt.Select(BoltParts.TryParse).OfType<BoltParts>())
        {
            if (frame.Content.Length > 1 && frame.Content[0] is (byte)'{' or (byte)'[')
            {
                yield return new JsonSample(frame.Content);
            }
        }
    }

    private static ImmutableArray<byte[]> Made(bool draft, ulong seed)
    {
        var made = ImmutableArray.CreateBuilder<byte[]>();
        var grammar = new HessianGrammar();
        var tapes = new TapeMaker();
        var state = new HessianWriteState();
        var bytes = new InputBytes();
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        for (var i = 0; i < MadeStreams; i++)
        {
            var random = new FuzzRandom(seed, draft ? 1u : 2u, (ulong)i);
            bytes.Clear();
            grammar.Write(bytes, random, draft, random.Skewed(3), faultsPer10000: 0);
            made.Add(bytes.Span.ToArray());

            tape.Reset();
            state.Reset();
            output.Clear();
            tapes.Fill(tape, random, random.Skewed(3), values: 120);
            var writer = new HessianWriter(output, draft ? HessianDialect.Draft : HessianDialect.Final, state);
            for (var root = 0; root < tape.Count && writer.WriteValue(tape, root).IsOk; root = tape.Next(root))
            {
            }

            made.Add(output.Written.ToArray());
        }

        return made.ToImmutable();
    }
}
