using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// Turns generalised values back: a map that names its class under the key <c>class</c>, or one that stands where a class is declared,
/// becomes an object of that class. Source: org.apache.dubbo.common.utils.PojoUtils.realize. Nothing is ever instantiated; a class name
/// from the wire is only a name.
/// </summary>
internal static class Realiser
{
    internal static CodecStatus Copy(ValueTape from, int index, ValueTape into)
    {
        using var transfer = new TapeTransfer(from, into);
        Copy(in transfer, index, null, null);
        return into.Status;
    }

    /// <param name="declared">Class.getName form where the caller named a type and no contract does; null otherwise.</param>
    internal static void Copy(in TapeTransfer transfer, int index, TypeShape? shape, string? declared)
    {
        if (transfer.TryReference(ref index))
        {
            return;
        }

        var (from, into) = (transfer.From, transfer.Into);
        ref readonly var token = ref from[index];
        switch (token.Kind)
        {
            case ValueKind.String:
                transfer.Moved(index, CopyText(in transfer, index, shape));
                return;
            case ValueKind.Int32 or ValueKind.Int64 when shape is { Kind: ShapeKind.Instant or ShapeKind.Int64 }:
                transfer.Moved(index, CopyNumber(token.AsInt64, into, shape));
                return;
            case ValueKind.Map when TryClassOf(from, index, shape, declared, out var type):
                CopyAsObject(in transfer, index, type, StructOf(shape, type));
                return;
            case ValueKind.Map:
                transfer.Moved(index, into.BeginMap(token.Type));
                break;
            case ValueKind.List when ArrayOf(shape, declared) is { } array:
                transfer.Moved(index, into.BeginArray(array));
                break;
            case ValueKind.List:
                transfer.Moved(index, into.BeginList(token.Type, (token.Flags & ValueFlags.Set) != 0));
                break;
            case ValueKind.Array:
                transfer.Moved(index, into.BeginArray(token.Type));
                break;
            case ValueKind.Object:
                transfer.Moved(index, into.BeginObject(token.Type));
                break;
            default:
                transfer.Leaf(index);
                return;
        }

        CopyChildren(in transfer, index, shape, ElementOf(declared));
        into.End();
    }

    /// <param name="declaredElement">Class that the caller named as the element of an array; null otherwise.</param>
    private static void CopyChildren(in TapeTransfer transfer, int index, TypeShape? shape, string? declaredElement)
    {
        var (from, into) = (transfer.From, transfer.Into);
        var kind = from[index].Kind;
        var isKey = kind == ValueKind.Map;
        var end = from.Next(index);
        for (var child = index + 1; child < end && !into.Failed; child = from.Next(child))
        {
            var childShape = isKey ? shape?.Key : shape?.Element;
            if (kind == ValueKind.Object)
            {
                childShape = null;
                if (from[child].Name is { } name)
                {
                    into.Name(name);
                    childShape = FieldOf(shape?.Struct, name);
                }
            }

            Copy(in transfer, child, childShape, kind is ValueKind.List or ValueKind.Array ? declaredElement : null);
            isKey = kind == ValueKind.Map && !isKey;
        }
    }

    private static void CopyAsObject(in TapeTransfer transfer, int index, TypeName type, StructShape? known)
    {
        var (from, into) = (transfer.From, transfer.Into);
        transfer.Moved(index, into.BeginObject(type));
        var end = from.Next(index);
        for (var key = index + 1; key < end && !into.Failed;)
        {
            var value = from.Next(key);
            var text = from.Utf8(from.Resolve(key));
            if (!text.SequenceEqual(GenericCall.ClassKey))
            {
                var name = FieldName.Of(text);
                into.Name(name);
                Copy(in transfer, value, FieldOf(known, name), null);
            }

            key = from.Next(value);
        }

        into.End();
    }

    /// <summary>Whether the map stands for an object, and of which class. Only text keys can be field names.</summary>
    private static bool TryClassOf(ValueTape from, int index, TypeShape? shape, string? declared, out TypeName type)
    {
        type = null!; // Only read where this answers true.
        TypeName? named = null;
        var end = from.Next(index);
        for (var key = index + 1; key < end;)
        {
            var value = from.Next(key);
            var resolved = from.Resolve(key);
            if (from[resolved].Kind != ValueKind.String)
            {
                return false;
            }

            if (from.Utf8(resolved).SequenceEqual(GenericCall.ClassKey) && from[from.Resolve(value)].Kind == ValueKind.String)
            {
                named = TypeName.Of(from.Utf8(from.Resolve(value)));
            }

            key = from.Next(value);
        }

        named ??= shape is { Kind: ShapeKind.Struct, Struct: { } known } ? known.JavaType
            : shape is null && IsOwnClass(declared) ? TypeName.Of(declared!) : null; // Not null where IsOwnClass says so.
        type = named!; // As above.
        return named is not null;
    }

