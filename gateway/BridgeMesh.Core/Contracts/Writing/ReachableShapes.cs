using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>The classes and enums that contracts name, each once and in the order in which they are met, from the methods on.</summary>
internal sealed class ReachableShapes
{
    private readonly Dictionary<string, List<StructShape>> _structs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EnumShape> _enums = new(StringComparer.Ordinal);
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<TypeShape> _open = new();
    private readonly Queue<StructShape> _openStructs = new();

    /// <summary>Names of all, in the order found.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Classes whose name is another class's already.</summary>
    public List<StructShape> Twins { get; } = [];

    /// <summary>Forms of a class, one for each set of type arguments.</summary>
    public IReadOnlyList<StructShape> StructsOf(string name) => _structs.GetValueOrDefault(name) ?? [];

    public EnumShape? EnumOf(string name) => _enums.GetValueOrDefault(name);

    public bool IsExtended(StructShape type) => _structs.Values.Any(forms => forms.Exists(f => f.Parent?.JavaType.Text == type.JavaType.Text));

    public void Add(ServiceContract contract)
    {
        foreach (var method in contract.Methods)
        {
            foreach (var parameter in method.Parameters)
            {
                Add(parameter.Type);
            }

            Add(method.Returns);
            foreach (var exception in method.Exceptions)
            {
                Add(exception);
            }
        }

        Add(contract.Types);
    }

    public void Add(TypeShape type)
    {
        _open.Enqueue(type);
        Drain();
    }

    private void Add(StructShape type)
    {
        _openStructs.Enqueue(type);
        Drain();
    }

    private void Add(SubtypeCatalog? catalog)
    {
        foreach (var type in catalog?.All.OrderBy(static t => t.JavaType.Text, StringComparer.Ordinal) ?? Enumerable.Empty<TypeShape>())
        {
            Add(type);
        }
    }

    private void Drain()
    {
        while (true)
        {
            if (_openStructs.TryDequeue(out var type))
            {
                Struct(type);
            }
            else if (_open.TryDequeue(out var shape))
            {
                Type(shape);
            }
            else
            {
                return;
            }
        }
    }

    private void Type(TypeShape shape)
    {
        if (!_seen.Add(shape))
        {
            return;
        }

        foreach (var inner in (TypeShape?[])[shape.Key, shape.Element])
        {
            if (inner is not null)
            {
                _open.Enqueue(inner);
            }
        }

        if (shape.Struct is { } type)
        {
            _openStructs.Enqueue(type);
        }

        if (shape.Enum is { } constants && _enums.TryAdd(constants.JavaType.Text, constants))
        {
            Names.Add(constants.JavaType.Text);
        }

        foreach (var subtype in shape.Subtypes?.All.OrderBy(static t => t.JavaType.Text, StringComparer.Ordinal) ?? Enumerable.Empty<TypeShape>())
        {
            // What an Any of protobuf can hold knows the well-known messages under names that are no classes'.
            if (subtype.Kind == ShapeKind.Struct)
            {
                _open.Enqueue(subtype);
            }
        }
    }

    private void Struct(StructShape type)
    {
        if (!_seen.Add(type))
        {
            return;
        }

        var name = type.JavaType.Text;
        if (!_structs.TryGetValue(name, out var forms))
        {
            _structs.Add(name, forms = []);
            Names.Add(name);
        }

        var same = forms.Find(f => f.Arguments.Select(static a => a.ToString()).SequenceEqual(type.Arguments.Select(static a => a.ToString())));
        if (same is null)
        {
            forms.Add(type);
        }
        else if (!same.Fields.Select(static f => f.Name.Text).SequenceEqual(type.Fields.Select(static f => f.Name.Text)))
        {
            Twins.Add(type);
        }

        foreach (var argument in type.Arguments)
        {
            _open.Enqueue(argument);
        }

        foreach (var field in type.Fields)
        {
            _open.Enqueue(field.Type);
        }

        if (type.Parent is { } parent)
        {
            _openStructs.Enqueue(parent);
        }
    }
}
