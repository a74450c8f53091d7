using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Changes;

/// <summary>How a field that is written as one type is read as another. Source: protobuf.dev, "Updating A Message Type".</summary>
internal static class WirePassage
{
    public static ValuePassage Of(TypeShape from, TypeShape to)
    {
        var (fromRepeats, toRepeats) = (Repeats(from), Repeats(to));
        if (from.Kind == ShapeKind.Map || to.Kind == ShapeKind.Map)
        {
            return from.Kind == to.Kind ? ValuePassage.Whole("both are maps") : ValuePassage.Refused("a map has entries, which nothing else has");
        }

        if (fromRepeats != toRepeats)
        {
            var element = Of(Element(from), Element(to));
            var isPacked = WireOf(ProtoForm.KindOf(Element(from))) != WireType.Length;
            return element.How == Passage.Refused || (fromRepeats && isPacked) ? ValuePassage.Refused($"{from} and {to} are written differently")
                : fromRepeats ? ValuePassage.Lossy("of several values the last one is taken")
                : element;
        }

        var (written, read) = (ProtoForm.KindOf(Element(from)), ProtoForm.KindOf(Element(to)));
        return (written, read) switch
        {
            _ when written == read => Messages(from, to) ? ValuePassage.Whole("the bytes are the same") : ValuePassage.Refused($"{from} is another message than {to}"),
            (ProtoKind.Bool, ProtoKind.Int32 or ProtoKind.Int64 or ProtoKind.UInt32 or ProtoKind.UInt64)
                or (ProtoKind.Int32, ProtoKind.Int64) or (ProtoKind.UInt32, ProtoKind.UInt64 or ProtoKind.Int64)
                or (ProtoKind.Enum, ProtoKind.Int32 or ProtoKind.Int64) or (ProtoKind.SInt32, ProtoKind.SInt64) => ValuePassage.Whole($"{to} takes every {from}"),
            (ProtoKind.Int32, ProtoKind.Enum) => ValuePassage.Lossy("a number without a constant stays a number, or becomes an unknown field"),
            (ProtoKind.String, ProtoKind.Bytes) => ValuePassage.Whole("a string is its UTF-8"),
            (ProtoKind.Bytes, ProtoKind.String) => ValuePassage.Lossy("bytes that are no UTF-8 are refused"),
            _ when IsVarint(written) && IsVarint(read) => ValuePassage.Lossy($"{Word(written)} out of the range of {Word(read)} is cut"),
            (ProtoKind.SInt64, ProtoKind.SInt32) => ValuePassage.Lossy("large numbers are cut"),
            (ProtoKind.Fixed32, ProtoKind.SFixed32) or (ProtoKind.SFixed32, ProtoKind.Fixed32) or (ProtoKind.Fixed64, ProtoKind.SFixed64)
                or (ProtoKind.SFixed64, ProtoKind.Fixed64) => ValuePassage.Lossy("numbers past the sign become others"),
            _ => ValuePassage.Refused($"{Word(written)} is written otherwise than {Word(read)}"),
        };
    }

    // A message of a known kind is one message; a Box is of what it holds.
    private static bool Messages(TypeShape from, TypeShape to) => ProtoForm.KindOf(Element(from)) != ProtoKind.Box
        || (Element(from).Element is { } one && Element(to).Element is { } other && ProtoForm.KindOf(one) == ProtoForm.KindOf(other));

    private static TypeShape Element(TypeShape shape) => Repeats(shape) ? shape.Element! : shape; // What repeats has one.

    private static bool Repeats(TypeShape shape) =>
        shape is { Kind: ShapeKind.List or ShapeKind.Set or ShapeKind.Array, Element: not null, Proto: ProtoKind.Canonical };

    private static bool IsVarint(ProtoKind kind) =>
        kind is ProtoKind.Int32 or ProtoKind.Int64 or ProtoKind.UInt32 or ProtoKind.UInt64 or ProtoKind.Bool or ProtoKind.Enum;

    private static WireType WireOf(ProtoKind kind) => kind switch
    {
        ProtoKind.Double or ProtoKind.Fixed64 or ProtoKind.SFixed64 => WireType.Fixed64,
        ProtoKind.Float or ProtoKind.Fixed32 or ProtoKind.SFixed32 => WireType.Fixed32,
        ProtoKind.SInt32 or ProtoKind.SInt64 => WireType.Varint,
        _ when IsVarint(kind) => WireType.Varint,
        _ => WireType.Length,
    };

    private static string Word(ProtoKind kind) => kind.ToString().ToLowerInvariant();
}
