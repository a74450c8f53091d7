using System.Buffers;
using System.Text;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Texts;

/// <summary>Changes a YAML text line by line and word by word, in the ways that contracts go wrong. Owned by one worker.</summary>
internal sealed class YamlMutator
{
    private static readonly byte[][] Words = [.. new[]
    {
        "string", "list<", "map<string, ", ">", "[]", "[][]", "T", "Every", "Page<Page<Page<int>>>", "com.fuzz.Every", "int", "void", "any", "null", "~", "{}", "[]",
        "&a", "*a", "<<: *a", "!!int", "? ", "- ", "---", "...", "|", ">", "'", "\"", "#", "{", "}", "[", "]", ",", ":", "\t", "\n", "extends", "generics", "enum",
        "exception", "fields", "types", "services", "methods", "parameters", "returns", "throws", "http", "body", "path", "\"/{id}\"", "\"/{id:*}\"", "\"//\"", "GET",
        "true", "checked", "中文", "\u0085", "\uFEFF", "\0",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly SearchValues<byte> BetweenWords = SearchValues.Create(" \n:,{}[]<>"u8);

    private readonly EditList _edits = new();

    internal void Mutate(byte[] text, FuzzRandom random, InputBytes into)
    {
        _edits.Clear();
        for (var i = random.Skewed(6); i > 0; i--)
        {
            One(text, random);
        }

        _edits.Apply(text, into);
        if (random.Chance(10))
        {
            ByteMutations.One(into, random);
        }
    }

    private void One(byte[] text, FuzzRandom random)
    {
        var at = random.Below(text.Length);
        var line = LineAt(text, at);
        var word = WordAt(text, at);
        var from = _edits.Mark;
        switch (random.Below(9))
        {
            case 0:
                _edits.Remove(line.Start.Value, line.End.Value - line.Start.Value);
                break;
            case 1:
                _edits.Bytes.Add(text.AsSpan(LineAt(text, random.Below(text.Length))));
                _edits.Replace(line.Start.Value, 0, from);
                break;
            case 2:
                for (var i = random.Below(6); i > 0; i--)
                {
                    _edits.Bytes.Add((byte)' ');
                }

                _edits.Replace(line.Start.Value, random.Below(4), from);
                break;
            case 3 or 4:
                _edits.Bytes.Add(text.AsSpan(WordAt(text, random.Below(text.Length))));
                _edits.Replace(word.Start.Value, word.End.Value - word.Start.Value, from);
                break;
            case 5:
                Deep(random);
                _edits.Replace(word.Start.Value, word.End.Value - word.Start.Value, from);
                break;
            default:
                _edits.Bytes.Add(random.Pick<byte[]>(Words));
                _edits.Replace(at, random.Chance(50) ? 0 : word.End.Value - at, from);
                break;
        }
    }

    // Types in types, arrays of arrays, collections in collections.
    private void Deep(FuzzRandom random)
    {
        var depth = random.Skewed(random.Chance(5) ? 20_000 : 40);
        var (open, close) = random.Below(4) switch
        {
            0 => ("list<", ">"),
            1 => (string.Empty, "[]"),
            2 => ("[", "]"),
            _ => ("{ a: ", "}"),
        };
        _edits.Bytes.Add((byte)'"');
        for (var i = 0; i < depth; i++)
        {
            _edits.Bytes.Add(Encoding.ASCII.GetBytes(open));
        }

        _edits.Bytes.Add("int"u8);
        for (var i = 0; i < depth; i++)
        {
            _edits.Bytes.Add(Encoding.ASCII.GetBytes(close));
        }

        if (random.Chance(90))
        {
            _edits.Bytes.Add((byte)'"');
        }
    }

    private static Range LineAt(byte[] text, int at)
    {
        var from = text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var to = text.AsSpan(at).IndexOf((byte)'\n');
        return from..(to < 0 ? text.Length : at + to + 1);
    }

    private static Range WordAt(byte[] text, int at)
    {
        var from = text.AsSpan(0, at).LastIndexOfAny(BetweenWords) + 1;
        var to = text.AsSpan(at).IndexOfAny(BetweenWords);
        return from..(to < 0 ? text.Length : at + to);
    }
}
