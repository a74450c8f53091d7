using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>Shapes of the messages and methods of services that the gateway answers itself. Stateless.</summary>
internal static class ServiceShapes
{
    internal static readonly TypeShape Text = Of(ShapeKind.String, "java.lang.String");
    internal static readonly TypeShape Octets = Of(ShapeKind.Bytes, "[B");
    internal static readonly TypeShape Number = Of(ShapeKind.Int32, "int");

    internal static TypeShape Message(string fullName, params FieldShape[] fields)
    {
        var message = new StructShape(TypeName.Of(fullName), isException: false) { Proto = new ProtoMessage(fullName) };
        message.SetFields([.. fields]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = message.JavaType,
            JavaDescriptor = JavaDescriptors.ToDescriptor(fullName),
            Struct = message,
        };
    }

    /// <param name="name">As in the .proto file where JSON has another name; null where they are one.</param>
    internal static FieldShape Field(FieldName json, int number, TypeShape type, string? name = null, string? oneof = null) => new(json, type)
    {
        Proto = new ProtoField(number)
        {
            Presence = oneof is null ? ProtoPresence.Implicit : ProtoPresence.Explicit,
            ProtoName = name,
            Oneof = oneof,
        },
    };

    internal static TypeShape Enum(string fullName, params string[] constants) => new()
    {
        Kind = ShapeKind.Enum,
        JavaType = TypeName.Of(fullName),
        JavaDescriptor = JavaDescriptors.ToDescriptor(fullName),
        Enum = new EnumShape(TypeName.Of(fullName), [.. constants])
        {
            Proto = new ProtoEnum(fullName, [.. Enumerable.Range(0, constants.Length)], IsClosed: false),
        },
    };

    internal static TypeShape List(TypeShape element) => new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = element,
    };

    internal static TypeShape Map(TypeShape value) => new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = Text,
        Element = value,
    };

    internal static MethodShape Method(string name, TypeShape request, TypeShape response, bool streamsIn = false, bool streamsOut = false) => new()
    {
        Name = name,
        Parameters = [new ParameterShape("request", request)],
        Returns = response,
        Signature = JavaSignature.Of(request.JavaDescriptor),
        ClientStreaming = streamsIn,
        ServerStreaming = streamsOut,
        Idempotent = true,
        Proto = new ProtoMethod(request, ProtoBody.Whole, response, ProtoBody.Whole),
    };

    internal static ServiceContract Contract(string service, params ImmutableArray<MethodShape> methods) =>
        new(new ServiceKey(service), methods, new ValuePolicy { ProtoJson = true });

    private static TypeShape Of(ShapeKind kind, string javaType) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
    };
}
