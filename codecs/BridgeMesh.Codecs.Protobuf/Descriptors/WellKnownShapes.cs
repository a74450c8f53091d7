using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Messages that everybody has and that a tape holds as neutral values, under their full names. Others of google.protobuf and google.type
/// are messages like any.
/// </summary>
internal static class WellKnownShapes
{
    public const string Empty = "google.protobuf.Empty";
    private const string AnyName = "google.protobuf.Any";

    /// <summary>A Timestamp is a java.util.Date, which most Java services have; what a Date cannot hold is refused where it is written.</summary>
    private static readonly Dictionary<string, TypeShape> Neutral = new(StringComparer.Ordinal)
    {
        ["google.protobuf.Timestamp"] = Of(ShapeKind.Instant, "java.util.Date", ProtoKind.Timestamp),
        ["google.protobuf.Duration"] = Of(ShapeKind.Text, "java.time.Duration", ProtoKind.Duration),
        ["google.type.Date"] = Of(ShapeKind.Text, "java.time.LocalDate", ProtoKind.Date),
        ["google.type.Decimal"] = Of(ShapeKind.Decimal, "java.math.BigDecimal", ProtoKind.Decimal),
        ["google.protobuf.Struct"] = Plans.NeutralShapes.Struct,
        ["google.protobuf.Value"] = Plans.NeutralShapes.Value,
        ["google.protobuf.ListValue"] = Plans.NeutralShapes.ListValue,
        ["google.protobuf.NullValue"] = Plans.NeutralShapes.Null,
        ["google.protobuf.FieldMask"] = Paths(),
        ["google.protobuf.DoubleValue"] = Of(ShapeKind.Float64, "java.lang.Double", ProtoKind.DoubleValue),
        ["google.protobuf.FloatValue"] = Of(ShapeKind.Float32, "java.lang.Float", ProtoKind.FloatValue),
        ["google.protobuf.Int64Value"] = Of(ShapeKind.Int64, "java.lang.Long", ProtoKind.Int64Value),
        ["google.protobuf.UInt64Value"] = Of(ShapeKind.UInt64, "java.lang.Long", ProtoKind.UInt64Value),
        ["google.protobuf.Int32Value"] = Of(ShapeKind.Int32, "java.lang.Integer", ProtoKind.Int32Value),
        ["google.protobuf.UInt32Value"] = Of(ShapeKind.UInt32, "java.lang.Long", ProtoKind.UInt32Value),
        ["google.protobuf.BoolValue"] = Of(ShapeKind.Bool, "java.lang.Boolean", ProtoKind.BoolValue),
        ["google.protobuf.StringValue"] = Of(ShapeKind.String, "java.lang.String", ProtoKind.StringValue),
        ["google.protobuf.BytesValue"] = Of(ShapeKind.Bytes, "[B", ProtoKind.BytesValue),
    };

    /// <summary>All of them; Any, which knows the types of its own load, and Empty anew.</summary>
    public static Dictionary<string, TypeShape> All(SubtypeCatalog types)
    {
        var all = new Dictionary<string, TypeShape>(Neutral, StringComparer.Ordinal)
        {
            [AnyName] = Message(AnyName, ProtoKind.Any),
            [Empty] = Message(Empty, ProtoKind.Canonical),
        };
        var value = new TypeShape
        {
            Kind = ShapeKind.Any,
            JavaType = TypeName.Of("java.lang.Object"),
            JavaDescriptor = "Ljava/lang/Object;",
            Subtypes = types,
        };
        all[AnyName].Struct!.SetFields( // Message made it with one.
        [
            new FieldShape(AnyForm.TypeUrl, Of(ShapeKind.String, "java.lang.String", ProtoKind.Canonical))
            {
                Proto = new ProtoField(1) { Presence = ProtoPresence.Implicit, ProtoName = "type_url" },
            },
            new FieldShape(AnyForm.Value, value) { Proto = new ProtoField(2) { Presence = ProtoPresence.Implicit } },
        ]);
        return all;
    }

    public static TypeShape Message(string fullName, ProtoKind proto) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = TypeName.Of(fullName),
        JavaDescriptor = JavaDescriptors.ToDescriptor(fullName),
        Struct = new StructShape(TypeName.Of(fullName), isException: false) { Proto = new ProtoMessage(fullName) },
        Proto = proto,
    };

    public static TypeShape Of(ShapeKind kind, string java, ProtoKind proto, bool nullable = true) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(java),
        JavaDescriptor = JavaDescriptors.ToDescriptor(java),
        Nullable = nullable,
        Proto = proto,
    };

    private static TypeShape Paths() => new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = Of(ShapeKind.String, "java.lang.String", ProtoKind.Canonical),
        Proto = ProtoKind.FieldMask,
    };
}
