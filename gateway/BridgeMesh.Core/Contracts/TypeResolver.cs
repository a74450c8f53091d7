using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Makes shapes of type expressions. A class with type variables becomes one shape for each set of arguments; classes may contain
/// themselves. Shapes are shared within a load, so that what two methods declare alike is the same object.
/// </summary>
internal sealed class TypeResolver
{
    private static readonly Dictionary<string, TypeShape> NoVariables = [];

    private readonly TypeIndex _index;
    private readonly List<SourceProblem> _problems;
    private readonly StructFactory _structs;
    private readonly Dictionary<string, TypeShape> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypeShape> _enums = new(StringComparer.Ordinal);
    private readonly SubtypeCatalog _all = new();

    public TypeResolver(TypeIndex index, List<SourceProblem> problems)
    {
        _index = index;
        _problems = problems;
        _structs = new StructFactory(this, index, problems);
        Any = new TypeShape
        {
            Kind = ShapeKind.Any,
            JavaType = TypeName.Of("java.lang.Object"),
            JavaDescriptor = "Ljava/lang/Object;",
            Subtypes = _all,
        };
    }

    /// <summary>Java's Object; knows every class of the load, so that a value may ask for one.</summary>
    public TypeShape Any { get; }

    /// <summary>Resolves every declared type, so that what is wrong with one shows even when no method uses it.</summary>
    public void ResolveAll()
    {
        var classes = new List<TypeShape>();
        foreach (var type in _index.Types)
        {
            if (type.Form == TypeForm.Enum)
            {
                Enum(type);
            }
            else if (type.Generics.Count == 0)
            {
                classes.Add(_structs.Get(type, []));
            }
            else
            {
                // Checks the fields of a class that nobody may use; the arguments stand for any.
                _structs.Get(type, [.. type.Generics.Select(_ => Any)]);
            }
        }

        _all.SetTypes(classes);
        _structs.Finish();
    }

    /// <summary>Null after a problem.</summary>
    public TypeShape? Resolve(TypeExpression type, NameScope scope, IReadOnlyDictionary<string, TypeShape>? variables = null)
    {
        if (type.IsArray)
        {
            return Resolve(type.Arguments[0], scope, variables) is { } element ? ArrayOf(element, type) : null;
        }

        if ((variables ?? NoVariables).TryGetValue(type.Name, out var bound))
        {
            return WithoutArguments(type, bound);
        }

        // A declared type hides a built-in short name, as an import hides java.lang in Java.
        if (_index.Find(type.Name, scope) is { } declared)
        {
            return Declared(declared, type, scope, variables);
        }

        if (BuiltInTypes.Scalar(type.Name) is { } scalar)
        {
            return WithoutArguments(type, scalar);
        }

        if (BuiltInTypes.IsAny(type.Name))
        {
            return WithoutArguments(type, Any);
        }

        if (BuiltInTypes.TryCollection(type.Name, out var kind, out var javaType))
        {
            return Collection(kind, javaType, type, scope, variables);
        }

        var (message, cure) = _index.Explain(type.Name, scope);
        _problems.Add(type.At, message, cure);
        return null;
    }

    /// <summary>A value's type with its java: form applied. Null after a problem.</summary>
    public TypeShape? Resolve(ValueDeclaration value, NameScope scope, IReadOnlyDictionary<string, TypeShape>? variables = null)
    {
        var shape = Resolve(value.Type, scope, variables);
        return shape is null || value.Java is not { } java ? shape : JavaForm.Apply(shape, java, value.Type, _problems);
    }

    /// <summary>The class of a declaration for the given arguments.</summary>
    public TypeShape Struct(TypeDeclaration declaration, IReadOnlyList<TypeShape> arguments) => _structs.Get(declaration, arguments);

    private TypeShape? Declared(
        TypeDeclaration declared, TypeExpression type, NameScope scope, IReadOnlyDictionary<string, TypeShape>? variables)
    {
        var arguments = new List<TypeShape>();
        foreach (var argument in type.Arguments)
        {
            if (Argument(argument, scope, variables) is not { } resolved)
            {
                return null;
            }

            arguments.Add(resolved);
        }

        if (arguments.Count != declared.Generics.Count)
        {
            var form = declared.Generics.Count == 0 ? declared.Name.Text : $"{type.Name}<{string.Join(", ", declared.Generics)}>";
            _problems.Add(type.At, $"{type.Name} takes {Count(declared.Generics.Count)}, not {arguments.Count}", $"write it as {form}");
            return null;
        }

        return declared.Form == TypeForm.Enum ? Enum(declared) : _structs.Get(declared, arguments);
    }

