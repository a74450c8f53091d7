using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>Turns a tree of <see cref="BeanDescriptor"/>s into the values that it describes. Nothing is ever instantiated.</summary>
internal static class BeanRealiser
{
    /// <summary>Copies the value that the descriptor at <paramref name="index"/> describes; what is none fails the tape.</summary>
    internal static void Copy(in TapeTransfer transfer, int index)
    {
        var (from, into) = (transfer.From, transfer.Into);
        index = from.Resolve(index);
        if (from[index].Kind is ValueKind.Null or ValueKind.Absent)
        {
            into.AddNull();
            return;
        }

        // Java shares the descriptor of a cached Integer or text as well, but scalars have no identity.
        if (transfer.TryMoved(index, out var target) && into[target].IsContainer)
        {
            into.AddReference(target);
            return;
        }

        if (!BeanDescriptor.Is(from, index) || BeanDescriptor.ClassNameOf(from, index) is not { Length: > 0 } className)
        {
            into.Fail(CodecError.TypeMismatch, "generic=bean takes JavaBeanDescriptor objects with a className alone");
            return;
        }

        switch (BeanDescriptor.KindOf(from, index))
        {
            case BeanKind.Class:
                CopyName(in transfer, index, ValueKind.Text, "java.lang.Class");
                break;
            case BeanKind.Enum:
                CopyName(in transfer, index, ValueKind.Enum, className);
                break;
            case BeanKind.Primitive:
                CopyPrimitive(in transfer, index);
                break;
            case BeanKind.Array when className == "byte":
                CopyBytes(in transfer, index);
                break;
            case BeanKind.Array:
                transfer.Moved(index, into.BeginArray(BeanArrays.TypeOf(className)));
                CopyItems(in transfer, index);
                break;
            case BeanKind.Collection:
                transfer.Moved(index, into.BeginList(TypeName.Of(className), className.EndsWith("Set", StringComparison.Ordinal)));
                CopyItems(in transfer, index);
                break;
            case BeanKind.Map:
                transfer.Moved(index, into.BeginMap(className == "java.util.HashMap" ? null : TypeName.Of(className)));
                CopyEntries(in transfer, index);
                break;
            case BeanKind.Bean:
                transfer.Moved(index, into.BeginObject(TypeName.Of(className)));
                CopyFields(in transfer, index);
                break;
            default:
                into.Fail(CodecError.TypeMismatch, "the type of a JavaBeanDescriptor is none of 1 to 7");
                break;
        }
    }

    private static void CopyName(in TapeTransfer transfer, int index, ValueKind kind, string type)
    {
        var name = BeanDescriptor.Property(transfer.From, index, BeanDescriptor.NameKey);
        if (name < 0 || transfer.From[name].Kind != ValueKind.String)
        {
            transfer.Into.Fail(CodecError.TypeMismatch, "a JavaBeanDescriptor of an enum or a class needs the property name");
            return;
        }

        transfer.Into.AddText(kind, transfer.From.Utf8(name), TypeName.Of(type));
    }

    private static void CopyPrimitive(in TapeTransfer transfer, int index)
    {
        var value = BeanDescriptor.Property(transfer.From, index, BeanDescriptor.ValueKey);
        if (value < 0)
        {
            transfer.Into.AddNull();
        }
        else if (transfer.From[value].IsContainer)
        {
            transfer.Into.Fail(CodecError.TypeMismatch, "a JavaBeanDescriptor of a primitive holds a container");
        }
        else
        {
            transfer.Leaf(value);
        }
    }

    private static void CopyBytes(in TapeTransfer transfer, int index)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var map = BeanDescriptor.Properties(from, index);
        var octets = new byte[map < 0 ? 0 : from[map].Count];
        var at = 0;
        for (var key = map + 1; at < octets.Length;)
        {
            var item = from.Next(key);
            var descriptor = from.Resolve(item);
            var value = BeanDescriptor.Is(from, descriptor) ? BeanDescriptor.Property(from, descriptor, BeanDescriptor.ValueKey) : -1;
            if (value < 0 || from[value].Kind != ValueKind.Int32 || from[value].AsInt32 is < sbyte.MinValue or > sbyte.MaxValue)
            {
                into.Fail(CodecError.TypeMismatch, "an element of a JavaBeanDescriptor of byte[] is no byte");
                return;
            }

            octets[at++] = (byte)from[value].AsInt32;
            key = from.Next(item);
        }

        into.AddBytes(octets);
    }

    /// <summary>The keys count up, and Java takes the values as they come, too.</summary>
    private static void CopyItems(in TapeTransfer transfer, int index)
    {
        var from = transfer.From;
        var map = BeanDescriptor.Properties(from, index);
        var end = map < 0 ? 0 : from.Next(map);
        for (var key = map + 1; key < end && !transfer.Into.Failed;)
        {
            var item = from.Next(key);
            Copy(in transfer, item);
            key = from.Next(item);
        }

        transfer.Into.End();
    }

    private static void CopyEntries(in TapeTransfer transfer, int index)
    {
        var from = transfer.From;
        var map = BeanDescriptor.Properties(from, index);
        var end = map < 0 ? 0 : from.Next(map);
        for (var entry = map + 1; entry < end && !transfer.Into.Failed; entry = from.Next(entry))
        {
            Copy(in transfer, entry);
        }

        transfer.Into.End();
    }

    private static void CopyFields(in TapeTransfer transfer, int index)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var map = BeanDescriptor.Properties(from, index);
        var end = map < 0 ? 0 : from.Next(map);
        for (var key = map + 1; key < end && !into.Failed;)
        {
            var value = from.Next(key);
            var name = from.Resolve(key);
            if (from[name].Kind != ValueKind.String)
            {
                into.Fail(CodecError.TypeMismatch, "a property of a JavaBeanDescriptor of an object has no name");
                return;
            }

            into.Name(FieldName.Of(from.Utf8(name)));
            Copy(in transfer, value);
            key = from.Next(value);
        }

        into.End();
    }
}
