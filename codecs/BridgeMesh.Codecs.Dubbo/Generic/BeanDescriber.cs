using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>Turns typed values into a tree of <see cref="BeanDescriptor"/>s, with what they share still shared.</summary>
internal static class BeanDescriber
{
    private const string DefaultList = "java.util.ArrayList";
    private const string DefaultSet = "java.util.HashSet";
    private const string DefaultMap = "java.util.HashMap";

    /// <param name="shape">Tells a byte or short from an int and a char from a text; null without a contract.</param>
    internal static void Copy(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        if (transfer.TryReference(ref index))
        {
            return;
        }

        var (from, into) = (transfer.From, transfer.Into);
        ref readonly var token = ref from[index];
        var type = token.Type?.Text;
        switch (token.Kind)
        {
            case ValueKind.Null or ValueKind.Absent:
                into.AddNull();
                return;
            case ValueKind.Enum:
                Open(in transfer, index);
                AddText(into, BeanDescriptor.NameKey, from.Utf8(index));
                Close(into, BeanKind.Enum, type ?? shape?.JavaType.Text ?? "java.lang.Enum");
                return;
            case ValueKind.Text when type == "java.lang.Class":
                Open(in transfer, index);
                AddText(into, BeanDescriptor.NameKey, from.Utf8(index));
                Close(into, BeanKind.Class, type);
                return;
            case ValueKind.Bytes:
                CopyBytes(in transfer, index);
                return;
            case ValueKind.List:
                Open(in transfer, index);
                CopyItems(in transfer, index, shape);
                var isSet = (token.Flags & ValueFlags.Set) != 0;
                Close(into, BeanKind.Collection, type ?? CollectionOf(shape) ?? (isSet ? DefaultSet : DefaultList));
                return;
            case ValueKind.Array:
                Open(in transfer, index);
                CopyItems(in transfer, index, shape);
                Close(into, BeanKind.Array, BeanArrays.ElementOf(token.Type ?? shape?.TapeType));
                return;
            case ValueKind.Map:
                Open(in transfer, index);
                CopyEntries(in transfer, index, shape);
                Close(into, BeanKind.Map, type ?? CollectionOf(shape) ?? DefaultMap);
                return;
            case ValueKind.Object:
                Open(in transfer, index);
                CopyFields(in transfer, index, shape);

                // An object without a class is what JSON knows: a map with text keys.
                Close(into, type is null ? BeanKind.Map : BeanKind.Bean, type ?? DefaultMap);
                return;
            default:
                CopyScalar(in transfer, index, shape);
                return;
        }
    }

    private static void CopyScalar(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var className = ClassOf(in from[index], shape);
        var descriptor = Begin(into);
        into.AddString(BeanDescriptor.ValueKey);
        transfer.Leaf(index);

        // Who shares this scalar shares its descriptor, not the bare value.
        transfer.Moved(index, descriptor);
        Close(into, BeanKind.Primitive, className);
    }

    private static void CopyBytes(in TapeTransfer transfer, int index)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var octets = from.Utf8(index);
        Open(in transfer, index);
        for (var i = 0; i < octets.Length && !into.Failed; i++)
        {
            into.AddInt32(i);
            Begin(into);
            into.AddString(BeanDescriptor.ValueKey);
            into.AddInt32((sbyte)octets[i]);
            Close(into, BeanKind.Primitive, "java.lang.Byte");
        }

        Close(into, BeanKind.Array, "byte");
    }

    private static void CopyItems(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var ordinal = 0;
        var end = from.Next(index);
        for (var child = index + 1; child < end && !into.Failed; child = from.Next(child))
        {
            into.AddInt32(ordinal++);
            Copy(in transfer, child, shape?.Element);
        }
    }

    private static void CopyEntries(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        var from = transfer.From;
        var isKey = true;
        var end = from.Next(index);
        for (var child = index + 1; child < end && !transfer.Into.Failed; child = from.Next(child))
        {
            Copy(in transfer, child, isKey ? shape?.Key : shape?.Element);
            isKey = !isKey;
        }
    }

    private static void CopyFields(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var known = shape?.Struct;
        var isMap = from[index].Type is null;
        var end = from.Next(index);
        for (var child = index + 1; child < end && !into.Failed; child = from.Next(child))
        {
            // A field that its sender left out stays out.
            if (from[child].Kind == ValueKind.Absent || from[child].Name is not { } name)
            {
                continue;
            }

            if (isMap)
            {
                Begin(into);
                AddText(into, BeanDescriptor.ValueKey, name.Utf8);
                Close(into, BeanKind.Primitive, "java.lang.String");
            }
            else
            {
                into.AddString(name.Utf8);
            }

            var ordinal = known?.Find(name.Text) ?? -1;
            Copy(in transfer, child, ordinal < 0 ? null : known!.Fields[ordinal].Type); // Found, so there is one.
        }
    }

    private static void Open(in TapeTransfer transfer, int index) => transfer.Moved(index, Begin(transfer.Into));

    private static int Begin(ValueTape into)
    {
        var descriptor = into.BeginObject(BeanDescriptor.Type);
        into.Name(BeanDescriptor.PropertiesField);
        into.BeginMap(BeanDescriptor.PropertiesType);
        return descriptor;
    }

    private static void Close(ValueTape into, BeanKind kind, string className)
    {
        into.End();
        into.Name(BeanDescriptor.TypeField);
        into.AddInt32((int)kind);
        into.Name(BeanDescriptor.ClassNameField);
        into.AddString(className);
        into.End();
    }

    private static void AddText(ValueTape into, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        into.AddString(key);
        into.AddString(text);
    }

    private static string? CollectionOf(TypeShape? shape) =>
        shape?.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Map ? shape.TapeType?.Text : null;

    private static string ClassOf(in ValueToken token, TypeShape? shape) => (token.Kind, shape?.Kind) switch
    {
        (ValueKind.Bool, _) => "java.lang.Boolean",
        (ValueKind.Int32, ShapeKind.Int8) => "java.lang.Byte",
        (ValueKind.Int32, ShapeKind.Int16) => "java.lang.Short",
        (ValueKind.Int32, _) => "java.lang.Integer",
        (ValueKind.Int64, _) => "java.lang.Long",
        (ValueKind.Float32, _) => "java.lang.Float",
        (ValueKind.Float64, ShapeKind.Float32) => "java.lang.Float",
        (ValueKind.Float64, _) => "java.lang.Double",
        (ValueKind.Decimal, _) => "java.math.BigDecimal",
        (ValueKind.UInt64 or ValueKind.BigInteger, _) => "java.math.BigInteger",
        (ValueKind.Instant, _) => token.Type?.Text ?? "java.util.Date",
        (ValueKind.String, ShapeKind.Char) => "java.lang.Character",
        (ValueKind.String, _) => "java.lang.String",

        // java.time, UUID, Locale: Java describes their getters, which nobody can read back; the value itself can be.
        _ => token.Type?.Text ?? "java.lang.Object",
    };
}
