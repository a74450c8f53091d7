using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Hessian;

/// <summary>
/// Changes a stream where it hurts: lengths, counts, numbers of classes, types and values, tags, texts, definitions, ends, whole values moved,
/// repeated and taken from other streams. Owned by one worker.
/// </summary>
internal sealed class HessianMutator
{
    private const int MaxNested = 1_200;
    private const int MaxRepeats = 300;

    private readonly EditList _edits = new();

    /// <param name="donor">Where values and definitions of other streams come from.</param>
    internal void Mutate(HessianSample sample, HessianSample donor, FuzzRandom random, InputBytes into)
    {
        _edits.Clear();
        for (var i = random.Skewed(4); i > 0 && sample.Marks.Length > 0; i--)
        {
            One(sample, donor, random);
        }

        _edits.Apply(sample.Bytes, into);
        if (sample.Marks.Length == 0 || random.Chance(15))
        {
            ByteMutations.Some(into, random);
        }
    }

    private void One(HessianSample sample, HessianSample donor, FuzzRandom random)
    {
        switch (random.Below(10))
        {
            case 0 or 1 when sample.Values.Length > 0:
                ChangeValue(sample, donor, random);
                break;
            case 2 when sample.Definitions.Length > 0:
                ChangeDefinition(sample, donor, random);
                break;
            default:
                Change(sample, random.Pick<Mark>(sample.Marks), random);
                break;
        }
    }

    private void Change(HessianSample sample, Mark mark, FuzzRandom random)
    {
        var part = sample.Part(mark);
        var from = _edits.Mark;
        switch (mark.Kind)
        {
            case MarkKind.Tag:
                _edits.Bytes.Add(random.Chance(50) ? random.Pick<byte>(sample.Bytes) : random.NextByte());
                break;
            case MarkKind.Length when part.Length == 2:
                _edits.Bytes.AddUInt16(EdgeValues.Near(random, (part[0] << 8) | part[1]));
                break;
            case MarkKind.Count when sample.Draft && part[0] == 'n':
                _edits.Bytes.Add((byte)'n');
                _edits.Bytes.Add((byte)EdgeValues.Near(random, part[1]));
                break;
            case MarkKind.Count when sample.Draft && part[0] == 'l':
                _edits.Bytes.Add((byte)'l');
                _edits.Bytes.AddInt32(EdgeValues.Near(random, part[4]));
                break;
            case MarkKind.Length or MarkKind.Count:
                HessianForms.Int(_edits.Bytes, random, EdgeValues.Near(random, part[0] - 0x90));
                break;
            case MarkKind.Index when part[0] >= 0x80:
                HessianForms.Int(_edits.Bytes, random, EdgeValues.Near(random, part[0] - 0x90));
                break;
            case MarkKind.Index:
                for (var i = 0; i < part.Length; i++)
                {
                    _edits.Bytes.Add(random.Chance(50) ? (byte)random.Below(8) : EdgeValues.Byte(random));
                }

                break;
            case MarkKind.Text:
                ChangeText(part, random);
                break;
            case MarkKind.Name:
                HessianForms.Text(_edits.Bytes, random, sample.Draft, HessianForms.FieldName(random));
                break;
            case MarkKind.End when random.Chance(50):
                break;
            default:
                _edits.Bytes.Add(part);
                _edits.Bytes.Add(EdgeValues.Byte(random));
                break;
        }

        _edits.Replace(mark.At, mark.Length, from);
    }

    private void ChangeText(ReadOnlySpan<byte> text, FuzzRandom random)
    {
        var at = random.Below(text.Length + 1);
        _edits.Bytes.Add(text[..at]);
        var piece = EdgeValues.Text(random);
        _edits.Bytes.Add(piece);

        // Replacing keeps the count of bytes, inserting keeps the characters.
        _edits.Bytes.Add(text[Math.Min(text.Length, at + (random.Chance(70) ? piece.Length : 0))..]);
    }

    private void ChangeValue(HessianSample sample, HessianSample donor, FuzzRandom random)
    {
        var value = random.Pick<Mark>(sample.Values);
        var from = _edits.Mark;
        switch (random.Below(7))
        {
            case 0:
                _edits.Bytes.Add(sample.Part(random.Pick<Mark>(sample.Values)));
                break;
            case 1 when donor.Values.Length > 0:
                _edits.Bytes.Add(donor.Part(random.Pick<Mark>(donor.Values)));
                break;
            case 2:
                break;
            case 3:
                for (var i = random.Skewed(MaxRepeats); i > 0; i--)
                {
                    _edits.Bytes.Add(sample.Part(value));
                }

                break;
            case 4:
                var seed = random.NextBits();
                var opening = new FuzzRandom(seed);
                for (var i = random.Skewed(MaxNested); i > 0; i--)
                {
                    opening.Reseed(seed);
                    HessianForms.Opening(_edits.Bytes, opening, sample.Draft);
                }

                _edits.Bytes.Add(sample.Part(value));
                break;
            case 5:
                for (var i = random.Skewed(MaxRepeats); i > 0; i--)
                {
                    HessianForms.Reference(_edits.Bytes, random, sample.Draft, random.Chance(90) ? random.Below(12) : EdgeValues.Int(random));
                }

                break;
            default:
                HessianForms.Text(_edits.Bytes, random, sample.Draft, HessianForms.TypeName(random));
                break;
        }

        _edits.Replace(value.At, value.Length, from);
    }

    private void ChangeDefinition(HessianSample sample, HessianSample donor, FuzzRandom random)
    {
        var definition = random.Pick<Mark>(sample.Definitions);
        var from = _edits.Mark;
        switch (random.Below(4))
        {
            case 0:
                for (var i = random.Skewed(MaxRepeats); i > 0; i--)
                {
                    _edits.Bytes.Add(sample.Part(definition));
                }

                break;
            case 1 when donor.Definitions.Length > 0:
                _edits.Bytes.Add(donor.Part(random.Pick<Mark>(donor.Definitions)));
                break;
            case 2:
                break;
            default:
                // A class more in front: every number behind it means another one.
                _edits.Bytes.Add(sample.Part(random.Pick<Mark>(sample.Definitions)));
                _edits.Bytes.Add(sample.Part(definition));
                break;
        }

        _edits.Replace(definition.At, definition.Length, from);
    }
}
