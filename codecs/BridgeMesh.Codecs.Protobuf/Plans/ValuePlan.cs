using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Plans;

/// <summary>How one value is encoded: a field's, an element, a key, a map's value or a root. Immutable but for what it makes when first asked.</summary>
internal sealed class ValuePlan
{
    private MessagePlan? _message;

    public ValuePlan(TypeShape shape, ProtoKind kind)
    {
        Shape = shape;
        Declared = kind;
        Kind = kind is ProtoKind.Struct or ProtoKind.Value or ProtoKind.ListValue or ProtoKind.FieldMask
            or (>= ProtoKind.DoubleValue and <= ProtoKind.BytesValue) ? ProtoKind.Box : kind;
        Wire = kind switch
        {
            ProtoKind.Double or ProtoKind.Fixed64 or ProtoKind.SFixed64 => WireType.Fixed64,
            ProtoKind.Float or ProtoKind.Fixed32 or ProtoKind.SFixed32 => WireType.Fixed32,
            ProtoKind.Group => WireType.StartGroup,
            ProtoKind.Int32 or ProtoKind.Int64 or ProtoKind.UInt32 or ProtoKind.UInt64 or ProtoKind.SInt32 or ProtoKind.SInt64
                or ProtoKind.Bool or ProtoKind.Enum or ProtoKind.NullValue => WireType.Varint,
            _ => WireType.Length,
        };
        IsNatural = kind switch
        {
            ProtoKind.Int32 or ProtoKind.SInt32 or ProtoKind.SFixed32 => shape.Kind == ShapeKind.Int32,
            ProtoKind.Int64 or ProtoKind.SInt64 or ProtoKind.SFixed64 => shape.Kind == ShapeKind.Int64,
            ProtoKind.UInt32 or ProtoKind.Fixed32 => shape.Kind == ShapeKind.UInt32,
            ProtoKind.UInt64 or ProtoKind.Fixed64 => shape.Kind == ShapeKind.UInt64,
            ProtoKind.String => shape.Kind is ShapeKind.String or ShapeKind.Any,
            _ => true,
        };
    }

    public TypeShape Shape { get; }

    /// <summary>The kind with the messages that stand for one value all as <see cref="ProtoKind.Box"/>.</summary>
    public ProtoKind Kind { get; }

    /// <summary>The kind as the contract says it.</summary>
    public ProtoKind Declared { get; }

    /// <summary>Of a single value, not of a packed list.</summary>
    public WireType Wire { get; }

    /// <summary>Whether the declared type is the one that this encoding has anyway, so that nothing needs to be checked.</summary>
    public bool IsNatural { get; }

    public bool IsPackable => Wire is WireType.Varint or WireType.Fixed32 or WireType.Fixed64;

    /// <summary>A message whose occurrences are merged when there are several.</summary>
    public bool IsMessage => Kind is ProtoKind.Group or ProtoKind.Message or >= ProtoKind.Timestamp and not ProtoKind.NullValue;

    /// <summary>The fields of a Message, Group or Box. Made when first asked for, as messages contain themselves.</summary>
    public MessagePlan Message => _message ??= MessagePlan.Of(this);
}
