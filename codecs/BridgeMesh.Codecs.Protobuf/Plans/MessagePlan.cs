using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Plans;

/// <summary>
/// A message as reading and writing want it: its fields by number, by slot and in the order of their numbers. One for each class of a
/// contract, made when first needed and kept as long as the contract. Immutable; safe for any thread.
/// </summary>
internal sealed class MessagePlan
{
    /// <summary>Numbers up to here are found by index; real messages seldom have more.</summary>
    private const int MaxDense = 256;

    private static readonly ConditionalWeakTable<StructShape, MessagePlan> Classes = [];
    private static readonly ConditionalWeakTable<TypeShape, ValuePlan> Roots = [];

    private readonly FieldPlan?[] _dense;
    private readonly Dictionary<int, FieldPlan>? _sparse;

    private MessagePlan(FieldPlan[] fields, int slots, StructShape? message)
    {
        Fields = fields;
        SlotCount = slots;
        Message = message;
        IsBox = message is null;
        InOrder = [.. fields.OrderBy(static f => f.Number)];
        Finishing = [.. fields.Where(static f => f.IsRequired || f.IsImplied)];
        _dense = new FieldPlan?[Math.Min(MaxDense, fields.Length == 0 ? 0 : InOrder[^1].Number + 1)];
        foreach (var field in fields)
        {
            if (field.Number < _dense.Length)
            {
                _dense[field.Number] = field;
            }
            else
            {
                (_sparse ??= [])[field.Number] = field;
            }
        }
    }

    /// <summary>In the class's order; the place of each is its ordinal.</summary>
    public FieldPlan[] Fields { get; }

    public FieldPlan[] InOrder { get; }

    /// <summary>Fields whose absence means something: an error, or a value.</summary>
    public FieldPlan[] Finishing { get; }

    public int SlotCount { get; }

    /// <summary>Null for a box.</summary>
    public StructShape? Message { get; }

    /// <summary>Whether the value of its only field, or of the only one that is set, stands for the message.</summary>
    public bool IsBox { get; }

    /// <summary>The plan of a root value.</summary>
    public static ValuePlan RootOf(TypeShape shape) => Roots.GetValue(shape, static s =>
    {
        var kind = ProtoForm.KindOf(s);

        // A scalar is no message: the root is one that holds it.
        return kind is not ProtoKind.Message && kind < ProtoKind.Timestamp || kind == ProtoKind.NullValue
            ? new ValuePlan(s, ProtoKind.Box)
            : new ValuePlan(s, kind);
    });

    public static MessagePlan Of(ValuePlan value) => value.Declared switch
    {
        ProtoKind.Struct => BoxOf((NeutralShapes.ValueMap, 1)),
        ProtoKind.ListValue => BoxOf((NeutralShapes.ValueList, 1)),
        ProtoKind.FieldMask => BoxOf((NeutralShapes.TextList, 1)),
        ProtoKind.Value => Values,
        ProtoKind.Box => BoxOf((NeutralShapes.Unboxed(value.Shape, value.Shape.Proto == ProtoKind.Box ? ProtoKind.Canonical : value.Shape.Proto), 1)),
        >= ProtoKind.DoubleValue and <= ProtoKind.BytesValue => BoxOf((NeutralShapes.Unboxed(value.Shape, Wrapped(value.Declared)), 1)),
        _ => Classes.GetValue(
            value.Shape.Struct ?? throw new InvalidOperationException($"{value.Shape} is no message"), static message => OfClass(message)),
    };

    /// <summary>The message of google.protobuf.Value. Source: google/protobuf/struct.proto.</summary>
    private static MessagePlan Values { get; } = BoxOf(
        (NeutralShapes.Null, 1),
        (NeutralShapes.Double, 2),
        (NeutralShapes.Text, 3),
        (NeutralShapes.Bool, 4),
        (NeutralShapes.Struct, 5),
        (NeutralShapes.ListValue, 6));

    public FieldPlan? Find(int number)
    {
        if ((uint)number < (uint)_dense.Length)
        {
            return _dense[number];
        }

        return _sparse?.GetValueOrDefault(number);
    }

    private static MessagePlan OfClass(StructShape message)
    {
        var protos = ProtoForm.FieldsOf(message);
        var oneofs = new Dictionary<string, int>(StringComparer.Ordinal);
        var fields = new FieldPlan[protos.Length];
        var slots = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            var slot = slots;
            if (protos[i].Oneof is { } oneof && !oneofs.TryAdd(oneof, slot))
            {
                slot = oneofs[oneof];
            }
            else
            {
                slots++;
            }

            fields[i] = new FieldPlan(message.Fields[i].Name, message.Fields[i].Type, protos[i], i, slot);
        }

        return new MessagePlan(fields, slots, message);
    }

    private static MessagePlan BoxOf(params (TypeShape Shape, int Number)[] members)
    {
        // A single member has no presence of its own: the box has. Of several, one is set.
        var proto = new ProtoField(1) { Presence = members.Length == 1 ? ProtoPresence.Implicit : ProtoPresence.Explicit };
        return new MessagePlan(
            [.. members.Select((m, i) => new FieldPlan(
                null, m.Shape, proto with { Number = m.Number, Oneof = members.Length == 1 ? null : "kind" }, i, slot: 0))],
            slots: 1,
            message: null);
    }

    private static ProtoKind Wrapped(ProtoKind wrapper) => wrapper switch
    {
        ProtoKind.DoubleValue => ProtoKind.Double,
        ProtoKind.FloatValue => ProtoKind.Float,
        ProtoKind.Int64Value => ProtoKind.Int64,
        ProtoKind.UInt64Value => ProtoKind.UInt64,
        ProtoKind.Int32Value => ProtoKind.Int32,
        ProtoKind.UInt32Value => ProtoKind.UInt32,
        ProtoKind.BoolValue => ProtoKind.Bool,
        ProtoKind.StringValue => ProtoKind.String,
        _ => ProtoKind.Bytes,
    };
}
