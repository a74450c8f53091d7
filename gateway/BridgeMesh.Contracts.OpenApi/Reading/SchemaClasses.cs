using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Names of the classes that schemas declare, each once, and which of them are still to be declared.</summary>
internal sealed class SchemaClasses(string package, List<SourceProblem> problems)
{
    /// <summary>Classes that one document may declare.</summary>
    public const int MaxClasses = 20_000;

    private readonly Dictionary<YamlNode, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Queue<(Place Schema, string Name)> _open = new();

    /// <summary>The name of the class that this very schema is.</summary>
    /// <param name="schema">A map; references followed.</param>
    public string Of(Place schema, string hint)
    {
        var node = schema.Node ?? throw new InvalidOperationException("a class has a schema");
        if (_names.TryGetValue(node, out var known))
        {
            return known;
        }

        var isFull = hint.Contains('.', StringComparison.Ordinal) && JavaNames.IsClass(hint);
        var name = Written(schema) ?? Free(isFull ? hint : $"{package}.{JavaNaming.Class(hint, "Value")}");
        _names.Add(node, name);
        if (_names.Count == MaxClasses + 1)
        {
            problems.Add(node.At, $"more than {MaxClasses} classes", "split the document");
        }

        if (_names.Count <= MaxClasses)
        {
            _open.Enqueue((schema, name));
        }

        return name;
    }

    /// <summary>A name that no class has yet.</summary>
    public string Free(string wanted)
    {
        var name = wanted;
        for (var i = 2; !_taken.Add(name); i++)
        {
            name = $"{wanted}{i}";
        }

        return name;
    }

    public bool TryNext(out (Place Schema, string Name) next) => _open.TryDequeue(out next);

    /// <summary>The class that an export wrote, without type arguments.</summary>
    private string? Written(Place schema)
    {
        if (schema.Text(Extensions.JavaType) is not { } text)
        {
            return null;
        }

        var name = text.Split('<')[0].Trim();
        if (!JavaNames.IsClass(name))
        {
            return null;
        }

        _taken.Add(name);
        return name;
    }
}
