using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>Types of the recorded interfaces, as contracts declare them; the Java sources are in tests/golden/bolt/facade.</summary>
internal static class DemoTypes
{
    internal static readonly TypeShape Int = Shapes.Of(ShapeKind.Int32, "int");
    internal static readonly TypeShape Any = Shapes.Of(ShapeKind.Any, "java.lang.Object");

    internal static readonly TypeShape Color = new()
    {
        Kind = ShapeKind.Enum,
        JavaType = TypeName.Of("com.example.bridge.Color"),
        JavaDescriptor = "Lcom/example/bridge/Color;",
        Enum = new EnumShape(TypeName.Of("com.example.bridge.Color"), ["RED", "GREEN", "BLUE"]),
    };

    internal static readonly TypeShape Person = NewPerson();

    /// <summary>As Jackson sees it: by its getters, a transient field's among them.</summary>
    internal static readonly TypeShape PersonBean = NewPerson(new FieldShape(FieldName.Of("secret"), Shapes.Text));

    /// <summary>The recorded JsonService.</summary>
    internal static readonly ServiceContract JsonService = new(
        new ServiceKey("com.example.bridge.JsonService", "1.0"),
        [
            Shapes.Method("echoPerson", PersonBean, ("person", PersonBean)),
            Shapes.Method("join", Shapes.Text, ("a", Shapes.Text), ("b", Int), ("c", List(Shapes.Text))),
            Shapes.Method("ping"),
            Shapes.Method("fail", Shapes.Text, ("message", Shapes.Text)),
            Shapes.Method("list", List(PersonBean), ("persons", List(PersonBean))),
            Shapes.Method("add", Int, ("a", Int), ("b", Int)),
            Shapes.Method("map", Map(Any), ("map", Map(Any))),
        ]);

    /// <summary>The recorded ProtoService; fields have the numbers of their places, as in tests/golden/bolt/facade/echo.proto.</summary>
    internal static readonly ServiceContract ProtoService = NewProtoService();

    internal static TypeShape List(TypeShape element) => Container(ShapeKind.List, "java.util.List", element);

    internal static TypeShape Map(TypeShape value) => Container(ShapeKind.Map, "java.util.Map", value);

    private static ServiceContract NewProtoService()
    {
        var request = Message("EchoRequest", "name");
        var reply = Message("EchoReply", "message");
        return new ServiceContract(
            new ServiceKey("com.example.bridge.ProtoService", "1.0"), [Shapes.Method("echo", reply, ("request", request))]);
    }

    private static TypeShape Message(string name, string first)
    {
        var javaType = TypeName.Of("com.example.bridge.proto." + name);
        var fields = new StructShape(javaType, isException: false);
        fields.SetFields(
        [
            new(FieldName.Of(first), Shapes.Text),
            new(FieldName.Of("count"), Int),
            new(FieldName.Of("tags"), List(Shapes.Text)),
            new(FieldName.Of("blob"), Shapes.Of(ShapeKind.Bytes, "[B")),
        ]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = javaType,
            JavaDescriptor = JavaDescriptors.ToDescriptor(javaType.Text),
            Struct = fields,
        };
    }

    private static TypeShape NewPerson(params FieldShape[] more)
    {
        var fields = new StructShape(TypeName.Of("com.example.bridge.Person"), isException: false);
        fields.SetFields(
        [
            new(FieldName.Of("name"), Shapes.Text),
            new(FieldName.Of("age"), Int),
            new(FieldName.Of("score"), Shapes.Of(ShapeKind.Int32, "java.lang.Integer")),
            new(FieldName.Of("id"), Shapes.Of(ShapeKind.Int64, "long")),
            new(FieldName.Of("active"), Shapes.Of(ShapeKind.Bool, "boolean")),
            new(FieldName.Of("favorite"), Color),
            new(FieldName.Of("birthday"), Shapes.Of(ShapeKind.Instant, "java.util.Date")),
            new(FieldName.Of("tags"), List(Shapes.Text)),
            new(FieldName.Of("extra"), Map(Any)),
            .. more,
        ]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = fields.JavaType,
            JavaDescriptor = "Lcom/example/bridge/Person;",
            Struct = fields,
        };
    }

    private static TypeShape Container(ShapeKind kind, string javaType, TypeShape element) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Key = kind == ShapeKind.Map ? Shapes.Text : null,
        Element = element,
    };
}
