using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>
/// Puts the types that a service definition names into the words of contracts, and declares those that it describes. What is not described,
/// and what contracts have no form for, becomes anything, with a note.
/// </summary>
/// <param name="place">Where the definition lies, for notes.</param>
internal sealed class DefinedTypeMapper(DefinedService service, string place, List<string> notes)
{
    private const string Anything = "java.lang.Object";

    /// <summary>More help nobody.</summary>
    private const int MaxNotes = 1_000;

    private readonly YamlMark _at = new(place, 0, 0);
    private readonly SortedDictionary<string, TypeDeclaration?> _declared = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, DefinedType Type)> _met = new();

    /// <summary>All that was asked for, and what those need in turn.</summary>
    public IReadOnlyList<TypeDeclaration> DeclareAll()
    {
        while (_met.TryDequeue(out var next))
        {
            _declared[next.Name] = Declare(next.Name, next.Type);
        }

        return [.. _declared.Values.OfType<TypeDeclaration>()];
    }

    /// <summary>A field, parameter or result. Its Java type stands beside where the contract's own would be another.</summary>
    public ValueDeclaration Value(string name, string type, string member)
    {
        if (SourceTypeParser.Parse(type) is not { } parsed)
        {
            Note($"{member}: '{Shown(type)}' is no type; it is taken for anything");
            return new ValueDeclaration(new Named(name, _at), Expression(Anything), null);
        }

        var (expression, java) = Map(parsed, member);
        var erased = Erased(parsed);
        var isOther = java != erased && JavaNames.IsType(erased) && !PlatformTypes.IsWrapper(parsed.Name);
        return new ValueDeclaration(new Named(name, _at), expression, isOther ? new Named(erased, _at) : null);
    }

    private (TypeExpression Type, string Java) Map(SourceType type, string member)
    {
        var inner = One(type, member);
        for (var i = 0; i < type.Dimensions; i++)
        {
            inner = (new TypeExpression(TypeExpression.ArrayName, _at, [inner.Type]), $"{inner.Java}[]");
        }

        return inner;
    }

    private (TypeExpression Type, string Java) One(SourceType type, string member)
    {
        var name = type.Name;
        if (name is "void" or "java.lang.Void")
        {
            return (Expression("void"), name);
        }

        if (name is Anything or "?")
        {
            return (Expression(Anything), Anything);
        }

        if (BuiltInTypes.Scalar(name) is not null)
        {
            return (Expression(name), name);
        }

        if (PlatformTypes.BoxOf(name) is { } box)
        {
            return (Expression(box), box);
        }

        if (PlatformTypes.HoldsBytes(name))
        {
            return (new TypeExpression(TypeExpression.ArrayName, _at, [Expression("byte")]), "byte[]");
        }

        if (PlatformTypes.HoldsOne(name))
        {
            if (type.Arguments is [var only] && only.Name is not ("void" or "java.lang.Void"))
            {
                return Map(only, member);
            }

            if (type.Arguments.Count == 0)
            {
                Note($"{member}: the definition does not say what the {name} holds; it is taken for anything");
            }

            return (Expression(Anything), Anything);
        }

        if (PlatformTypes.HoldsMany(name) || PlatformTypes.ContainerOf(name) != ContainerForm.None)
        {
            return Container(type, member);
        }

        return Described(name, member);
    }

    private (TypeExpression Type, string Java) Container(SourceType type, string member)
    {
        var form = PlatformTypes.ContainerOf(type.Name);
        var name = BuiltInTypes.TryCollection(type.Name, out _, out _) ? type.Name : form switch
        {
            ContainerForm.Map => "java.util.Map",
            ContainerForm.Set => "java.util.Set",
            _ => "java.util.List",
        };
        if (type.Arguments.Count != (form == ContainerForm.Map ? 2 : 1))
        {
            return (Expression(name), name);
        }

        var arguments = type.Arguments.Select(a => Map(a, member).Type).ToList();
        if (form == ContainerForm.Map && !CanBeKey(arguments[0]))
        {
            Note($"{member}: the map has keys that JSON cannot name; they are taken for anything");
            arguments[0] = Expression(Anything);
        }

        return (new TypeExpression(name, _at, arguments), name);
    }

    private bool CanBeKey(TypeExpression key) =>
        BuiltInTypes.Scalar(key.Name) is not null || BuiltInTypes.IsAny(key.Name)
        || (service.Types.TryGetValue(key.Name, out var type) && !type.Constants.IsEmpty);

    private (TypeExpression Type, string Java) Described(string name, string member)
    {
        var wire = ClassName(name);
        if (!service.Types.TryGetValue(name, out var type) || (type.Properties.IsEmpty && type.Constants.IsEmpty) || PlatformTypes.IsPlatform(name)
            || !JavaNames.IsClass(wire) || !wire.Contains('.', StringComparison.Ordinal))
        {
            var why = PlatformTypes.IsPlatform(name) ? $"contracts have no form for {name}"
                : service.Types.ContainsKey(name) ? $"the definition says no fields of {name}, as of an interface"
                : $"the definition does not describe {Shown(name)}";
            Note($"{member}: {why}; it is taken for anything");
            return (Expression(Anything), Anything);
        }

        if (wire != name)
        {
            Note($"{name} is taken for the nested class {wire}: Dubbo 3 writes both alike");
        }

        if (_declared.TryAdd(wire, null))
        {
            _met.Enqueue((wire, type));
        }

        return (Expression(wire), wire);
    }

    private TypeDeclaration Declare(string name, DefinedType type) =>
        new(new Named(name, _at), NameScope.Of(place, name), type.Constants.IsEmpty ? TypeForm.Struct : TypeForm.Enum)
        {
            Constants = [.. type.Constants.Distinct(StringComparer.Ordinal).Select(c => new Named(c, _at))],
            Fields = type.Constants.IsEmpty
                ? [.. type.Properties.Select(p => Value(p.Key, p.Value, $"{name}.{p.Key}"))]
                : [],
        };

    /// <summary>
    /// The name in class files. Dubbo 3 writes source names, <c>com.acme.Outer.Inner</c> for <c>com.acme.Outer$Inner</c>: a part behind one that
    /// begins with a capital is a nested class, as Java's naming conventions have it.
    /// </summary>
    private static string ClassName(string name)
    {
        var parts = name.Split('.');
        var outer = Array.FindIndex(parts, static p => p.Length > 0 && char.IsUpper(p[0]));
        return outer < 0 || outer == parts.Length - 1 ? name : $"{string.Join('.', parts[..(outer + 1)])}${string.Join('$', parts[(outer + 1)..])}";
    }

    private string Erased(SourceType type)
    {
        var name = type.Name == "?" ? Anything : service.Types.ContainsKey(type.Name) && !PlatformTypes.IsPlatform(type.Name) ? ClassName(type.Name) : type.Name;
        return name + string.Concat(Enumerable.Repeat("[]", type.Dimensions));
    }

    private static string Shown(string text) => text.Length > 200 ? $"{text[..200]}..." : text;

    private TypeExpression Expression(string name) => new(name, _at, []);

    private void Note(string message)
    {
        var note = $"{place}: {message}";
        if (notes.Count < MaxNotes && !notes.Contains(note, StringComparer.Ordinal))
        {
            notes.Add(note);
        }
    }
}
