using System.Text;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// The list of gateways that a call has passed. What goes on must grow by this gateway, be refused by it the next time, and by every gateway
/// once it is too long; what is refused must not come back to the caller where it is no list.
/// </summary>
internal sealed class HopTarget : FuzzTarget
{
    private const int MaxHops = 8;

    private static readonly byte[][] Pieces =
        [.. new[] { "gw-1", "GW-1", "a", "b.c", ",", ",,", "gw", "\r\n", "<script>", "\u4e2d", " ", "-", "0123456789" }.Select(Encoding.UTF8.GetBytes)];

    private readonly HopRule _rule = new("gw-1", MaxHops);
    private readonly HopRule _other = new("gw-2", MaxHops);

    internal override string Name => "hop-list";

    internal override int Weight => 10;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        for (var i = random.Chance(5) ? random.Below(1_500) : random.Below(10); i > 0; i--)
        {
            into.Add(random.Chance(80) ? Pieces[random.Chance(60) ? 2 : 4 - random.Below(5)] : random.Pick<byte[]>(Pieces));
        }

        if (random.Chance(20))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var hops = Encoding.UTF8.GetString(input.Span);
        if (_rule.Refuse(hops) is { } why)
        {
            if (why.Length > HopList.MaxBytes + 512 || why.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                Break("a refusal that gives back what came", why[..Math.Min(300, why.Length)]);
            }

            return Verdict.Framed;
        }

        var next = _rule.Append(hops);
        if (_rule.Refuse(next) is null)
        {
            Break("goes round", next);
        }

        for (var i = 0; i <= MaxHops && _other.Refuse(next) is null; i++)
        {
            next += ",x";
        }

        if (_other.Refuse(next) is null)
        {
            Break("goes on for ever", next);
        }

        return Verdict.Accepted;
    }
}
