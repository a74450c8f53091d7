using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>
/// What a request says of one value of an object parameter: texts under its own name, or nodes for its fields, keys or places. Texts are
/// ranges of the query or form, still escaped; the node refers to that text and lives no longer than its reading.
/// </summary>
internal sealed class FieldNode(TypeShape type, string name)
{
    private Dictionary<string, FieldNode>? _members;
    private SortedDictionary<int, FieldNode>? _elements;

    internal TypeShape Type => type;

    /// <summary>The whole name in the request, for messages: <c>items[0].sku</c>.</summary>
    internal string Name => name;

    /// <summary>Null when the name itself has no value.</summary>
    internal List<Range>? Values { get; private set; }

    internal bool HasMembers => _members is not null;

    internal bool HasElements => _elements is not null;

    internal bool IsEmpty => Values is null && _members is null && _elements is null;

    /// <summary>Fields or keys in the order of the request.</summary>
    internal IEnumerable<KeyValuePair<string, FieldNode>> Members => _members ?? [];

    /// <summary>Elements by place, ascending; places may be left out.</summary>
    internal IEnumerable<KeyValuePair<int, FieldNode>> Elements => _elements ?? [];

    internal FieldNode? Find(string member) => _members?.GetValueOrDefault(member);

    internal void Add(Range value) => (Values ??= []).Add(value);

    internal FieldNode Member(string member, TypeShape memberType, string fullName)
    {
        _members ??= new Dictionary<string, FieldNode>(StringComparer.Ordinal);
        if (!_members.TryGetValue(member, out var node))
        {
            _members.Add(member, node = new FieldNode(memberType, fullName));
        }

        return node;
    }

    internal FieldNode Element(int place, TypeShape elementType, string fullName)
    {
        _elements ??= [];
        if (!_elements.TryGetValue(place, out var node))
        {
            _elements.Add(place, node = new FieldNode(elementType, fullName));
        }

        return node;
    }
}
