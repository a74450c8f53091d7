using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Frames;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>All decoders that are fuzzed.</summary>
internal static class FuzzTargets
{
    private static readonly Func<FuzzCorpus, FuzzTarget>[] All =
    [
        static corpus => new HessianTarget(draft: false, corpus),
        static corpus => new HessianTarget(draft: true, corpus),
        static corpus => new JsonTarget(shaped: false, corpus),
        static corpus => new JsonTarget(shaped: true, corpus),
        static _ => new ProtobufTarget(),
        static _ => new ProtoJsonTarget(),
        static corpus => new ProtoContractTarget(json: false, corpus),
        static corpus => new ProtoContractTarget(json: true, corpus),
        static _ => new DescriptorSetTarget(),
        static _ => new ClassFileTarget(),
        static _ => new GrpcTarget(),
        static _ => new MessageStreamTarget(),
        static _ => new RpcHeadTarget(),
        static _ => new RpcEndTarget(),
        static corpus => new OwnServicesTarget(corpus),
        static _ => new ReflectionServerTarget(),
        static _ => new TripleTarget(),
        static corpus => new TripleValuesTarget(corpus),
        static corpus => new HttpRequestTarget(corpus),
        static corpus => new HttpReplyTarget(corpus),
        static corpus => new HttpStreamTarget(corpus),
        static corpus => new MultipartTarget(corpus),
        static corpus => new HttpHeaderTarget(corpus),
        static _ => new HopTarget(),
        static corpus => new DecodeTarget(corpus),
        static corpus => new TextScalarTarget(corpus),
        static _ => new DescriptorTarget(),
        static corpus => new ContractTarget(corpus),
        static _ => new OpenApiTarget(),
        static corpus => new FrameTarget(CodecDoor.Open(new DubboPlugin()), new DubboMaker(corpus), corpus.DubboRequest, corpus.Contract, weight: 100),
        static corpus => new FrameTarget(CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus), corpus.BoltRequest, corpus.Contract, weight: 100),
        static corpus => new FrameTarget(
            CodecDoor.Open(new DubboPlugin()), new DubboMaker(corpus, corpus.DubboGeneric), corpus.DubboGeneric.All[0].Frame, corpus.Contract, weight: 60, "generic"),
        static corpus => new FrameTarget(
            CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltJson), Request(corpus.BoltJson), corpus.Contract, weight: 50, "json"),
        static corpus => new FrameTarget(
            CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltProtobuf), Request(corpus.BoltProtobuf), corpus.Contract, weight: 50, "protobuf"),
        static corpus => new FrameTarget(
            CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltV2), Request(corpus.BoltV2), corpus.Contract, weight: 40, "v2"),
        static corpus => new DialogueTarget(CodecDoor.Open(new DubboPlugin()), new DubboMaker(corpus), corpus),
        static corpus => new DialogueTarget(CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus), corpus),
        static corpus => new DialogueTarget(
            CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltJson), corpus, "json", FuzzCorpus.JsonCallee, isNameless: true),
        static corpus => new DialogueTarget(
            CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltProtobuf), corpus, "protobuf", FuzzCorpus.ProtobufCallee, isNameless: true),
        static corpus => new DialogueTarget(CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus, corpus.BoltV2), corpus, "v2", FuzzCorpus.V2Callee),
    ];

    /// <summary>Makers of the targets with this name, or of all.</summary>
    internal static IReadOnlyList<Func<FuzzTarget>> Makers(FuzzCorpus corpus, string? name = null)
    {
        var makers = new List<Func<FuzzTarget>>();
        foreach (var make in All)
        {
            using var target = make(corpus);
            if (name is null || target.Name == name)
            {
                makers.Add(() => make(corpus));
            }
        }

        return makers;
    }

    /// <summary>A request of the samples, which waits for the replies of an input.</summary>
    private static byte[] Request(SampleSet<BoltParts> samples) => samples.All.First(static p => p.Frame[p.IsV2 ? 2 : 1] == 1).Frame;

    internal static IEnumerable<string> Names(IEnumerable<Func<FuzzTarget>> makers)
    {
        foreach (var make in makers)
        {
            using var target = make();
            yield return target.Name;
        }
    }
}
