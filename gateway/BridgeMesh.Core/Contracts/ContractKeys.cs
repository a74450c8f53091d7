using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Reads the parts of YAML nodes that contracts are made of. What is wrong becomes a problem and reads as nothing.</summary>
internal sealed class ContractKeys(List<SourceProblem> problems)
{
    public List<SourceProblem> Problems { get; } = problems;

    /// <summary>The node as a map; null and nothing more for what is not there.</summary>
    public YamlMap? Map(YamlNode? node, string what)
    {
        if (node is null or YamlScalar { IsNull: true })
        {
            return null;
        }

        if (node is YamlMap map)
        {
            return map;
        }

        Problems.Add(node.At, $"{what} must be a map, not {node.Describe()}", "write it as key: value lines");
        return null;
    }

    public Named? Text(YamlNode? node, string what)
    {
        switch (node)
        {
            case null:
                return null;
            case YamlScalar { IsNull: false, Text.Length: > 0 } scalar:
                return new Named(scalar.Text, scalar.At);
            default:
                Problems.Add(node.At, $"{what} must be a text, not {node.Describe()}", "write one word or a quoted text");
                return null;
        }
    }

    public bool Flag(YamlNode? node, string what)
    {
        switch (node)
        {
            case null:
                return false;
            case YamlScalar { Text: "true" or "false" } scalar:
                return scalar.Text == "true";
            default:
                Problems.Add(node.At, $"{what} must be true or false, not {node.Describe()}", "write true or false");
                return false;
        }
    }

    /// <summary>One name or a list of them.</summary>
    public List<Named> Names(YamlNode? node, string what)
    {
        var names = new List<Named>();
        foreach (var item in node is YamlList list ? list.Items : node is null ? [] : [node])
        {
            if (Text(item, what) is { } name)
            {
                names.Add(name);
            }
        }

        return names;
    }

    public TypeExpression? Type(YamlNode? node, string what)
    {
        if (node is YamlScalar { IsNull: false } scalar)
        {
            return TypeExpressionParser.Parse(scalar, Problems);
        }

        if (node is not null)
        {
            Problems.Add(
                node.At,
                $"{what} must be a type, not {node.Describe()}",
                "write a type, such as string, list<Order> or com.acme.Order");
        }

        return null;
    }

    public List<TypeExpression> Types(YamlNode? node, string what)
    {
        var types = new List<TypeExpression>();
        foreach (var item in node is YamlList list ? list.Items : node is null ? [] : [node])
        {
            if (Type(item, what) is { } type)
            {
                types.Add(type);
            }
        }

        return types;
    }

    /// <summary>Reports each key that is none of the known ones.</summary>
    public void Only(YamlMap map, string what, params IReadOnlyCollection<string> known)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Text))
            {
                Problems.Add(key.At, $"{what} has no key '{key.Text}'", NearMiss.Cure(key.Text, known));
            }
        }
    }
}
