using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>
/// Makes contract types of schemas. A schema is looked at once however often it is referred to; classes are declared later, one by one, as
/// they may be in each other.
/// </summary>
internal sealed class SchemaReader(Documents documents, SchemaClasses classes, ImportNotes notes, List<SourceProblem> problems, bool isOwn)
{
    /// <summary>Schemas that may stand in each other without a class between.</summary>
    private const int MaxDepth = 100;

    private static readonly string[] Unread = ["not", "if", "dependentSchemas", "patternProperties", "contains", "$dynamicRef"];

    /// <summary>Keys that say nothing of a type.</summary>
    private static readonly string[] Notices = ["description", "title", "example", "nullable", "default"];

    private readonly Dictionary<YamlNode, ReadType> _read = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<YamlNode> _underWay = new(ReferenceEqualityComparer.Instance);

    /// <param name="hint">Name for a class that the schema declares without one.</param>
    public ReadType Read(Place place, string hint)
    {
        if (place.Node is null)
        {
            return ReadType.Any;
        }

        if (_read.TryGetValue(place.Node, out var known))
        {
            return known;
        }

        if (_underWay.Count == MaxDepth || !_underWay.Add(place.Node))
        {
            notes.Add(place, "the schema holds itself, with no class between: values say what they are");
            return ReadType.Any;
        }

        var read = Marked(place, Unmarked(place, hint));
        _underWay.Remove(place.Node);
        _read[place.Node] = read;
        return read;
    }

    /// <summary>The schemas that make up a class: itself, and what allOf joins, references followed.</summary>
    public IEnumerable<Place> PartsOf(Place schema)
    {
        var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Place>();
        open.Push(schema);
        while (open.TryPop(out var next))
        {
            var at = documents.Follow(next);
            if (at.Node is null || !seen.Add(at.Node))
            {
                continue;
            }

            yield return at;
            foreach (var part in at["allOf"].Items().Reverse())
            {
                open.Push(part);
            }
        }
    }

    /// <summary>Whether the schema is a class of named members.</summary>
    public bool IsClass(Place schema) => PartsOf(schema).Any(static p => p["properties"].Map is { Entries.Count: > 0 });

    /// <summary>The constants of an enum of texts that contracts can name; null for what is none.</summary>
    public static IReadOnlyList<YamlScalar>? ConstantsOf(Place schema)
    {
        if (schema.Map?.Find("enum") is not YamlList list)
        {
            return null;
        }

        var constants = list.Items.OfType<YamlScalar>().Where(static s => !s.IsNull).ToList();
        return constants.Count > 0 && constants.TrueForAll(static c => c.Text.Length > 0 && (!c.IsPlain || !IsOther(c.Text)))
            && schema.Text("type") is null or "string" && list.Items.TrueForAll(static i => i is YamlScalar)
            && constants.DistinctBy(static c => c.Text, StringComparer.Ordinal).Count() == constants.Count
            ? constants
            : null;
    }

    private static bool IsOther(string plain) => plain is "true" or "false" || double.TryParse(plain, System.Globalization.CultureInfo.InvariantCulture, out _);

    private ReadType Unmarked(Place place, string hint)
    {
        if (place.Map?.Find("$ref") is YamlScalar reference)
        {
            var target = documents.Follow(place);
            var name = reference.Text[(reference.Text.LastIndexOfAny(['/', '#']) + 1)..];
            return target.Node is null ? ReadType.Any : Read(target, name.Length > 0 ? Uri.UnescapeDataString(name) : hint);
        }

        switch (place.Node)
        {
            case YamlScalar { IsPlain: true, Text: "true" or "false" }:
                return ReadType.Any;
            case not YamlMap:
                problems.Add(place.Node!.At, $"a schema must be a map, not {place.Node.Describe()}, at {place.Pointer}", "write type: and what belongs to it");
                return ReadType.Any;
        }

        foreach (var key in Unread)
        {
            if (place.Map?.FindKey(key) is not null)
            {
                notes.Add(place[key], $"{key} is not carried over");
            }
        }

        var types = Types(place, out var admitsNull);
        var read = Choice(place, hint) ?? Joined(place, hint) ?? Plain(place, types, hint);
        return admitsNull && !read.AdmitsNull ? read with { AdmitsNull = true } : read;
    }

    /// <summary>oneOf and anyOf: one schema beside null is that one; several of one type are that type.</summary>
    private ReadType? Choice(Place place, string hint)
    {
        var key = place.Map?.Find("oneOf") is YamlList ? "oneOf" : place.Map?.Find("anyOf") is YamlList ? "anyOf" : null;
        if (key is null || place["properties"].Map is { Entries.Count: > 0 })
        {
            return null;
        }

        var options = place[key].Items().ToList();
        var rest = options.Where(static o => o.Text("type") != "null").ToList();
        if (rest.Count == 0)
        {
            return null;
        }

        var read = rest.ConvertAll(o => Read(o, hint));
        var first = read[0];
        var admitsNull = rest.Count < options.Count || read.Exists(static r => r.AdmitsNull);
        var isOneType = read.TrueForAll(r => r.Name == first.Name && r.Sort == first.Sort && r.Arguments.SequenceEqual(first.Arguments));
        if (isOneType || place.Text(Extensions.JavaType) is not null)
        {
            return first with { AdmitsNull = admitsNull };
        }

        notes.Add(place[key], $"{key} of several types: values say what they are");
        return ReadType.Any;
    }