    /// <summary>The array that a list stands for, where one is declared: generic callers send either.</summary>
    private static TypeName? ArrayOf(TypeShape? shape, string? declared) =>
        shape is { Kind: ShapeKind.Array } ? shape.TapeType
        : shape is null && ElementOf(declared) is { } element ? BeanArrays.TypeOf(element) : null;

    /// <summary>Element of a named array: <c>[Lcom.acme.Item;</c> to <c>com.acme.Item</c>, <c>[[I</c> to <c>[I</c>; else null.</summary>
    private static string? ElementOf(string? declared)
    {
        if (declared is null || !declared.StartsWith('['))
        {
            return null;
        }

        return declared[1] == 'L' ? declared[2..^1] : declared[1] == '[' ? declared[1..] : null;
    }

    private static bool IsOwnClass(string? declared) =>
        declared is not null && declared.Contains('.', StringComparison.Ordinal) && declared[0] != '['
        && !declared.StartsWith("java.", StringComparison.Ordinal) && !declared.StartsWith("javax.", StringComparison.Ordinal);

    private static StructShape? StructOf(TypeShape? shape, TypeName type) =>
        shape?.Struct is { } known && known.JavaType.Utf8.SequenceEqual(type.Utf8) ? known : null;

    private static TypeShape? FieldOf(StructShape? known, FieldName name)
    {
        var ordinal = known?.Find(name.Text) ?? -1;
        return ordinal < 0 ? null : known!.Fields[ordinal].Type; // Found, so there is one.
    }

    /// <summary>Scalars that were written as text get their declared kind; a text that is none fails the tape.</summary>
    private static int CopyText(in TapeTransfer transfer, int index, TypeShape? shape)
    {
        var (from, into) = (transfer.From, transfer.Into);
        if (shape is null or { Kind: ShapeKind.Any or ShapeKind.String or >= ShapeKind.List })
        {
            return into.AddText(ValueKind.String, from.Utf8(index), from[index].Type);
        }

        if (shape.Kind == ShapeKind.Instant && TryJavaDate(from.Utf8(index), transfer.ZoneOffsetMinutes, out var epochMs))
        {
            return into.AddInstant(epochMs, 0, TapeTypeOf(shape));
        }

        var added = into.Count;
        TextScalar.Read(from.Utf8(index), shape, into);
        return added;
    }

    /// <summary>
    /// <c>yyyy-MM-dd HH:mm:ss</c>, which generic callers send for dates. Java reads it in the provider's zone. Source:
    /// org.apache.dubbo.common.utils.CompatibleTypeUtils.DATE_FORMAT.
    /// </summary>
    private static bool TryJavaDate(ReadOnlySpan<byte> text, int zoneOffsetMinutes, out long epochMs)
    {
        const int Length = 19;
        const int SpaceAt = 10;
        epochMs = 0;
        if (text.Length != Length || text[SpaceAt] != ' ')
        {
            return false;
        }

        Span<byte> iso = stackalloc byte[Length + 1];
        text.CopyTo(iso);
        iso[SpaceAt] = (byte)'T';
        iso[Length] = (byte)'Z';
        if (!IsoInstant.TryParse(iso, out epochMs, out _))
        {
            return false;
        }

        epochMs -= zoneOffsetMinutes * 60_000L;
        return true;
    }

    /// <summary>Java realises a number as a date, and widens an int.</summary>
    private static int CopyNumber(long value, ValueTape into, TypeShape shape) =>
        shape.Kind == ShapeKind.Int64 ? into.AddInt64(value) : into.AddInstant(value, 0, TapeTypeOf(shape));

    /// <summary>java.util.Date is what an instant is when nothing is said.</summary>
    private static TypeName? TapeTypeOf(TypeShape shape) => shape.JavaType.Text == "java.util.Date" ? null : shape.JavaType;
}
