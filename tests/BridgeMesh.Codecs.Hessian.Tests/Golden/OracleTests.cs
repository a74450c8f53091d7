using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>What decoders that know nothing of this project see in what the writer makes of every recording; see tests/oracles.</summary>
public sealed class OracleTests
{
    private const string Equal = "equal";
    private const string Different = "different";
    private const string NotComparable = "recorded-unreadable";

    [OracleFact]
    public void WrittenBack_InTheSameDialect_IsEqualToIndependentDecodersExceptAsListed()
    {
        var pairs = Pairs(static dialect => dialect);
        var node = Oracles.Node(pairs);
        var caucho = Oracles.Caucho(pairs);
        AssertOnlyKnown(Divergences.Oracles, [.. node, .. caucho]);
        Assert.Equal(pairs.Count, node.Count);
        Assert.Equal(pairs.Count(p => p.Recording.Dialect == HessianDialect.Final), caucho.Count);

        // Every recording is read by at least one of them.
        Assert.All(pairs, p => Assert.True(
            !IsNotComparable(node[p.Recording.Id]) || !IsNotComparable(caucho.GetValueOrDefault(p.Recording.Id, NotComparable)),
            p.Recording.Id));

        var crossed = Oracles.Crossed(Pairs(Other));
        AssertOnlyKnown(Divergences.Crossed, [.. crossed]);
        GoldenReport.Write(
        [
            ("Node: hessian.js (final), sofa-hessian-node (draft)", Count(node)),
            ("Java: Caucho 4.0.38 (final)", Count(caucho)),
            ("Node, written in the other dialect", Count(crossed)),
        ]);
    }

    private static void AssertOnlyKnown(IReadOnlyList<(string Reason, string[] Recordings)> known, List<KeyValuePair<string, string>> answers)
    {
        Assert.DoesNotContain(answers, a => a.Value != Equal && a.Value != Different && !IsNotComparable(a.Value));
        Assert.Equal(
            Divergences.Ids(known),
            answers.Where(a => a.Value == Different).Select(a => a.Key).Distinct().Order(StringComparer.Ordinal));
    }

    private static bool IsNotComparable(string answer) => answer.StartsWith(NotComparable, StringComparison.Ordinal);

    private static (int Equal, int Different, int NotComparable) Count(Dictionary<string, string> answers) => (
        answers.Values.Count(a => a == Equal),
        answers.Values.Count(a => a == Different),
        answers.Values.Count(IsNotComparable));

    private static HessianDialect Other(HessianDialect dialect) =>
        dialect == HessianDialect.Final ? HessianDialect.Draft : HessianDialect.Final;

    private static List<(Recording Recording, byte[] Written)> Pairs(Func<HessianDialect, HessianDialect> target)
    {
        var pairs = new List<(Recording, byte[])>();
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken))
        {
            using var tape = new ValueTape();
            RecordedStream.Read(recording, tape);
            pairs.Add((recording, Bytes.Write(tape, target(recording.Dialect))));
        }

        return pairs;
    }
}
