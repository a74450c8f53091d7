using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Json.Changes;

/// <summary>How a value that is written as one declared type is read as another.</summary>
internal static class JsonForms
{
    /// <param name="writer">Policy of the side that writes.</param>
    public static ValuePassage Pass(TypeShape from, TypeShape to, ValuePolicy writer) => (from.Kind, to.Kind) switch
    {
        (_, ShapeKind.Any) => ValuePassage.Whole("any value is taken"),
        (ShapeKind.Any, _) => ValuePassage.Refused($"any value may come, and only {to} is taken"),
        (ShapeKind.Void, _) => ValuePassage.Refused("no body comes, where a value is awaited"),
        (_, ShapeKind.Void) => ValuePassage.Whole("the result is not looked at"),
        var (one, other) when one == other && one is not (ShapeKind.Text or ShapeKind.Array) => ValuePassage.Whole("both have one form in JSON"),
        (ShapeKind.Text, ShapeKind.Text) => ValuePassage.Refused($"a text of {from} is none of {to}"),
        (ShapeKind.List or ShapeKind.Set or ShapeKind.Array, ShapeKind.List or ShapeKind.Set or ShapeKind.Array) => Elements(from, to, writer),
        _ when IsInteger(from.Kind) => Integer(from, to, writer),
        (ShapeKind.Float32 or ShapeKind.Float64, _) => Floating(from, to),
        (ShapeKind.Decimal, ShapeKind.String) when writer.Decimal == DecimalForm.String => Text(to),
        (ShapeKind.Instant, ShapeKind.String) => writer.InstantAsEpochMs ? Other(from, to) : Text(to),
        (ShapeKind.Char or ShapeKind.Enum or ShapeKind.Text or ShapeKind.Bytes, ShapeKind.String) => Text(to),
        (ShapeKind.Instant, ShapeKind.Text) when to.JavaType.Text == "java.time.Instant" && !writer.InstantAsEpochMs => ValuePassage.Whole("both are ISO 8601"),
        (ShapeKind.Text, ShapeKind.Instant) when from.JavaType.Text == "java.time.Instant" => ValuePassage.Lossy("what is finer than milliseconds is cut"),
        (ShapeKind.String, ShapeKind.Char or ShapeKind.Enum or ShapeKind.Text or ShapeKind.Bytes or ShapeKind.Instant)
            or (ShapeKind.String, ShapeKind.Decimal or ShapeKind.BigInteger) =>
            ValuePassage.Refused($"texts that are no {to} are refused"),
        (ShapeKind.BigInteger, ShapeKind.Decimal) => ValuePassage.Whole("decimals take integers"),
        _ => Other(from, to),
    };

    private static ValuePassage Elements(TypeShape from, TypeShape to, ValuePolicy writer) =>
        from is { Kind: ShapeKind.Array, Element: { } written } && to is { Kind: ShapeKind.Array, Element: { } read } && written.Kind != read.Kind
            ? Pass(written, read, writer)
            : ValuePassage.Whole("both are arrays in JSON");

    private static ValuePassage Integer(TypeShape from, TypeShape to, ValuePolicy writer)
    {
        var isText = writer.Long == LongForm.AlwaysString && Bits(from.Kind) == 64;
        if (IsInteger(to.Kind))
        {
            return isText && Bits(to.Kind) < 64 ? ValuePassage.Refused($"{from} is written as a string, which {to} does not take")
                : Bits(from.Kind) < Bits(to.Kind) ? ValuePassage.Whole($"{to} takes every {from}")
                : ValuePassage.Lossy($"{from} out of the range of {to} is refused");
        }

        return to.Kind switch
        {
            ShapeKind.Decimal or ShapeKind.BigInteger => ValuePassage.Whole($"{to} takes every {from}"),
            ShapeKind.Float32 or ShapeKind.Float64 when isText => ValuePassage.Refused($"{from} is written as a string, which {to} does not take"),
            ShapeKind.Float64 when Bits(from.Kind) < 54 => ValuePassage.Whole($"{to} takes every {from}"),
            ShapeKind.Float32 when Bits(from.Kind) < 24 => ValuePassage.Whole($"{to} takes every {from}"),
            ShapeKind.Float32 or ShapeKind.Float64 => ValuePassage.Lossy($"{to} rounds or refuses large numbers"),
            ShapeKind.Instant when !isText => ValuePassage.Lossy("a number is milliseconds since 1970"),
            ShapeKind.String when isText => Text(to),
            _ => Other(from, to),
        };
    }

    private static ValuePassage Floating(TypeShape from, TypeShape to) => to.Kind switch
    {
        ShapeKind.Float64 => ValuePassage.Whole("both are numbers"),
        ShapeKind.Float32 => ValuePassage.Lossy("float rounds"),
        ShapeKind.Decimal => ValuePassage.Lossy("what is no number (NaN, infinite) is refused"),
        _ when IsInteger(to.Kind) || to.Kind == ShapeKind.BigInteger => ValuePassage.Refused($"a number with a fraction is no {to}"),
        _ => Other(from, to),
    };

    private static ValuePassage Text(TypeShape to) => ValuePassage.Whole($"{to} takes any text");

    private static ValuePassage Other(TypeShape from, TypeShape to) => ValuePassage.Refused($"{from} has another form in JSON than {to}");

    private static bool IsInteger(ShapeKind kind) =>
        kind is ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.UInt32 or ShapeKind.UInt64;

    private static int Bits(ShapeKind kind) => kind switch
    {
        ShapeKind.Int8 => 8,
        ShapeKind.Int16 => 16,
        ShapeKind.Int32 => 32,
        ShapeKind.UInt32 => 33,
        _ => 64,
    };
}
