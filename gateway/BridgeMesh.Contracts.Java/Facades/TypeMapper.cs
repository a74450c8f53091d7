using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// Puts Java types into the words of contracts, by their full Java names. Classes that it meets are kept for <see cref="TypeDeclarer"/>. What
/// contracts have no form for becomes anything, with a note.
/// </summary>
internal sealed class TypeMapper(ClassPath path, FacadeNotes notes)
{
    /// <summary>Less than expressions may nest in YAML, so that what is written can be read.</summary>
    private const int MaxDepth = 16;

    /// <summary>Classes and interfaces above one that are looked at.</summary>
    private const int MaxAncestors = 256;

    private const string Anything = "java.lang.Object";

    private readonly Queue<string> _met = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noContainers = new(StringComparer.Ordinal);

    /// <summary>Supertypes that values of other classes may stand for.</summary>
    public HashSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>The next class that somebody names and nobody declared yet.</summary>
    public bool TryTake(out string name) => _met.TryDequeue(out name!);

    /// <summary>Asks for a class to be declared.</summary>
    public void Meet(string name)
    {
        if (_known.Add(name))
        {
            _met.Enqueue(name);
        }
    }

    public bool IsMet(string name) => _known.Contains(name);

    public MappedType Map(JavaType type, MapScope scope, int depth = 0) => type switch
    {
        PrimitiveType { Name: "void" } => new(Expression("void", scope), "void", MappedForm.Void),
        PrimitiveType primitive => new(Expression(primitive.Name, scope), primitive.Name, MappedForm.Scalar),
        ArrayType array => Array(array, scope, depth),
        VariableType variable when scope.Variables.Contains(variable.Name) =>
            new(Expression(variable.Name, scope), Anything, MappedForm.Variable),
        ClassType named => Class(named, scope, depth),
        _ => Any(scope),
    };

    public static MappedType Any(MapScope scope) => new(Expression(Anything, scope), Anything, MappedForm.Any);

    /// <summary>
    /// The container that a class is by what it extends, such as List&lt;Order&gt; for OrderList; null for others.
    /// </summary>
    public ClassType? AsContainer(ClassType type)
    {
        // Whatever its arguments are.
        if (_noContainers.Contains(type.Name))
        {
            return null;
        }

        var open = new Queue<ClassType>([type]);
        for (var seen = 0; seen < MaxAncestors && open.TryDequeue(out var at); seen++)
        {
            if (PlatformTypes.ContainerOf(at.Name) != ContainerForm.None)
            {
                return at;
            }

            if (path.Find(at.Name) is not { } found)
            {
                continue;
            }

            var variables = TypeSubstitution.Of(found, at);
            foreach (var parent in Parents(found))
            {
                open.Enqueue(TypeSubstitution.Apply(parent, variables));
            }
        }

        _noContainers.Add(type.Name);
        return null;
    }

