using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>Declared types as a contract's loader makes them.</summary>
internal static class Shapes
{
    internal static readonly TypeShape Any = Of(ShapeKind.Any, "java.lang.Object");
    internal static readonly TypeShape Void = Of(ShapeKind.Void, "void", nullable: false);
    internal static readonly TypeShape Bool = Of(ShapeKind.Bool, "boolean", nullable: false);
    internal static readonly TypeShape Byte = Of(ShapeKind.Int8, "byte", nullable: false);
    internal static readonly TypeShape Short = Of(ShapeKind.Int16, "short", nullable: false);
    internal static readonly TypeShape Int = Of(ShapeKind.Int32, "int", nullable: false);
    internal static readonly TypeShape Integer = Of(ShapeKind.Int32, "java.lang.Integer");
    internal static readonly TypeShape Long = Of(ShapeKind.Int64, "long", nullable: false);
    internal static readonly TypeShape BoxedLong = Of(ShapeKind.Int64, "java.lang.Long");
    internal static readonly TypeShape Float = Of(ShapeKind.Float32, "float", nullable: false);
    internal static readonly TypeShape Double = Of(ShapeKind.Float64, "double", nullable: false);
    internal static readonly TypeShape Char = Of(ShapeKind.Char, "char", nullable: false);
    internal static readonly TypeShape String = Of(ShapeKind.String, "java.lang.String");
    internal static readonly TypeShape Bytes = Of(ShapeKind.Bytes, "[B");
    internal static readonly TypeShape Decimal = Of(ShapeKind.Decimal, "java.math.BigDecimal");
    internal static readonly TypeShape BigInteger = Of(ShapeKind.BigInteger, "java.math.BigInteger");
    internal static readonly TypeShape Date = Of(ShapeKind.Instant, "java.util.Date");
    internal static readonly TypeShape LocalDate = Of(ShapeKind.Text, "java.time.LocalDate");
    internal static readonly TypeShape Uuid = Of(ShapeKind.Text, "java.util.UUID");
    internal static readonly TypeShape Status = EnumOf("com.acme.order.OrderStatus", "NEW", "PAID", "SHIPPED");

    internal static readonly TypeShape Address = Struct(
        "com.acme.order.Address", ("street", String), ("city", String), ("zip", String));

    internal static readonly TypeShape Item = Struct("com.acme.order.Item", ("sku", String), ("quantity", Int), ("price", Decimal));

    internal static readonly TypeShape Order = Struct(
        "com.acme.order.Order",
        ("id", String),
        ("number", Long),
        ("status", Status),
        ("total", Decimal),
        ("created", Date),
        ("address", Address),
        ("items", ListOf(Item)),
        ("tags", ListOf(String)),
        ("notes", MapOf(String, String)));

    internal static readonly TypeShape Numbers = Struct(
        "com.acme.order.Numbers",
        ("b", Byte),
        ("s", Short),
        ("i", Int),
        ("l", Long),
        ("f", Float),
        ("d", Double),
        ("flag", Bool),
        ("ch", Char),
        ("price", Decimal),
        ("big", BigInteger));

    internal static TypeShape ListOf(TypeShape element) => Collection(ShapeKind.List, "java.util.List", element);

    internal static TypeShape SetOf(TypeShape element) => Collection(ShapeKind.Set, "java.util.Set", element);

    internal static TypeShape ArrayOf(TypeShape element) => Collection(ShapeKind.Array, "[" + element.JavaDescriptor.Replace('/', '.'), element);

    internal static TypeShape MapOf(TypeShape key, TypeShape value) => new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = key,
        Element = value,
    };

    internal static TypeShape Struct(string name, params (string Name, TypeShape Type)[] fields) => Struct(name, null, false, fields);

    internal static TypeShape Struct(
        string name, SubtypeCatalog? subtypes, bool isException, params (string Name, TypeShape Type)[] fields)
    {
        var type = TypeName.Of(name);
        var shape = new StructShape(type, isException);
        shape.SetFields([.. fields.Select(f => new FieldShape(FieldName.Of(f.Name), f.Type))]);
        return new()
        {
            Kind = ShapeKind.Struct,
            JavaType = type,
            JavaDescriptor = JavaDescriptors.ToDescriptor(name),
            Struct = shape,
            Subtypes = subtypes,
        };
    }

    internal static TypeShape EnumOf(string name, params string[] constants) => new()
    {
        Kind = ShapeKind.Enum,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
        Enum = new EnumShape(TypeName.Of(name), [.. constants]),
    };

    internal static MethodShape Method(params (string Name, TypeShape Type)[] parameters) => new()
    {
        Name = "place",
        Parameters = [.. parameters.Select(p => new ParameterShape(p.Name, p.Type))],
        Returns = Void,
        Signature = JavaSignature.Of(string.Concat(parameters.Select(p => p.Type.JavaDescriptor))),
    };

    internal static HttpBinding Binding(params (string WireName, HttpSource Source)[] parameters) => new()
    {
        Verb = "POST",
        PathTemplate = "/orders",
        Parameters = [.. parameters.Select((p, i) => new HttpParameter(i, p.Source, p.WireName))],
    };

    internal static TypeShape Of(ShapeKind kind, string javaType, bool nullable = true) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Nullable = nullable,
    };

    private static TypeShape Collection(ShapeKind kind, string javaType, TypeShape element) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Element = element,
    };
}
