using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Json;

/// <summary>Changes a JSON text token by token: values moved, repeated and replaced, nests, signs swapped, texts broken. Owned by one worker.</summary>
internal sealed class JsonMutator
{
    private const int MaxNested = 1_500;
    private const int MaxRepeats = 200;

    private readonly EditList _edits = new();
    private readonly JsonGrammar _grammar = new();

    internal void Mutate(JsonSample sample, JsonSample donor, FuzzRandom random, InputBytes into)
    {
        _edits.Clear();
        for (var i = random.Skewed(4); i > 0 && sample.Values.Length > 0; i--)
        {
            One(sample, donor, random);
        }

        _edits.Apply(sample.Bytes, into);
        if (sample.Values.Length == 0 || random.Chance(12))
        {
            ByteMutations.Some(into, random);
        }
    }

    private void One(JsonSample sample, JsonSample donor, FuzzRandom random)
    {
        var range = random.Chance(70) ? random.Pick<Range>(sample.Values) : random.Pick<Range>(sample.Tokens);
        var part = sample.Bytes.AsSpan(range);
        var from = _edits.Mark;
        switch (random.Below(8))
        {
            case 0:
                _edits.Bytes.Add(sample.Bytes.AsSpan(random.Pick<Range>(sample.Values)));
                break;
            case 1 when donor.Values.Length > 0:
                _edits.Bytes.Add(donor.Bytes.AsSpan(random.Pick<Range>(donor.Values)));
                break;
            case 2:
                break;
            case 3:
                for (var i = random.Skewed(MaxRepeats); i > 1; i--)
                {
                    _edits.Bytes.Add(part);
                    _edits.Bytes.Add((byte)',');
                }

                _edits.Bytes.Add(part);
                break;
            case 4:
                Nest(part, random);
                break;
            case 5:
                var at = random.Below(part.Length + 1);
                _edits.Bytes.Add(part[..at]);
                _edits.Bytes.Add(EdgeValues.Text(random));
                _edits.Bytes.Add(part[at..]);
                break;
            default:
                _grammar.Scalar(_edits.Bytes, random);
                break;
        }

        _edits.Replace(range.Start.Value, part.Length, from);
    }

    private void Nest(ReadOnlySpan<byte> part, FuzzRandom random)
    {
        var objects = random.Chance(50);
        var depth = random.Skewed(MaxNested);
        for (var i = 0; i < depth; i++)
        {
            _edits.Bytes.Add(objects ? "{\"a\":"u8 : "["u8);
        }

        _edits.Bytes.Add(part);
        for (var i = 0; i < depth && random.Chance(98); i++)
        {
            _edits.Bytes.Add(objects ? (byte)'}' : (byte)']');
        }
    }
}