    /// <summary>Names of all classes and interfaces above one, itself among them.</summary>
    public IEnumerable<string> Ancestors(string name)
    {
        var open = new Queue<string>([name]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        while (open.TryDequeue(out var at))
        {
            yield return at;
            if (path.Find(at) is not { } found)
            {
                continue;
            }

            foreach (var parent in Parents(found))
            {
                if (seen.Count < MaxAncestors && seen.Add(parent.Name))
                {
                    open.Enqueue(parent.Name);
                }
            }
        }
    }

    public bool IsThrowable(string name) => Superclasses(name).Any(PlatformTypes.IsThrowable);

    public bool IsUnchecked(string name) => Superclasses(name).Any(PlatformTypes.IsUnchecked);

    /// <summary>Whether a class comes back to itself by way of its superclasses.</summary>
    public bool IsOwnAncestor(string name) => Superclasses(name).Skip(1).Contains(name, StringComparer.Ordinal);

    internal static IEnumerable<ClassType> Parents(ClassFile found) => found.Super is { } super ? [super, .. found.Interfaces] : found.Interfaces;

    private IEnumerable<string> Superclasses(string name)
    {
        string? at = name;
        for (var i = 0; i < MaxAncestors && at is not null; i++)
        {
            yield return at;
            at = path.Find(at)?.Super?.Name;
        }
    }

    private MappedType Array(ArrayType array, MapScope scope, int depth)
    {
        if (depth >= MaxDepth)
        {
            return TooDeep(scope);
        }

        var element = Map(array.Element, scope, depth + 1);
        var form = element is { Type.Name: "byte", Form: MappedForm.Scalar } ? MappedForm.Bytes
            : element.Type.Name == "char" ? MappedForm.Scalar
            : MappedForm.Array;
        return element.Form == MappedForm.Void
            ? Any(scope)
            : new(new TypeExpression(TypeExpression.ArrayName, element.Type.At, [element.Type]), $"{element.Java}[]", form);
    }

    private MappedType Class(ClassType named, MapScope scope, int depth)
    {
        if (depth >= MaxDepth)
        {
            return TooDeep(scope);
        }

        if (named.Name == Anything)
        {
            return Any(scope);
        }

        if (named.Name == "java.lang.Void")
        {
            return depth == 0 ? new(Expression("void", scope), "void", MappedForm.Void) : Any(scope);
        }

        if (BuiltInTypes.Scalar(named.Name) is not null)
        {
            return new(Expression(named.Name, scope), named.Name, MappedForm.Scalar);
        }

        if (PlatformTypes.BoxOf(named.Name) is { } box)
        {
            return new(Expression(box, scope), box, MappedForm.Scalar);
        }

        if (PlatformTypes.HoldsOne(named.Name))
        {
            return named.Arguments is [var only] ? Map(TypeSubstitution.ValueOf(only, null), scope, depth) : Any(scope);
        }

        if (PlatformTypes.HoldsBytes(named.Name))
        {
            return Array(new ArrayType(new PrimitiveType("byte")), scope, depth);
        }

        if (PlatformTypes.HoldsMany(named.Name))
        {
            return Container(new ClassType("java.util.List", named.Arguments, null), scope, depth);
        }

        return PlatformTypes.ContainerOf(named.Name) != ContainerForm.None ? Container(named, scope, depth) : Declared(named, scope, depth);
    }

    private MappedType Container(ClassType named, MapScope scope, int depth)
    {
        // Contracts know the usual classes by name; any other is one of the three, and its own name goes behind java:.
        var form = PlatformTypes.ContainerOf(named.Name);
        var name = !BuiltInTypes.TryCollection(named.Name, out _, out _) ? NameOf(form) : named.Name;
        if (named.Arguments.Length != (form == ContainerForm.Map ? 2 : 1))
        {
            return new(Expression(name, scope), name, MappedForm.Container);
        }

        var arguments = new List<TypeExpression>();
        for (var i = 0; i < named.Arguments.Length; i++)
        {
            var argument = Map(TypeSubstitution.ValueOf(named.Arguments[i], null), scope, depth + 1);
            if (form == ContainerForm.Map && i == 0 && !argument.CanBeKey)
            {
                notes.Add(scope.Place, $"{scope.Member}: {named} has keys that JSON cannot name; they are taken for anything");
                argument = Any(scope);
            }

            arguments.Add(argument.Form == MappedForm.Void ? Any(scope).Type : argument.Type);
        }

        return new(new TypeExpression(name, Mark(scope), arguments), name, MappedForm.Container);
    }

    private static string NameOf(ContainerForm form) => form switch
    {
        ContainerForm.Map => "java.util.Map",
        ContainerForm.Set => "java.util.Set",
        _ => "java.util.List",
    };

    private MappedType Declared(ClassType named, MapScope scope, int depth)
    {
        if (!JavaNames.IsClass(named.Name))
        {
            notes.Add(scope.Place, $"{scope.Member}: '{named.Name}' is no name that contracts can write; it is taken for anything");
            return Any(scope);
        }

        if (path.Find(named.Name) is not { } found)
        {
            if (!path.Has(named.Name) && !PlatformTypes.IsPlatform(named.Name))
            {
                notes.Missing(named.Name, scope.Member);
            }
            else if (PlatformTypes.IsThrowable(named.Name))
            {
                Meet(named.Name);
                return new(Expression(named.Name, scope), named.Name, MappedForm.Struct);
            }
            else
            {
                notes.Add(scope.Place, $"{scope.Member}: contracts have no form for {named.Name}; it is taken for anything");
            }

            return Any(scope);
        }

        if (found.IsEnum || IsEnumConstant(found))
        {
            return Enum(found, scope);
        }

        if (AsContainer(named) is { } container)
        {
            return Container(container, scope, depth);
        }

        if (found.Access.HasFlag(ClassAccess.Interface))
        {
            // A value is of some class that implements it, and says of which.
            Open.Add(named.Name);
            return Any(scope);
        }

        Meet(named.Name);
        var arguments = ClassVariables.Of(path, found).Arguments(named)
            .Select(a => Map(TypeSubstitution.ValueOf(a.Argument, a.Parameter), scope, depth + 1))
            .Select(a => a.Form == MappedForm.Void ? Any(scope).Type : a.Type);
        return new(new TypeExpression(named.Name, Mark(scope), [.. arguments]), named.Name, MappedForm.Struct);
    }

    /// <summary>A constant with a body of its own is a class that extends its enum.</summary>
    private bool IsEnumConstant(ClassFile found) => found.Super is { } super && path.Find(super.Name) is { IsEnum: true };

    private MappedType Enum(ClassFile found, MapScope scope)
    {
        var name = found.IsEnum && found.Super?.Name == "java.lang.Enum" ? found.Name : found.Super?.Name ?? found.Name;
        if (path.Find(name)?.Fields.Any(static f => f.Access.HasFlag(ClassAccess.Enum)) != true)
        {
            notes.Add(scope.Place, $"{scope.Member}: the enum {name} has no constants; it is taken for anything");
            return Any(scope);
        }

        Meet(name);
        return new(Expression(name, scope), name, MappedForm.Enum);
    }

    private MappedType TooDeep(MapScope scope)
    {
        notes.Add(scope.Place, $"{scope.Member}: types nested deeper than {MaxDepth} are taken for anything");
        return Any(scope);
    }

    private static TypeExpression Expression(string name, MapScope scope) => new(name, Mark(scope), []);

    private static YamlMark Mark(MapScope scope) => new(scope.Place, 0, 0);
}
