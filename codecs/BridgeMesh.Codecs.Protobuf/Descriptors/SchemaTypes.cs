using System.Globalization;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// The messages and enums that services need, each at its place: in a package, or nested in another message. Made by collecting all shapes
/// first, as where one goes depends on what else there is.
/// </summary>
/// <param name="isElsewhere">Whether a type, by its full name, is described by a file that others brought.</param>
internal sealed class SchemaTypes(Func<string, bool> isElsewhere)
{
    private readonly Dictionary<object, SchemaNode> _byShape = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SchemaNode> _byName = new(StringComparer.Ordinal);
    private readonly List<(object Shape, string Name)> _found = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<StructShape> _open = new();

    /// <summary>Those that are in no other message, in the order of their names.</summary>
    public IEnumerable<SchemaNode> Tops => _byName.Values.Where(static n => n.Parent is null).OrderBy(static n => n.FullName, StringComparer.Ordinal);

    /// <summary>Adds the messages of a service's methods and exceptions, and all that their fields need.</summary>
    public void Add(ServiceContract contract)
    {
        foreach (var method in contract.Methods)
        {
            var proto = method.Proto;
            AddBody(contract, proto.Request, proto.RequestForm);
            AddBody(contract, proto.Response, proto.ResponseForm);
            foreach (var exception in method.Exceptions)
            {
                Found(exception, SchemaNames.Of(exception));
            }
        }

        while (_open.TryDequeue(out var next))
        {
            foreach (var field in next.Fields)
            {
                Add(field.Type);
            }
        }
    }

    /// <summary>To be called once, when all services were added.</summary>
    public void Place(IReadOnlySet<string> services)
    {
        var messages = _found.Where(static f => f.Shape is StructShape).Select(static f => f.Name.Replace('$', '.')).ToHashSet(StringComparer.Ordinal);
        var noContainers = _found.Where(static f => f.Shape is EnumShape).Select(static f => f.Name.Replace('$', '.'))
            .Concat(services).ToHashSet(StringComparer.Ordinal);

        // Outer ones first, so that they are there when the inner ones come.
        foreach (var (shape, name) in _found.OrderBy(static f => f.Name.Count(static c => c is '.' or '$')).ThenBy(static f => f.Name, StringComparer.Ordinal))
        {
            var node = Node(Path(name, messages, noContainers, out var package), package, shape);
            node.Struct = shape as StructShape;
            node.Enum = shape as EnumShape;
            _byShape[shape] = node;
        }
    }

    public bool Has(string fullName) => _byName.ContainsKey(fullName);

    public SchemaNode? Find(object shape) => _byShape.GetValueOrDefault(shape);

    /// <summary>The shapes that a type's values are made of: the type's own, or of a collection its elements'.</summary>
    public static TypeShape Leaf(TypeShape type)
    {
        while (type is { Proto: ProtoKind.Canonical or ProtoKind.Box, Element: { } element })
        {
            type = element;
        }

        return type;
    }

    private void AddBody(ServiceContract contract, TypeShape message, ProtoBody form)
    {
        if (form == ProtoBody.Fields && message.Struct is { } body)
        {
            Found(body, SchemaNames.OfBody(SchemaNames.Of(contract), body));
        }
        else
        {
            Add(message);
        }
    }

    private void Add(TypeShape type)
    {
        var leaf = Leaf(type);
        switch (ProtoForm.KindOf(leaf))
        {
            case ProtoKind.Message or ProtoKind.Group when leaf.Struct is { } message:
                Found(message, SchemaNames.Of(message));
                break;
            case ProtoKind.Enum when leaf.Enum is { } constants:
                Found(constants, SchemaNames.Of(constants));
                break;
        }
    }

    private void Found(object shape, string name)
    {
        if (isElsewhere(name) || !_seen.Add(shape))
        {
            return;
        }

        _found.Add((shape, name));
        if (shape is StructShape message)
        {
            _open.Enqueue(message);
        }
    }

    /// <summary>Names from the outermost message in. A class inside of what is no message gets both names in one.</summary>
    private static List<string> Path(string name, HashSet<string> messages, HashSet<string> noContainers, out string package)
    {
        var steps = name.Split('.', '$');
        var dollar = name.IndexOf('$', StringComparison.Ordinal);
        var first = dollar < 0 ? steps.Length - 1 : name[..dollar].Count(static c => c == '.');
        for (var i = 1; i <= first; i++)
        {
            if (messages.Contains(string.Join('.', steps[..i])))
            {
                first = i - 1;
            }
        }

        package = string.Join('.', steps[..first].Select(SchemaNames.Identifier));
        var path = new List<string>();
        for (var i = first; i < steps.Length; i++)
        {
            var step = SchemaNames.Identifier(steps[i]);
            if (i > first && noContainers.Contains(string.Join('.', steps[..i])))
            {
                path[^1] += step;
            }
            else
            {
                path.Add(step);
            }
        }

        return path;
    }

    private SchemaNode Node(List<string> path, string package, object shape)
    {
        SchemaNode? parent = null;
        for (var i = 0; i < path.Count - 1; i++)
        {
            parent = Child(parent, path[i], package);
        }

        var name = path[^1];
        var node = Child(parent, name, package);
        for (var twin = 2; IsTaken(node, shape); twin++)
        {
            node = Child(parent, string.Create(CultureInfo.InvariantCulture, $"{name}{twin}"), package);
        }

        return node;
    }

    /// <summary>Whether the place is another type's: two loads may each have a class of one name, and may mean the same by it.</summary>
    private static bool IsTaken(SchemaNode node, object shape) => shape switch
    {
        StructShape message => node.Enum is not null || (node.Struct is { } other && !IsSame(other, message)),
        EnumShape constants => node.Struct is not null || node.Nested.Count > 0
            || (node.Enum is { } other && !other.Constants.SequenceEqual(constants.Constants)),
        _ => false,
    };

    private static bool IsSame(StructShape left, StructShape right)
    {
        var (lefts, rights) = (ProtoForm.FieldsOf(left), ProtoForm.FieldsOf(right));
        return lefts.SequenceEqual(rights) && left.Fields.Zip(right.Fields).All(static f =>
            f.First.Name.Text == f.Second.Name.Text
            && f.First.Type.ToString() == f.Second.Type.ToString()
            && ProtoForm.KindOf(f.First.Type) == ProtoForm.KindOf(f.Second.Type));
    }

    private SchemaNode Child(SchemaNode? parent, string name, string package)
    {
        var fullName = parent is not null ? $"{parent.FullName}.{name}" : package.Length == 0 ? name : $"{package}.{name}";
        if (!_byName.TryGetValue(fullName, out var node))
        {
            node = new SchemaNode(name, parent) { Package = package };
            _byName.Add(fullName, node);
            parent?.Nested.Add(node);
        }

        return node;
    }
}
