namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Finds what must stand below <c>components</c>: every class, enum and exception that methods name, in the order met.</summary>
internal sealed class ComponentCollector
{
    private readonly HashSet<ComponentKey> _seen = [];
    private readonly Queue<(TypeShape Type, ValuePolicy Policy)> _open = new();

    /// <summary>Classes and enums, with the shape that describes each; problems have their exceptions.</summary>
    public List<(ComponentKey Key, TypeShape? Type, StructShape? Exception)> Found { get; } = [];

    public void Add(MethodShape method, ServiceContract contract)
    {
        foreach (var parameter in method.Parameters)
        {
            Meet(parameter.Type, contract.Policy);
        }

        Meet(method.Returns, contract.Policy);
        foreach (var exception in ProblemSchemas.OfMethod(method, contract))
        {
            MeetException(exception, contract.Policy);
        }

        // Classes may be deep in each other: they are taken one by one, not from within one another.
        while (_open.TryDequeue(out var next))
        {
            Visit(next.Type, next.Policy);
        }
    }

    private void Meet(TypeShape type, ValuePolicy policy)
    {
        if (SchemaWriter.IsComponent(type, policy) && _seen.Add(SchemaWriter.KeyOf(type, policy)))
        {
            Found.Add((SchemaWriter.KeyOf(type, policy), type, null));
            _open.Enqueue((type, policy));
        }

        foreach (var part in (TypeShape?[])[type.Key, type.Element])
        {
            if (part is not null)
            {
                Meet(part, policy);
            }
        }
    }

    private void Visit(TypeShape type, ValuePolicy policy)
    {
        if (SchemaWriter.KeyOf(type, policy).Role == ComponentRole.OrSubclass)
        {
            // The class itself, without the choice.
            MeetValue(SchemaWriter.WithoutSubtypes(type), policy);
        }

        foreach (var subtype in SchemaWriter.SubtypesOf(type))
        {
            MeetValue(SchemaWriter.WithoutSubtypes(subtype), policy);
        }

        if (type.Struct?.Parent is { } parent && !policy.ProtoJson)
        {
            MeetValue(SchemaWriter.OfClass(parent), policy);
        }

        foreach (var field in type.Struct?.Fields ?? [])
        {
            Meet(field.Type, policy);
        }
    }

    private void MeetValue(TypeShape type, ValuePolicy policy)
    {
        if (_seen.Add(SchemaWriter.KeyOf(type, policy)))
        {
            Found.Add((SchemaWriter.KeyOf(type, policy), type, null));
            _open.Enqueue((type, policy));
        }
    }

    private void MeetException(StructShape exception, ValuePolicy policy)
    {
        var key = ProblemSchemas.KeyOf(exception, policy);
        if (!_seen.Add(key))
        {
            return;
        }

        Found.Add((key, null, exception));
        foreach (var field in exception.Fields)
        {
            Meet(field.Type, policy);
        }

        if (exception.Parent is { } parent)
        {
            MeetException(parent, policy);
        }
    }
}
