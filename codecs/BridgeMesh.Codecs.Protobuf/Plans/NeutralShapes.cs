using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Plans;

/// <summary>Types of what well-known messages hold.</summary>
internal static class NeutralShapes
{
    public static readonly TypeShape Any = Of(ShapeKind.Any, "java.lang.Object");
    public static readonly TypeShape Text = Of(ShapeKind.String, "java.lang.String");
    public static readonly TypeShape Bool = Of(ShapeKind.Bool, "boolean");
    public static readonly TypeShape Double = Of(ShapeKind.Float64, "double");
    public static readonly TypeShape Float = Of(ShapeKind.Float32, "float");
    public static readonly TypeShape Int32 = Of(ShapeKind.Int32, "int");
    public static readonly TypeShape Int64 = Of(ShapeKind.Int64, "long");
    public static readonly TypeShape UInt32 = Of(ShapeKind.UInt32, "long");
    public static readonly TypeShape UInt64 = Of(ShapeKind.UInt64, "long");
    public static readonly TypeShape Bytes = Of(ShapeKind.Bytes, "[B");

    public static readonly TypeShape Null = new()
    {
        Kind = ShapeKind.Any,
        JavaType = Any.JavaType,
        JavaDescriptor = Any.JavaDescriptor,
        Proto = ProtoKind.NullValue,
    };

    public static readonly TypeShape Value = new()
    {
        Kind = ShapeKind.Any,
        JavaType = Any.JavaType,
        JavaDescriptor = Any.JavaDescriptor,
        Proto = ProtoKind.Value,
    };

    /// <summary>The map that a Struct is, as a field.</summary>
    public static readonly TypeShape ValueMap = Container(ShapeKind.Map, "java.util.Map", Value, Text);

    /// <summary>The list that a ListValue is, as a field.</summary>
    public static readonly TypeShape ValueList = Container(ShapeKind.List, "java.util.List", Value);

    public static readonly TypeShape TextList = Container(ShapeKind.List, "java.util.List", Text);

    public static readonly TypeShape Struct = Container(ShapeKind.Map, "java.util.Map", Value, Text, ProtoKind.Struct);

    public static readonly TypeShape ListValue = Container(ShapeKind.List, "java.util.List", Value, proto: ProtoKind.ListValue);

    /// <summary>The same type as a field of its box, without the word that it is a box.</summary>
    public static TypeShape Unboxed(TypeShape shape, ProtoKind proto) => new()
    {
        Kind = shape.Kind,
        JavaType = shape.JavaType,
        JavaDescriptor = shape.JavaDescriptor,
        Nullable = shape.Nullable,
        Element = shape.Element,
        Key = shape.Key,
        Struct = shape.Struct,
        Enum = shape.Enum,
        Subtypes = shape.Subtypes,
        Proto = proto,
    };

    private static TypeShape Container(ShapeKind kind, string java, TypeShape element, TypeShape? key = null, ProtoKind proto = default) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(java),
        JavaDescriptor = JavaDescriptors.ToDescriptor(java),
        Element = element,
        Key = key,
        Proto = proto,
    };

    private static TypeShape Of(ShapeKind kind, string java) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(java),
        JavaDescriptor = JavaDescriptors.ToDescriptor(java),
    };
}
