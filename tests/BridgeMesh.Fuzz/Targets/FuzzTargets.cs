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
        static corpus => new HttpRequestTarget(corpus),
        static corpus => new HttpReplyTarget(corpus),
        static corpus => new TextScalarTarget(corpus),
        static _ => new DescriptorTarget(),
        static corpus => new ContractTarget(corpus),
        static corpus => new FrameTarget(CodecDoor.Open(new DubboPlugin()), new DubboMaker(corpus), corpus.DubboRequest, corpus.Contract, weight: 100),
        static corpus => new FrameTarget(CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus), corpus.BoltRequest, corpus.Contract, weight: 100),
        static corpus => new DialogueTarget(CodecDoor.Open(new DubboPlugin()), new DubboMaker(corpus), corpus),
        static corpus => new DialogueTarget(CodecDoor.Open(new BoltPlugin()), new BoltMaker(corpus), corpus),
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

    internal static IEnumerable<string> Names(IEnumerable<Func<FuzzTarget>> makers)
    {
        foreach (var make in makers)
        {
            using var target = make();
            yield return target.Name;
        }
    }
}
