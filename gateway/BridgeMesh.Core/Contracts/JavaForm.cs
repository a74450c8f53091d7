using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Gives a type the Java form that an interface really declares: <c>{ type: long, java: java.lang.Long }</c>.</summary>
internal static class JavaForm
{
    /// <summary>Null after a problem.</summary>
    public static TypeShape? Apply(TypeShape shape, Named java, TypeExpression type, List<SourceProblem> problems)
    {
        if (!JavaNames.IsType(java.Text))
        {
            problems.Add(java.At, $"'{java}' is no Java type", "write it like java.lang.Long, com.acme.Order or [I");
            return null;
        }

        var known = BuiltInTypes.Scalar(java.Text);
        var isUnsigned = shape.Kind is ShapeKind.UInt32 or ShapeKind.UInt64 && known?.Kind == ShapeKind.Int64;
        if (known is not null && known.Kind != shape.Kind && !isUnsigned && shape.Kind is not (ShapeKind.Any or ShapeKind.Struct))
        {
            problems.Add(java.At, $"{java} is no form of {type}", $"write a type that fits {java}, or another java:");
            return null;
        }

        if (known is null && !TakesAnyClass(shape.Kind, java.Text))
        {
            problems.Add(java.At, $"{type} has no Java form {java}", "remove java:, or declare the class under types:");
            return null;
        }

        return With(shape, java.Text, known?.Nullable ?? true);
    }

    /// <summary>Whether values of a kind may be declared by a Java type.</summary>
    public static bool Takes(ShapeKind kind, string java) => JavaNames.IsType(java)
        && (BuiltInTypes.Scalar(java) is { } known ? known.Kind == kind || kind is ShapeKind.Any or ShapeKind.Struct : TakesAnyClass(kind, java));

    /// <summary>Integer for int, and so on; the shape itself for what is no primitive.</summary>
    public static TypeShape Boxed(TypeShape shape) => shape.Nullable ? shape : shape.Kind switch
    {
        ShapeKind.Bool => Scalar("Boolean"),
        ShapeKind.Int8 => Scalar("Byte"),
        ShapeKind.Int16 => Scalar("Short"),
        ShapeKind.Int32 => Scalar("Integer"),
        ShapeKind.Int64 => Scalar("Long"),
        ShapeKind.Float32 => Scalar("Float"),
        ShapeKind.Float64 => Scalar("Double"),
        ShapeKind.Char => Scalar("Character"),
        ShapeKind.UInt32 or ShapeKind.UInt64 => With(shape, "java.lang.Long", nullable: true),
        _ => shape,
    };

    // An interface may declare a collection by another class, and anything by a supertype that has no contract.
    private static bool TakesAnyClass(ShapeKind kind, string java) => kind switch
    {
        ShapeKind.List or ShapeKind.Set or ShapeKind.Map => !java.StartsWith('[') && !java.EndsWith(']'),
        ShapeKind.Any or ShapeKind.Struct => true,
        ShapeKind.Enum => java is "java.lang.Enum" or "java.lang.Object",

        // A generic method erases them to a supertype, such as java.time.temporal.Temporal.
        ShapeKind.Text or ShapeKind.Instant => java.Contains('.') && !java.StartsWith('[') && !java.EndsWith(']'),

        // T[] is erased to Object[].
        ShapeKind.Array when java.StartsWith('[') || java.EndsWith(']') => true,
        _ => java is "java.lang.Object" or "java.io.Serializable" or "java.lang.Number" or "java.lang.Comparable",
    };

    private static TypeShape With(TypeShape shape, string java, bool nullable)
    {
        var descriptor = JavaDescriptors.ToDescriptor(java);

        // Values of these carry the Java type itself: only signatures name the other.
        var isNamedByValue = shape.Kind is ShapeKind.Text or ShapeKind.Instant && BuiltInTypes.Scalar(java) is null;
        return new TypeShape
        {
            Kind = shape.Kind,
            Proto = shape.Proto,
            JavaType = isNamedByValue ? shape.JavaType : TypeName.Of(descriptor.StartsWith('[') ? descriptor.Replace('/', '.') : java),
            JavaDescriptor = descriptor,
            Nullable = nullable,
            Element = shape.Element,
            Key = shape.Key,
            Struct = shape.Struct,
            Enum = shape.Enum,
            Subtypes = shape.Subtypes,
        };
    }

    private static TypeShape Scalar(string name) =>
        BuiltInTypes.Scalar(name) ?? throw new InvalidOperationException($"the built-in type {name} is missing");
}
