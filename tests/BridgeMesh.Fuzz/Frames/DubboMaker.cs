using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>Dubbo frames: flag, status, serialization, length and the values of the body are changed apart.</summary>
/// <param name="samples">What frames are made from; the recordings where it is null.</param>
internal sealed class DubboMaker(FuzzCorpus corpus, SampleSet<DubboParts>? samples = null) : IFrameMaker
{
    private static readonly byte[] Statuses = [0, 20, 25, 30, 31, 35, 40, 50, 60, 70, 80, 90, 100, 255];

    private readonly SampleSet<DubboParts> _samples = samples ?? corpus.Dubbo;
    private readonly HessianMutator _values = new();
    private readonly HessianGrammar _grammar = new();
    private readonly InputBytes _body = new();

    public void Make(FuzzRandom random, InputBytes into) => Assemble(_samples.Pick(random), random, into);

    public void Damage(byte[] frame, FuzzRandom random, InputBytes into)
    {
        if (DubboParts.TryParse(frame) is { } parts)
        {
            Assemble(parts, random, into);
        }
        else
        {
            into.Add(frame);
            ByteMutations.Some(into, random);
        }
    }

    private void Assemble(DubboParts parts, FuzzRandom random, InputBytes into)
    {
        var start = into.Length;
        MakeBody(parts, random);
        into.Add(parts.Frame.AsSpan(0, DubboParts.HeadBytes));
        if (random.Chance(15))
        {
            ChangeHead(into, start, random);
        }

        into.PatchInt32(start + 12, random.Chance(5) ? EdgeValues.Near(random, _body.Length) : _body.Length);
        into.Add(_body.Span);
    }

    private static void ChangeHead(InputBytes into, int start, FuzzRandom random)
    {
        var flag = into.Span[start + 2];
        switch (random.Below(5))
        {
            case 0:
                into.Set(start + 2, (byte)(flag ^ (0x20 << random.Below(3))));
                break;
            case 1:
                into.Set(start + 2, (byte)((flag & 0xE0) | random.Below(32)));
                break;
            case 2:
                into.Set(start + 3, random.Pick<byte>(Statuses));
                break;
            case 3:
                into.Set(start + 2, random.NextByte());
                break;
            default:
                into.Set(start + random.Below(DubboParts.HeadBytes), EdgeValues.Byte(random));
                break;
        }
    }

    private void MakeBody(DubboParts parts, FuzzRandom random)
    {
        _body.Clear();
        switch (random.Below(10))
        {
            case 0:
                _body.Add(parts.Body);
                break;
            case 1:
                _body.Add(corpus.Dubbo.Pick(random).Body);
                break;
            case 2:
                // The first part of one body and the last of another.
                var other = corpus.Dubbo.Pick(random).Body;
                _body.Add(parts.Body.AsSpan(0, random.Below(parts.Body.Length + 1)));
                _body.Add(other.AsSpan(random.Below(other.Length + 1)));
                break;
            case 3 when random.Chance(50):
                _grammar.Write(_body, random, draft: false, random.Skewed(8), random.Skewed(300));
                break;
            default:
                _values.Mutate(parts.Stream, corpus.FinalStreams.Pick(random), random, _body);
                break;
        }
    }
}
