using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Shapes as the expressions that resolve to them: the mirror of <see cref="TypeResolver"/>. Names are full; the writer shortens them.
/// </summary>
/// <param name="at">The place that problems with such an expression are told with.</param>
internal sealed class ShapeExpressions(YamlMark at)
{
    private static readonly IReadOnlyList<TypeExpression> None = [];

    /// <summary>The type without the Java form and the encoding that a field or parameter may give it.</summary>
    public TypeExpression Of(TypeShape shape) => shape.Kind switch
    {
        ShapeKind.Struct when shape.Struct is { } fields => Of(fields),
        ShapeKind.Enum when shape.Enum is { } constants => new(constants.JavaType.Text, at, None),
        ShapeKind.Array => new(TypeExpression.ArrayName, at, [Of(shape.Element ?? AnyShape)]),
        ShapeKind.List or ShapeKind.Set => new(CollectionJava(shape), at, [Of(shape.Element ?? AnyShape)]),
        ShapeKind.Map => new(CollectionJava(shape), at, [Of(shape.Key ?? AnyShape), Of(shape.Element ?? AnyShape)]),
        ShapeKind.UInt32 => new("uint32", at, None),
        ShapeKind.UInt64 => new("uint64", at, None),
        ShapeKind.String when shape.JavaType.Text == "[C" => new(TypeExpression.ArrayName, at, [new("char", at, None)]),
        ShapeKind.Bytes => new(TypeExpression.ArrayName, at, [new("byte", at, None)]),
        _ when BuiltInTypes.Scalar(shape.JavaType.Text) is { } known && known.Kind == shape.Kind => new(shape.JavaType.Text, at, None),
        _ => new(UsualName(shape.Kind), at, None),
    };

    public TypeExpression Of(StructShape shape) => new(shape.JavaType.Text, at, [.. shape.Arguments.Select(Of)]);

    /// <summary>The Java type to be written behind <c>java:</c>; null where the expression alone comes to it.</summary>
    /// <param name="isArgument">Whether the type stands where Java has no primitives, so that it is boxed without a word.</param>
    public static Named? JavaOf(TypeShape shape, YamlMark at, bool isArgument = false)
    {
        var (descriptor, nullable) = Natural(shape);
        if (shape.JavaDescriptor == descriptor && (shape.Nullable == nullable || isArgument))
        {
            return null;
        }

        var names = JavaDescriptors.ToTypeNames(shape.JavaDescriptor, out var isWhole);
        return isArgument && !nullable || !isWhole || names is not [var java] ? null : new Named(java, at);
    }

    /// <summary>
    /// The encoding that the type, or what it holds, has and its canonical one is not; Canonical for none.
    /// </summary>
    /// <param name="isBody">Whether the type is a method's parameter or result, which is a message of its own only where it says so.</param>
    public static ProtoKind WireOf(TypeShape shape, bool isBody = false)
    {
        for (var inner = shape; ; inner = inner.Element)
        {
            var canonical = ProtoForm.KindOf(Canonical(inner));
            if (inner.Proto != ProtoKind.Canonical && inner.Proto != ProtoKind.Any
                && (inner.Proto != canonical || (isBody && inner.Proto >= ProtoKind.Timestamp)))
            {
                return inner.Proto;
            }

            if (inner.Proto != ProtoKind.Canonical || inner.Element is null)
            {
                return ProtoKind.Canonical;
            }
        }
    }

    /// <summary>The encoding of a map's keys where it is not the canonical one.</summary>
    public static ProtoKind KeyWireOf(TypeShape shape) =>
        shape is { Kind: ShapeKind.Map, Proto: ProtoKind.Canonical, Key: { Proto: not ProtoKind.Canonical } key }
        && key.Proto != ProtoForm.KindOf(Canonical(key))
            ? key.Proto
            : ProtoKind.Canonical;

    /// <summary>Whether everything inside of the type comes out of its expression: Java forms and encodings reach one place alone.</summary>
    public static bool IsWhole(TypeShape shape)
    {
        var wires = shape.Proto == ProtoKind.Canonical ? 0 : 1;
        for (var inner = shape; inner is { Proto: ProtoKind.Canonical, Element: { } element }; inner = element)
        {
            var isArgument = inner.Kind != ShapeKind.Array;
            wires += WireOf(element) != ProtoKind.Canonical && element.Proto != ProtoKind.Canonical ? 1 : 0;
            if (JavaOf(element, default, isArgument) is not null || (inner.Key is { } key && JavaOf(key, default, isArgument: true) is not null))
            {
                return false;
            }
        }

        return wires <= 1;
    }

    private static (string Descriptor, bool Nullable) Natural(TypeShape shape) => shape.Kind switch
    {
        ShapeKind.Struct when shape.Struct is { } fields => (JavaDescriptors.ToDescriptor(fields.JavaType.Text), true),
        ShapeKind.Enum when shape.Enum is { } constants => (JavaDescriptors.ToDescriptor(constants.JavaType.Text), true),
        ShapeKind.Array => ("[" + (shape.Element ?? AnyShape).JavaDescriptor, true),
        ShapeKind.List or ShapeKind.Set or ShapeKind.Map => (JavaDescriptors.ToDescriptor(CollectionJava(shape)), true),
        ShapeKind.UInt32 or ShapeKind.UInt64 => ("J", false),
        ShapeKind.Bytes => ("[B", true),
        _ when BuiltInTypes.Scalar(shape.JavaType.Text) is { } known && known.Kind == shape.Kind => (known.JavaDescriptor, known.Nullable),
        _ when BuiltInTypes.Scalar(UsualName(shape.Kind)) is { } usual => (usual.JavaDescriptor, usual.Nullable),
        _ => ("Ljava/lang/Object;", true),
    };

    private static string CollectionJava(TypeShape shape) =>
        BuiltInTypes.TryCollection(shape.JavaType.Text, out var kind, out var javaType) && kind == shape.Kind
            ? javaType
            : UsualCollection(shape.Kind);

    private static string UsualCollection(ShapeKind kind) => kind switch
    {
        ShapeKind.Set => "java.util.Set",
        ShapeKind.Map => "java.util.Map",
        _ => "java.util.List",
    };

    /// <summary>The type that most mean by a kind.</summary>
    private static string UsualName(ShapeKind kind) => kind switch
    {
        ShapeKind.Void => "void",
        ShapeKind.Bool => "boolean",
        ShapeKind.Int8 => "byte",
        ShapeKind.Int16 => "short",
        ShapeKind.Int32 => "int",
        ShapeKind.Int64 => "long",
        ShapeKind.Float32 => "float",
        ShapeKind.Float64 => "double",
        ShapeKind.Char => "char",
        ShapeKind.String => "java.lang.String",
        ShapeKind.Decimal => "java.math.BigDecimal",
        ShapeKind.BigInteger => "java.math.BigInteger",
        ShapeKind.Instant => "java.util.Date",
        _ => "java.lang.Object",
    };

    private static TypeShape AnyShape { get; } = new()
    {
        Kind = ShapeKind.Any,
        JavaType = Values.TypeName.Of("java.lang.Object"),
        JavaDescriptor = "Ljava/lang/Object;",
    };

    private static TypeShape Canonical(TypeShape shape) => shape.Proto == ProtoKind.Canonical ? shape : new TypeShape
    {
        Kind = shape.Kind,
        JavaType = shape.JavaType,
        JavaDescriptor = shape.JavaDescriptor,
        Nullable = shape.Nullable,
        Element = shape.Element,
        Key = shape.Key,
        Struct = shape.Struct,
        Enum = shape.Enum,
    };
}