    private TypeShape? Collection(
        ShapeKind kind, string javaType, TypeExpression type, NameScope scope, IReadOnlyDictionary<string, TypeShape>? variables)
    {
        var wanted = kind == ShapeKind.Map ? 2 : 1;
        if (type.Arguments.Count != 0 && type.Arguments.Count != wanted)
        {
            var form = kind == ShapeKind.Map ? "map<string, Order>" : $"{type.Name}<Order>";
            _problems.Add(type.At, $"{type.Name} takes {Count(wanted)}, not {type.Arguments.Count}", $"write it like {form}");
            return null;
        }

        var arguments = new TypeShape?[wanted];
        for (var i = 0; i < wanted; i++)
        {
            arguments[i] = type.Arguments.Count == 0 ? Any : Argument(type.Arguments[i], scope, variables);
        }

        // A generic class cannot know what its variables become: of such a key the values tell, and JSON refuses those that it cannot write.
        if (wanted == 2 && type.Arguments.Count == 2 && (variables ?? NoVariables).ContainsKey(type.Arguments[0].Name)
            && arguments[0] is { } given && !CanBeKey(given))
        {
            arguments[0] = Any;
        }

        if (arguments[^1] is not { } element || arguments[0] is not { } key || (wanted == 2 && !IsKey(key, type)))
        {
            return null;
        }

        return Shared($"{javaType}<{KeyOf(key)},{KeyOf(element)}>", () => new TypeShape
        {
            Kind = kind,
            JavaType = TypeName.Of(javaType),
            JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
            Key = wanted == 2 ? key : null,
            Element = element,
        });
    }

    private TypeShape? ArrayOf(TypeShape element, TypeExpression type)
    {
        switch (element)
        {
            case { Kind: ShapeKind.Void }:
                _problems.Add(type.At, "void has no arrays", "write the element's type");
                return null;

            // Hessian has forms of its own for these two.
            case { Kind: ShapeKind.Int8, Nullable: false }:
                return BuiltInTypes.Scalar("bytes");
            case { Kind: ShapeKind.Char, Nullable: false }:
                return BuiltInTypes.Scalar("[C");
            default:
                var descriptor = "[" + element.JavaDescriptor;
                return Shared($"{KeyOf(element)}[]", () => new TypeShape
                {
                    Kind = ShapeKind.Array,
                    JavaType = TypeName.Of(descriptor.Replace('/', '.')),
                    JavaDescriptor = descriptor,
                    Element = element,
                });
        }
    }

    // Java has no primitive type arguments: what says int means Integer.
    private TypeShape? Argument(TypeExpression type, NameScope scope, IReadOnlyDictionary<string, TypeShape>? variables)
    {
        var shape = Resolve(type, scope, variables);
        if (shape is { Kind: ShapeKind.Void })
        {
            _problems.Add(type.At, "void is no type argument", "write a type with values");
            return null;
        }

        return shape is { Nullable: false } ? JavaForm.Boxed(shape) : shape;
    }

    private static bool CanBeKey(TypeShape key) =>
        key.Kind is not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct or ShapeKind.Bytes);

    private bool IsKey(TypeShape key, TypeExpression type)
    {
        if (CanBeKey(key))
        {
            return true;
        }

        _problems.Add(type.Arguments[0].At, $"a map's key cannot be {type.Arguments[0]}: JSON has no form for it", "use a scalar as key");
        return false;
    }

    private TypeShape Enum(TypeDeclaration declared)
    {
        if (!_enums.TryGetValue(declared.Name.Text, out var shape))
        {
            var name = TypeName.Of(declared.Name.Text);
            shape = new TypeShape
            {
                Kind = ShapeKind.Enum,
                JavaType = name,
                JavaDescriptor = JavaDescriptors.ToDescriptor(name.Text),
                Enum = new EnumShape(name, [.. declared.Constants.Select(static c => c.Text)])
                {
                    Proto = ProtoDeclarationReader.Enum(declared),
                    Doc = declared.Doc,
                },
            };
            _enums.Add(name.Text, shape);
        }

        return shape;
    }

    private TypeShape Shared(string key, Func<TypeShape> create)
    {
        if (!_collections.TryGetValue(key, out var shape))
        {
            shape = create();
            _collections.Add(key, shape);
        }

        return shape;
    }

    /// <summary>A text that two shapes share only when they are the same type.</summary>
    internal static string KeyOf(TypeShape shape) => shape.Kind switch
    {
        ShapeKind.List or ShapeKind.Set => $"{shape.JavaType.Text}<{KeyOf(shape.Element!)}>", // collections have one
        ShapeKind.Map => $"{shape.JavaType.Text}<{KeyOf(shape.Key!)},{KeyOf(shape.Element!)}>", // maps have both
        ShapeKind.Array => $"{KeyOf(shape.Element!)}[]", // arrays have one
        ShapeKind.Struct => StructFactory.KeyOf(shape),
        _ => $"{shape.Kind}:{shape.JavaType.Text}",
    };

    private TypeShape? WithoutArguments(TypeExpression type, TypeShape shape)
    {
        if (type.Arguments.Count == 0)
        {
            return shape;
        }

        _problems.Add(type.At, $"{type.Name} takes no type arguments", $"write {type.Name}");
        return null;
    }

    private static string Count(int arguments) => arguments switch
    {
        0 => "no type arguments",
        1 => "1 type argument",
        _ => $"{arguments} type arguments",
    };
}
