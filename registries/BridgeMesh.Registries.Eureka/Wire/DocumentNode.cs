namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// A part of a document, the same whether it came as XML or as the JSON that XStream makes of it: <c>"@x"</c> is an attribute, <c>"$"</c> the
/// text beside attributes, a list its items one after the other under one name.
/// </summary>
internal sealed class DocumentNode(string name)
{
    private readonly List<DocumentNode> _children = [];

    internal string Name { get; } = name;

    internal string Text { get; set; } = string.Empty;

    internal Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    internal IReadOnlyList<DocumentNode> Children => _children;

    internal void Add(DocumentNode child) => _children.Add(child);

    internal DocumentNode? Find(string name)
    {
        foreach (var child in _children)
        {
            if (child.Name == name)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Null where it has no such child, or an empty one.</summary>
    internal string? TextOf(string name) => Find(name)?.Text is { Length: > 0 } text ? text : null;
}

/// <summary>What one instance in a document may hold. A peer that says more is not believed at all.</summary>
internal sealed class NodeBudget
{
    /// <summary>An instance with 250 entries of metadata has some 300.</summary>
    internal const int MaxNodes = 1_000;

    internal const int MaxChars = 64 << 10;

    /// <summary>Netflix's documents go five deep below an instance's root.</summary>
    internal const int MaxDepth = 16;

    private int _nodes;
    private int _chars;

    internal bool TryTake(int chars) => ++_nodes <= MaxNodes && (_chars += chars) <= MaxChars;

    internal void Renew() => _nodes = _chars = 0;
}