    /// <summary>allOf around one schema is that one, with what is said beside it.</summary>
    private ReadType? Joined(Place place, string hint)
    {
        if (place.Map?.Find("allOf") is not YamlList || place["properties"].Map is { Entries.Count: > 0 })
        {
            return null;
        }

        var parts = place["allOf"].Items().ToList();
        var typed = parts.Where(p => documents.Follow(p).Map is { } map && map.Entries.Exists(static e => !Notices.Contains(e.Key.Text))).ToList();
        return typed is [var only] ? Read(only, hint) : null;
    }

    private ReadType Plain(Place place, List<string> types, string hint)
    {
        if (ConstantsOf(place) is not null)
        {
            return ReadType.Of(SchemaSort.Scalar, classes.Of(place, hint));
        }

        if (place.Map?.Find("enum") is YamlList { Items.Count: > 0 } values && types is not ["boolean"])
        {
            notes.Add(place["enum"], "the enum is not of texts alone: any value of its type is taken");
            types = types.Count > 0 ? types : TypesOf(values);
        }

        if ((types.Count == 0 || types.Contains("object")) && IsClass(place))
        {
            return ReadType.Of(SchemaSort.Class, classes.Of(place, hint));
        }

        if (types is ["object"] || (types.Count == 0 && place.Map?.FindKey("additionalProperties") is not null))
        {
            return Map(place, hint);
        }

        if (types is ["array"] || (types.Count == 0 && place.Map?.FindKey("items") is not null))
        {
            return List(place, hint);
        }

        if (types.Count == 0)
        {
            return place["const"].Node is YamlScalar { IsPlain: false } ? ReadType.Of(SchemaSort.Scalar, "string") : ReadType.Any;
        }

        if (ScalarReader.Of(place, types) is { } scalar)
        {
            return scalar;
        }

        notes.Add(place, $"no contract type is {string.Join(" or ", types)}: values say what they are");
        return ReadType.Any;
    }

    private ReadType Map(Place place, string hint)
    {
        var values = place["additionalProperties"];
        var value = values.Node is YamlMap ? Read(values, $"{hint}Value") : ReadType.Any;
        return ReadType.Of(SchemaSort.Map, "map") with { Arguments = [ReadType.Of(SchemaSort.Scalar, "string"), value] };
    }

    private ReadType List(Place place, string hint)
    {
        if (place.Map?.FindKey("prefixItems") is not null)
        {
            notes.Add(place["prefixItems"], "an array whose places differ is a list of anything");
            return ReadType.Of(SchemaSort.List, "list") with { Arguments = [ReadType.Any] };
        }

        var items = place["items"];
        var element = items.Node is YamlMap ? Read(items, $"{hint}Item") : ReadType.Any;
        return ReadType.Of(SchemaSort.List, place.Flag("uniqueItems") ? "set" : "list") with { Arguments = [element] };
    }

    /// <summary>What an export wrote of the type.</summary>
    private ReadType Marked(Place place, ReadType read)
    {
        if (place.Map?.Find(Extensions.JavaType) is YamlScalar text && TypeExpressionParser.Parse(text, problems) is { } written)
        {
            // A class of its own goes by the name that it has; others are as written.
            read = read with { Written = written };
        }

        return place.Map?.Find(Extensions.JavaClass) is YamlScalar { Text.Length: > 0 } java && (isOwn || JavaNames.IsType(java.Text))
            ? read with { Java = new Named(java.Text, java.At) }
            : read;
    }

    private List<string> Types(Place place, out bool admitsNull)
    {
        admitsNull = place.Flag("nullable");
        var types = new List<string>();
        foreach (var node in place.Map?.Find("type") is YamlList list ? list.Items : place.Map?.Find("type") is { } one ? [one] : [])
        {
            switch (node)
            {
                case YamlScalar { Text: "null" }:
                    admitsNull = true;
                    break;
                case YamlScalar { Text: "string" or "integer" or "number" or "boolean" or "object" or "array" } scalar:
                    types.Add(scalar.Text);
                    break;
                default:
                    problems.Add(
                        node.At,
                        $"type cannot be {node.Describe()}, at {place.Pointer}",
                        NearMiss.Cure((node as YamlScalar)?.Text ?? string.Empty, ["string", "integer", "number", "boolean", "object", "array"]));
                    break;
            }
        }

        admitsNull |= place.Map?.Find("enum") is YamlList constants && constants.Items.Exists(static i => i is YamlScalar { IsNull: true });
        return [.. types.Distinct(StringComparer.Ordinal)];
    }

    private static List<string> TypesOf(YamlList values) =>
        values.Items.TrueForAll(static i => i is YamlScalar { IsPlain: true } s && long.TryParse(s.Text, out _)) ? ["integer"] : ["string"];
}
