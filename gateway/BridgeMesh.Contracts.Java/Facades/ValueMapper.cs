using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>Makes fields, parameters and results: a type, the Java type where that is another, and what people should know.</summary>
internal sealed class ValueMapper(ClassPath path, TypeMapper mapper, FacadeNotes notes)
{
    /// <param name="erased">By which signatures name the type.</param>
    public ValueDeclaration Parameter(string name, JavaType type, JavaType erased, MapScope scope, string? doc)
    {
        var mapped = mapper.Map(type, scope);
        var java = erased.ToString()!; // every type has a text
        if (mapped.Java == java)
        {
            return Declare(name, mapped, null, scope, doc);
        }

        if (erased is ClassType { Name: var wrapper } && PlatformTypes.IsWrapper(wrapper))
        {
            notes.Add(scope.Place, $"{scope.Member}: the parameter {name} is a {wrapper}, which only HTTP can carry, as what it holds");
            return Declare(name, mapped, null, scope, doc);
        }

        if (JavaForm.Takes(KindOf(mapped), java))
        {
            return Declare(name, mapped, java, scope, doc);
        }

        if (!JavaNames.IsType(java))
        {
            notes.Add(scope.Place, $"{scope.Member}: the parameter {name} is of a class whose name contracts cannot write; it is taken for anything");
            return Declare(name, TypeMapper.Any(scope), null, scope, doc);
        }

        notes.Add(scope.Place, $"{scope.Member}: the parameter {name} is {type} and its signature says {java}; it is taken for anything");
        return Declare(name, TypeMapper.Any(scope), java, scope, doc);
    }

    /// <summary>A field or a result: the Java type is named where it is another container, or a class that contracts do not know.</summary>
    public ValueDeclaration Value(string name, JavaType type, JavaType erased, MapScope scope, string? doc)
    {
        var mapped = mapper.Map(type, scope);
        var isNamed = type is ClassType { Name: var java } && mapped.Java != java && !PlatformTypes.IsWrapper(java) && mapped.Form switch
        {
            MappedForm.Container => PlatformTypes.ContainerOf(java) != ContainerForm.None || path.Has(java),
            MappedForm.Any => true,
            _ => false,
        };
        var isForm = isNamed && JavaForm.Takes(KindOf(mapped), erased.ToString()!); // every type has a text
        return Declare(name, mapped, isForm ? erased.ToString() : null, scope, doc);
    }

    public MappedType Map(JavaType type, MapScope scope) => mapper.Map(type, scope);

    private static ValueDeclaration Declare(string name, MappedType mapped, string? java, MapScope scope, string? doc)
    {
        var at = mapped.Type.At;
        return new ValueDeclaration(new Named(name, at), mapped.Type, java is null ? null : new Named(java, at)) { Doc = doc };
    }

    private static ShapeKind KindOf(MappedType mapped) => mapped.Form switch
    {
        MappedForm.Scalar => BuiltInTypes.Scalar(mapped.Type.IsArray ? "[C" : mapped.Type.Name)?.Kind ?? ShapeKind.Any,
        MappedForm.Bytes => ShapeKind.Bytes,
        MappedForm.Enum => ShapeKind.Enum,
        MappedForm.Struct => ShapeKind.Struct,
        MappedForm.Array => ShapeKind.Array,
        MappedForm.Container => PlatformTypes.ContainerOf(mapped.Type.Name) switch
        {
            ContainerForm.Map => ShapeKind.Map,
            ContainerForm.Set => ShapeKind.Set,
            _ => ShapeKind.List,
        },
        _ => ShapeKind.Any,
    };
}
