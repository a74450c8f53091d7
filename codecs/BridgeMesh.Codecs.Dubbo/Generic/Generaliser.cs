using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// Turns typed values into what a generic caller knows: objects become maps with their class under the key <c>class</c>, enums and other
/// scalars with a type become text. Source: org.apache.dubbo.common.utils.PojoUtils.generalize, and recordings of <c>$invoke</c>.
/// </summary>
internal static class Generaliser
{
    private static readonly TypeName ObjectArray = TypeName.Of("[object");
    private static readonly TypeName StringArray = TypeName.Of("[string");
    private static readonly TypeName ArrayList = TypeName.Of("java.util.ArrayList");
    private static readonly TypeName HashSet = TypeName.Of("java.util.HashSet");

    /// <summary>Element types that PojoUtils leaves as they are, in Hessian's names.</summary>
    private static readonly HashSet<string> PlainArrays = new(StringComparer.Ordinal)
    {
        "[int", "[long", "[double", "[float", "[short", "[boolean", "[string", "[object", "[char", "[byte", "[date",
    };

    /// <summary>Every root, with what they share still shared.</summary>
    internal static CodecStatus CopyAll(ValueTape from, ValueTape into)
    {
        using var transfer = new TapeTransfer(from, into);
        for (var root = 0; root < from.Count && !into.Failed; root = from.Next(root))
        {
            Copy(in transfer, root);
        }

        return into.Status;
    }

    private static void Copy(in TapeTransfer transfer, int index)
    {
        if (transfer.TryReference(ref index))
        {
            return;
        }

        var (from, into) = (transfer.From, transfer.Into);
        ref readonly var token = ref from[index];
        switch (token.Kind)
        {
            case ValueKind.Enum or ValueKind.Text:
                transfer.Moved(index, into.AddString(from.Utf8(index)));
                return;
            case ValueKind.Object:
                CopyObject(in transfer, index);
                return;
            case ValueKind.List:
                var isSet = (token.Flags & ValueFlags.Set) != 0;
                transfer.Moved(index, into.BeginList(token.Type is null ? null : isSet ? HashSet : ArrayList, isSet));
                break;
            case ValueKind.Array:
                transfer.Moved(index, into.BeginArray(ArrayType(from, index)));
                break;
            case ValueKind.Map:
                transfer.Moved(index, into.BeginMap(token.Type));
                break;
            default:
                transfer.Leaf(index);
                return;
        }

        var end = from.Next(index);
        for (var child = index + 1; child < end && !into.Failed; child = from.Next(child))
        {
            Copy(in transfer, child);
        }

        into.End();
    }

    private static void CopyObject(in TapeTransfer transfer, int index)
    {
        var (from, into) = (transfer.From, transfer.Into);
        transfer.Moved(index, into.BeginMap());
        if (from[index].Type is { } type)
        {
            into.AddString(GenericCall.ClassKey);
            into.AddString(type.Utf8);
        }

        var end = from.Next(index);
        for (var child = index + 1; child < end && !into.Failed; child = from.Next(child))
        {
            // A field that its sender left out stays out.
            if (from[child].Kind != ValueKind.Absent && from[child].Name is { } name)
            {
                into.AddString(name.Utf8);
                Copy(in transfer, child);
            }
        }

        into.End();
    }

    private static TypeName ArrayType(ValueTape from, int index)
    {
        if (from[index].Type is { } type && PlainArrays.Contains(type.Text))
        {
            return type;
        }

        var end = from.Next(index);
        var texts = from[index].Count > 0;
        for (var child = index + 1; child < end; child = from.Next(child))
        {
            texts &= from[child].Kind is ValueKind.Enum;
        }

        return texts ? StringArray : ObjectArray;
    }
}
