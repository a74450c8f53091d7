using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>The JSON objects in which Triple tells faults, read with tolerance: what has another type than expected counts as
/// missing.</summary>
internal static class TripleErrorShapes
{
    /// <summary>gRPC's number from Node, a text with HTTP's from Java.</summary>
    internal static readonly FieldName Status = FieldName.Of("status");

    /// <summary>The code's name, from Go.</summary>
    internal static readonly FieldName Code = FieldName.Of("code");
    internal static readonly FieldName Message = FieldName.Of("message");
    internal static readonly FieldName Details = FieldName.Of("details");
    internal static readonly FieldName Type = FieldName.Of("type");
    internal static readonly FieldName Value = FieldName.Of("value");
    internal static readonly FieldName Fault = FieldName.Of("error");
    internal static readonly FieldName Metadata = FieldName.Of("metadata");

    private static readonly TypeShape Anything = new()
    {
        Kind = ShapeKind.Any,
        JavaType = TypeName.Of("java.lang.Object"),
        JavaDescriptor = "Ljava/lang/Object;",
    };

    private static readonly TypeShape Detail = ObjectOf("triple.Detail", (Type, Anything), (Value, Anything));

    internal static readonly TypeShape Error = ObjectOf(
        "triple.Error", (Status, Anything), (Code, Anything), (Message, Anything), (Details, ListOf(Detail)));

    /// <summary>The frame that ends a stream.</summary>
    internal static readonly TypeShape End = ObjectOf("triple.End", (Fault, Error), (Metadata, Anything));

    private static TypeShape ListOf(TypeShape element) => new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = element,
    };

    private static TypeShape ObjectOf(string name, params (FieldName Name, TypeShape Type)[] fields)
    {
        var javaType = TypeName.Of(name);
        var shape = new StructShape(javaType, isException: false);
        shape.SetFields([.. fields.Select(static f => new FieldShape(f.Name, f.Type))]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = javaType,
            JavaDescriptor = JavaDescriptors.ToDescriptor(name),
            Struct = shape,
        };
    }
}
