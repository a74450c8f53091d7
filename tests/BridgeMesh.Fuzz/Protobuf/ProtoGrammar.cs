using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>Writes messages of a schema, with values at their edges and forms that are legal and seldom. Owned by one worker.</summary>
internal sealed class ProtoGrammar
{
    private const int MaxFields = 60;
    private const int MaxDepth = 12;

    private static readonly byte[][] KnownContents =
    [
        [], [0x08, 0x01], [0x08, 0x80, 0xD1, 0xE2, 0xB1, 0x06, 0x10, 0x80, 0xC8, 0xAF, 0xA0, 0x25],
        [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x0A, 0x01, (byte)'a'], [0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F], [0x1A, 0x01, (byte)'x'], [0x20, 0x01], [0x08, 0x00],
        [0x0A, 0x09, 0x0A, 0x01, (byte)'k', 0x12, 0x04, 0x1A, 0x02, (byte)'v', (byte)'w'], [0x0A, 0x02, 0x20, 0x01],
        [0x0D, 0, 0, 0x80, 0x3F], [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
        [0x32, 0x04, 0x0A, 0x02, 0x20, 0x00], [0x2A, 0x00], [0x10, 0xFF, 0x93, 0xEB, 0xDC, 0x03],
    ];

    private readonly InputBytes[] _levels = [.. Enumerable.Range(0, MaxDepth + 4).Select(static _ => new InputBytes())];
    private ProtoSchema _schema = ProtoSchema.Every("proto3");
    private FuzzRandom _random = new();
    private int _left;

    internal void Write(InputBytes into, FuzzRandom random, ProtoSchema schema, string fullName)
    {
        (_schema, _random, _left) = (schema, random, random.Skewed(MaxFields));
        Message(into, fullName, 0);
    }

    private void Message(InputBytes into, string fullName, int depth)
    {
        if (!_schema.ByName.TryGetValue(fullName, out var message))
        {
            Known(into, fullName);
            return;
        }

        if (message.IsMapEntry)
        {
            foreach (var field in message.Fields)
            {
                if (_random.Chance(90))
                {
                    One(into, field, depth);
                }
            }

            return;
        }

        for (var i = message.Fields.Count == 0 ? 0 : _random.Skewed(12); i > 0 && --_left > 0; i--)
        {
            One(into, message.Fields[_random.Below(message.Fields.Count)], depth);
        }
    }

    private void Known(InputBytes into, string fullName)
    {
        if (fullName == ".google.protobuf.Any" && _random.Chance(60))
        {
            into.AddText(1, _random.Chance(60) ? $"type.googleapis.com/{_schema.Messages[0].FullName}" : "type.googleapis.com/google.protobuf.Duration");
            into.AddBlock(2, _random.Pick<byte[]>(KnownContents));
            return;
        }

        into.Add(_random.Pick<byte[]>(KnownContents));
    }

    private void One(InputBytes into, ProtoSchemaField field, int depth)
    {
        var number = field.Number;
        if (field.Type is 10 or 11)
        {
            Nested(into, field, depth);
        }
        else if (field.Type is 9 or 12)
        {
            into.AddTag(number, ProtoBytes.Length);
            Octets(into, field.Type == 9);
        }
        else if (field.Label == 3 && _random.Chance(50))
        {
            var packed = _levels[MaxDepth + 3];
            packed.Clear();
            for (var i = _random.Skewed(8) - 1; i > 0; i--)
            {
                Scalar(packed, field.Type);
            }

            into.AddBlock(number, packed.Span);
        }
        else
        {
            into.AddTag(number, field.Type is 1 or 6 or 16 ? ProtoBytes.Fixed64 : field.Type is 2 or 7 or 15 ? ProtoBytes.Fixed32 : ProtoBytes.Varint);
            Scalar(into, field.Type);
        }
    }

    private void Nested(InputBytes into, ProtoSchemaField field, int depth)
    {
        var content = _levels[depth];
        content.Clear();
        if (depth < MaxDepth)
        {
            Message(content, field.TypeName, depth + 1);
        }

        if (field.Type == 10)
        {
            into.AddTag(field.Number, ProtoBytes.BeginGroup);
            into.Add(content.Span);
            into.AddTag(field.Number, ProtoBytes.EndGroup);
        }
        else
        {
            into.AddBlock(field.Number, content.Span);
        }
    }

    private void Octets(InputBytes into, bool isText)
    {
        Span<byte> octets = stackalloc byte[_random.Chance(90) ? _random.Below(24) : _random.Below(300)];
        _random.Fill(octets);
        for (var i = 0; i < octets.Length && isText; i++)
        {
            octets[i] &= 0x7F;
        }

        into.AddVarint((uint)octets.Length);
        into.Add(octets);
    }

    private void Scalar(InputBytes into, int type)
    {
        switch (type)
        {
            case 1 or 6 or 16:
                into.AddLittle(_random.NextBits(), 8);
                break;
            case 2 or 7 or 15:
                into.AddLittle(_random.NextBits(), 4);
                break;
            case 8:
                into.Add((byte)_random.Below(2));
                break;
            case 14:
                into.AddVarint((ulong)(_random.Chance(85) ? _random.Below(3) : EdgeValues.Int(_random)));
                break;
            case 3 or 4 or 18:
                into.AddVarint(_random.NextBits() >> _random.Below(64));
                break;
            default:
                var number = EdgeValues.Int(_random);
                into.AddVarint(type is 13 or 17 ? (uint)number : (ulong)number);
                break;
        }
    }
}
