using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Plans;

internal enum FieldForm : byte
{
    Single,
    List,
    Map,
}

/// <summary>One field of a message, with everything that reading and writing it needs to know. Immutable.</summary>
internal sealed class FieldPlan
{
    /// <param name="name">Null where the value stands for its message.</param>
    /// <param name="slot">Place among what can be set once: members of a oneof share one.</param>
    public FieldPlan(FieldName? name, TypeShape shape, ProtoField proto, int ordinal, int slot)
    {
        Name = name;
        Shape = shape;
        Proto = proto;
        Ordinal = ordinal;
        Slot = slot;
        Form = shape.Proto != ProtoKind.Canonical ? FieldForm.Single : shape.Kind switch
        {
            ShapeKind.List or ShapeKind.Set or ShapeKind.Array => FieldForm.List,
            ShapeKind.Map => FieldForm.Map,
            _ => FieldForm.Single,
        };
        var element = Form == FieldForm.Single ? shape : shape.Element ?? NeutralShapes.Any;
        Value = new ValuePlan(element, ProtoForm.KindOf(element));
        if (Form == FieldForm.Map)
        {
            var key = shape.Key ?? NeutralShapes.Text;
            Key = new ValuePlan(key, ProtoForm.KeyKindOf(key));
        }

        // A message always tells whether it is there.
        HasPresence = Form == FieldForm.Single && (Value.IsMessage || proto.Presence != ProtoPresence.Implicit || proto.Oneof is not null);
        Tag = (uint)(proto.Number << 3) | (uint)(Form == FieldForm.Map ? WireType.Length : Value.Wire);
        PackedTag = (uint)(proto.Number << 3) | (uint)WireType.Length;
        IsPacked = Form == FieldForm.List && proto.Packed && Value.IsPackable;
        Default = proto.Default is { } text && Form == FieldForm.Single ? Encoding.UTF8.GetBytes(text) : null;
    }

    public FieldName? Name { get; }

    public TypeShape Shape { get; }

    public ProtoField Proto { get; }

    public int Ordinal { get; }

    public int Slot { get; }

    public FieldForm Form { get; }

    /// <summary>The value itself, an element, or a map's value.</summary>
    public ValuePlan Value { get; }

    public ValuePlan? Key { get; }

    public int Number => Proto.Number;

    public bool HasPresence { get; }

    public bool InOneof => Proto.Oneof is not null;

    public bool IsPacked { get; }

    /// <summary>Of one value; of a packed list see <see cref="PackedTag"/>.</summary>
    public uint Tag { get; }

    public uint PackedTag { get; }

    /// <summary>proto2's own default as text; null for the type's.</summary>
    public byte[]? Default { get; }

    public bool IsRequired => Proto.Presence == ProtoPresence.Required;

    /// <summary>Whether a message without it still means a value for it.</summary>
    public bool IsImplied => !IsRequired && (!HasPresence || (Default is not null && !InOneof));
}
