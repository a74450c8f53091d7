using System.Buffers.Binary;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>Changes Bolt's header map: length 4, key, length 4, value, and so on; a length of -1 is null. Owned by one worker.</summary>
internal sealed class HeaderMapMutator
{
    private const int MaxPairs = 2_000;

    private static readonly byte[][] Keys =
    [
        "service"u8.ToArray(), "sofa_head_target_service"u8.ToArray(), "sofa_head_method_name"u8.ToArray(), "sofa_head_generic_type"u8.ToArray(),
        "sofa_head_target_app"u8.ToArray(), "type"u8.ToArray(), "protocol"u8.ToArray(), "rpc_trace_context.sofaTraceId"u8.ToArray(),
        "rpc_trace_context.sofaRpcId"u8.ToArray(), "rpc_req_baggage.a"u8.ToArray(), "sofa_head_deadline_remain_time"u8.ToArray(),
        "sofa_head_response_error"u8.ToArray(), "generic.revise"u8.ToArray(), "rpc_trace_context.sofaPenAttrs"u8.ToArray(), "x"u8.ToArray(), [],
    ];

    private static readonly byte[][] Values =
    [
        "com.acme.order.OrderService:1.0"u8.ToArray(), "com.acme.order.OrderService"u8.ToArray(), ":"u8.ToArray(), "::::"u8.ToArray(), "0"u8.ToArray(),
        "1"u8.ToArray(), "2"u8.ToArray(), "3"u8.ToArray(), "true"u8.ToArray(), "sync"u8.ToArray(), "oneway"u8.ToArray(), "-1"u8.ToArray(),
        "2147483648"u8.ToArray(), "a=b&c=d&&=&"u8.ToArray(), "place"u8.ToArray(), [0xFF, 0xFE], [],
    ];

    private readonly EditList _edits = new();

    internal void Mutate(ReadOnlySpan<byte> map, FuzzRandom random, InputBytes into)
    {
        _edits.Clear();
        for (var i = random.Skewed(3); i > 0; i--)
        {
            One(map, random);
        }

        _edits.Apply(map, into);
    }

    private void One(ReadOnlySpan<byte> map, FuzzRandom random)
    {
        var (at, length) = Entry(map, random.Below(64));
        var from = _edits.Mark;
        switch (random.Below(6))
        {
            case 0:
                _edits.Bytes.AddInt32(EdgeValues.Near(random, length));
                _edits.Replace(at, 4, from);
                break;
            case 1:
                _edits.Remove(at, 4 + length);
                break;
            case 2:
                var known = random.Chance(50);
                for (var i = random.Skewed(MaxPairs); i > 0; i--)
                {
                    Pair(random, known);
                }

                _edits.Replace(at, 0, from);
                break;
            case 3:
                Text(random.Pick<byte[]>(Values));
                _edits.Replace(at, 4 + length, from);
                break;
            case 4:
                _edits.Bytes.Add(EdgeValues.Text(random));
                _edits.Replace(at + 4, Math.Min(length, _edits.Bytes.Length - from), from);
                break;
            default:
                Pair(random, known: true);
                _edits.Replace(0, 0, from);
                break;
        }
    }

    private void Pair(FuzzRandom random, bool known)
    {
        if (known)
        {
            Text(random.Pick<byte[]>(Keys));
            Text(random.Pick<byte[]>(Values));
            return;
        }

        Span<byte> name = stackalloc byte[random.Skewed(12)];
        random.Fill(name);
        Text(name);
        Text(name);
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        _edits.Bytes.AddInt32(text.Length);
        _edits.Bytes.Add(text);
    }

    /// <summary>Offset and length of the n-th text, or of the last there is.</summary>
    private static (int At, int Length) Entry(ReadOnlySpan<byte> map, int ordinal)
    {
        var at = 0;
        var length = 0;
        for (var next = 0; ordinal >= 0 && next + 4 <= map.Length; ordinal--)
        {
            at = next;
            length = Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(map[at..]), 0, map.Length - at - 4);
            next = at + 4 + length;
        }

        return (at, length);
    }
}
