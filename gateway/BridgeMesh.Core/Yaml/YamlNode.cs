namespace BridgeMesh.Yaml;

/// <summary>A place in a file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal readonly record struct YamlMark(string File, int Line, int Column);

/// <summary>A YAML value that knows where it was written. Only its reader and command-line overrides edit it.</summary>
internal abstract class YamlNode(YamlMark at)
{
    public YamlMark At { get; } = at;

    /// <summary>Values in it, itself included, aliases expanded.</summary>
    public virtual long Weight => 1;

    /// <summary>What it is, for messages: "a list".</summary>
    public abstract string Describe();
}

/// <param name="isPlain">Written without quotes.</param>
internal sealed class YamlScalar(YamlMark at, string text, bool isPlain) : YamlNode(at)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    /// <summary>YAML's ways to write null. Source: YAML 1.2.2, section 10.3.2.</summary>
    public bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");

    public override string Describe() => IsNull ? "nothing" : $"'{(Text.Length <= 40 ? Text : Text[..40] + "…")}'";
}

internal sealed class YamlList(YamlMark at) : YamlNode(at)
{
    private long _weight = 1;

    public List<YamlNode> Items { get; } = [];

    public override long Weight => _weight;

    public override string Describe() => "a list";

    public void Add(YamlNode item)
    {
        Items.Add(item);
        _weight += item.Weight;
    }
}

internal sealed class YamlMap(YamlMark at) : YamlNode(at)
{
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private long _weight = 1;

    /// <summary>In the order written; keys are unique.</summary>
    public List<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = [];

    public override long Weight => _weight;

    public override string Describe() => "a map";

    public YamlNode? Find(string key) => _ordinals.TryGetValue(key, out var ordinal) ? Entries[ordinal].Value : null;

    public YamlScalar? FindKey(string key) => _ordinals.TryGetValue(key, out var ordinal) ? Entries[ordinal].Key : null;

    /// <summary>False when the map has that key already.</summary>
    public bool TryAdd(YamlScalar key, YamlNode value)
    {
        if (!_ordinals.TryAdd(key.Text, Entries.Count))
        {
            return false;
        }

        Entries.Add(new(key, value));
        _weight += 1 + value.Weight;
        return true;
    }

    public void Set(YamlScalar key, YamlNode value)
    {
        if (!TryAdd(key, value))
        {
            Entries[_ordinals[key.Text]] = new(key, value);
        }
    }
}
