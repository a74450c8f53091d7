using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>
/// Changes messages field by field at any depth, with the lengths around what was changed kept right, so that the damage reaches what reads
/// the field. Owned by one worker.
/// </summary>
internal sealed class ProtoMutator
{
    private const int MaxDepth = 8;

    /// <summary>Levels that a bomb of one edit has.</summary>
    private const int MaxNesting = 300;

    private readonly InputBytes[] _levels = [.. Enumerable.Range(0, MaxDepth + 2).Select(static _ => new InputBytes())];
    private readonly InputBytes _whole = new();
    private readonly List<Field> _fields = [];

    internal void Mutate(ReadOnlySpan<byte> sample, ReadOnlySpan<byte> donor, FuzzRandom random, InputBytes into)
    {
        _whole.Clear();
        _whole.Add(sample);
        for (var i = random.Skewed(4); i > 0; i--)
        {
            var changed = _levels[0];
            changed.Clear();
            Level(_whole.Span, donor, random, changed, 0);
            _whole.Clear();
            _whole.Add(changed.Span);
        }

        into.Add(_whole.Span);
    }

    private void Level(ReadOnlySpan<byte> message, ReadOnlySpan<byte> donor, FuzzRandom random, InputBytes into, int depth)
    {
        Parse(message);
        if (_fields.Count == 0)
        {
            into.Add(message);
            ByteMutations.One(into, random);
            return;
        }

        var field = _fields[random.Below(_fields.Count)];
        var (at, end) = (field.At, field.End);
        into.Add(message[..at]);
        if (field.Wire == ProtoBytes.Length && depth < MaxDepth && field.Payload < end && random.Chance(55))
        {
            var content = _levels[depth + 1];
            content.Clear();
            Level(message[field.Payload..end], donor, random, content, depth + 1);
            into.AddBlock(field.Number, content.Span);
        }
        else
        {
            Damage(message, field, donor, random, into);
        }

        into.Add(message[end..]);
    }

    private void Damage(ReadOnlySpan<byte> message, Field field, ReadOnlySpan<byte> donor, FuzzRandom random, InputBytes into)
    {
        var whole = message[field.At..field.End];
        var payload = message[field.Payload..field.End];
        switch (random.Below(13))
        {
            case 0:
                break;
            case 1:
                for (var i = random.Skewed(200); i >= 0; i--)
                {
                    into.Add(whole);
                }

                break;
            case 2:
                into.AddTag(EdgeValues.Near(random, field.Number), field.Wire);
                into.Add(message[(field.At + field.TagBytes)..field.End]);
                break;
            case 3:
                into.AddTag(field.Number, random.Below(8));
                into.Add(message[(field.At + field.TagBytes)..field.End]);
                break;
            case 4:
                into.AddTag(field.Number, ProtoBytes.Length);
                into.AddVarint(random.Chance(70) ? (ulong)(uint)EdgeValues.Near(random, payload.Length) : random.NextBits());
                into.Add(payload);
                break;
            case 5:
                into.AddTag(field.Number, ProtoBytes.Varint);
                into.AddVarint(random.Chance(50) ? (ulong)EdgeValues.Int(random) : random.NextBits());
                break;
            case 6:
                Unknown(random, into, random.Below(6));
                into.Add(whole);
                break;
            case 7:
                // Groups in groups, whole or without their ends.
                var levels = random.Skewed(MaxNesting);
                for (var i = 0; i < levels; i++)
                {
                    into.AddTag(field.Number, ProtoBytes.BeginGroup);
                }

                for (var i = random.Chance(70) ? levels : random.Below(levels); i > 0; i--)
                {
                    into.AddTag(field.Number, ProtoBytes.EndGroup);
                }

                break;
            case 8:
                into.Add(donor);
                break;
            case 9:
                // The tag with more bytes than it needs.
                into.Add(whole[..(field.TagBytes - 1)]);
                into.Add((byte)(whole[field.TagBytes - 1] | 0x80));
                for (var i = random.Below(9); i > 0; i--)
                {
                    into.Add(0x80);
                }

                into.Add(0);
                into.Add(whole[field.TagBytes..]);
                break;
            case 10:
                Wrapped(field.Number, payload, random, into);
                break;
            case 11:
                into.AddBlock(field.Number, EdgeValues.Text(random));
                break;
            default:
                var start = into.Length;
                into.Add(whole);
                into.Set(start + random.Below(whole.Length), EdgeValues.Byte(random));
                break;
        }
    }

    /// <summary>The content inside itself, some levels deep.</summary>
    private void Wrapped(int number, ReadOnlySpan<byte> payload, FuzzRandom random, InputBytes into)
    {
        var (inner, outer) = (_levels[MaxDepth + 1], new InputBytes());
        inner.Clear();
        inner.AddBlock(number, payload);
        for (var i = random.Skewed(MaxNesting); i > 0 && inner.Length < 4_096; i--)
        {
            outer.Clear();
            outer.AddBlock(number, inner.Span);
            (inner, outer) = (outer, inner);
        }

        into.Add(inner.Span);
    }

    private static void Unknown(FuzzRandom random, InputBytes into, int wire)
    {
        var number = random.Chance(70) ? random.Between(1, 400) : EdgeValues.Int(random);
        into.AddTag(number, wire);
        switch (wire)
        {
            case ProtoBytes.Varint:
                into.AddVarint(random.NextBits() >> random.Below(64));
                break;
            case ProtoBytes.Fixed64:
                into.AddLittle(random.NextBits(), 8);
                break;
            case ProtoBytes.Length:
                into.AddVarint(3);
                into.AddLittle(random.NextBits(), 3);
                break;
            case ProtoBytes.BeginGroup:
                into.AddNumber(1, 1);
                into.AddTag(number, ProtoBytes.EndGroup);
                break;
            case ProtoBytes.Fixed32:
                into.AddLittle(random.NextBits(), 4);
                break;
            default:
                break;
        }
    }

    /// <summary>The fields of one level, up to what is none. What is inside a group counts as this level's.</summary>
    private void Parse(ReadOnlySpan<byte> message)
    {
        _fields.Clear();
        for (var at = 0; at < message.Length;)
        {
            var begin = at;
            if (!ProtoBytes.TryVarint(message, ref at, out var tag))
            {
                return;
            }

            var tagBytes = at - begin;
            var wire = (int)(tag & 7);
            var payload = at;
            long end = at;
            if (wire == ProtoBytes.Varint)
            {
                if (!ProtoBytes.TryVarint(message, ref at, out _))
                {
                    return;
                }

                end = at;
            }
            else if (wire == ProtoBytes.Length)
            {
                if (!ProtoBytes.TryVarint(message, ref at, out var length) || length > (ulong)(message.Length - at))
                {
                    return;
                }

                (payload, end) = (at, at + (long)length);
            }
            else if (wire is ProtoBytes.Fixed32 or ProtoBytes.Fixed64)
            {
                end = at + (wire == ProtoBytes.Fixed32 ? 4 : 8);
            }

            if (end > message.Length || wire > ProtoBytes.Fixed32)
            {
                return;
            }

            _fields.Add(new Field(begin, tagBytes, (int)(tag >> 3), wire, payload, (int)end));
            at = (int)end;
        }
    }

    private readonly record struct Field(int At, int TagBytes, int Number, int Wire, int Payload, int End);
}
