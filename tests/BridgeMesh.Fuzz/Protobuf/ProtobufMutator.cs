using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>
/// Writes a message again with its fields doubled, dropped, moved, split, packed, nested and damaged, knowing only the wire format: what is
/// inside a length may be a message or not, and is treated as either.
/// </summary>
internal sealed class ProtobufMutator
{
    private const int MaxDepth = 6;

    private readonly InputBytes[] _nested = [.. Enumerable.Range(0, MaxDepth + 1).Select(static _ => new InputBytes())];

    /// <param name="per10000">Chance of each field to be changed.</param>
    internal void Mutate(ReadOnlySpan<byte> message, FuzzRandom random, InputBytes into, int per10000) =>
        Fields(message, random, into, per10000, 0);

    private void Fields(ReadOnlySpan<byte> message, FuzzRandom random, InputBytes into, int per10000, int depth)
    {
        var at = 0;
        while (at < message.Length)
        {
            var start = at;
            if (!TryVarint(message, ref at, out var tag) || !TryValue(message, ref at, tag, out var bodyAt))
            {
                into.Add(message[start..]);
                return;
            }

            var field = message[start..at];
            if (random.Below(10_000) < per10000)
            {
                Changed(message, field, tag, random, into);
            }
            else if ((tag & 7) == 2 && depth < MaxDepth && random.Chance(60))
            {
                var nested = _nested[depth];
                nested.Clear();
                Fields(message[bodyAt..at], random, nested, per10000, depth + 1);
                Varint(into, tag);
                Varint(into, (ulong)nested.Length);
                into.Add(nested.Span);
            }
            else
            {
                into.Add(field);
            }
        }

        if (random.Below(10_000) < per10000)
        {
            Unknown(random, into, 3);
        }
    }

    private static void Changed(ReadOnlySpan<byte> message, ReadOnlySpan<byte> field, ulong tag, FuzzRandom random, InputBytes into)
    {
        switch (random.Below(12))
        {
            case 0:
                break;
            case 1 or 2:
                into.Add(field);
                into.Add(field);
                break;
            case 3 or 4:
                // Again at the end of something else: what was together lies apart.
                into.Add(field);
                Unknown(random, into, 2);
                into.Add(field);
                break;
            case 5:
                Varint(into, (tag & ~7UL) | (uint)random.Below(8));
                into.Add(field[Math.Min(field.Length, 1)..]);
                break;
            case 6:
                Varint(into, ((ulong)random.Below(120) << 3) | (tag & 7));
                into.Add(field[Math.Min(field.Length, 1)..]);
                break;
            case 7:
                Unknown(random, into, 3);
                into.Add(field);
                break;
            case 8:
                // A varint longer than it needs to be, or than it may be.
                into.Add(field);
                for (var i = random.Below(11); i > 0; i--)
                {
                    into.Add(0x80);
                }

                into.Add((byte)random.Below(3));
                break;
            case 9:
                into.Add(field[..random.Below(field.Length)]);
                break;
            case 10:
                into.Add(message[..random.Below(message.Length)]);
                break;
            default:
                var at = into.Length + random.Below(field.Length);
                into.Add(field);
                into.Set(at, EdgeValues.Byte(random));
                break;
        }
    }

    private static void Unknown(FuzzRandom random, InputBytes into, int depth)
    {
        var number = (ulong)(random.Chance(70) ? random.Between(1, 130) : random.Between(1, (1 << 29) - 1));
        switch (random.Below(6))
        {
            case 0 or 1:
                Varint(into, number << 3);
                Varint(into, random.NextBits() >> random.Below(64));
                break;
            case 2:
                Varint(into, (number << 3) | 1);
                into.AddInt64(random.NextInt64());
                break;
            case 3:
                Varint(into, (number << 3) | 5);
                into.AddInt32(random.NextInt32());
                break;
            case 4:
                Span<byte> some = stackalloc byte[random.Skewed(20)];
                random.Fill(some);
                Varint(into, (number << 3) | 2);
                Varint(into, (ulong)some.Length);
                into.Add(some);
                break;
            default:
                Varint(into, (number << 3) | 3);
                for (var i = depth == 0 ? 0 : random.Below(3); i > 0; i--)
                {
                    Unknown(random, into, depth - 1);
                }

                Varint(into, ((random.Chance(95) ? number : number + 1) << 3) | 4);
                break;
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> message, ref int at, ulong tag, out int bodyAt)
    {
        bodyAt = at;
        switch (tag & 7)
        {
            case 0:
                return TryVarint(message, ref at, out _);
            case 1:
                at += 8;
                return at <= message.Length;
            case 2:
                if (!TryVarint(message, ref at, out var length) || length > (ulong)(message.Length - at))
                {
                    return false;
                }

                bodyAt = at;
                at += (int)length;
                return true;
            case 5:
                at += 4;
                return at <= message.Length;
            default:
                return true;
        }
    }

    private static bool TryVarint(ReadOnlySpan<byte> message, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static void Varint(InputBytes into, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            into.Add((byte)(value | 0x80));
        }

        into.Add((byte)value);
    }
}
