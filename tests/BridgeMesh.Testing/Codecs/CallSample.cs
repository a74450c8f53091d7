using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Testing.Codecs;

/// <summary>A call in neutral form: what a codec must carry from its callee's side to its caller's side and back.</summary>
/// <param name="Descriptor">Java descriptors of the parameters.</param>
/// <param name="Arguments">Adds one root per parameter.</param>
public sealed record CallSample(string Name, string Descriptor, Action<ValueTape> Arguments)
{
    private static readonly TypeName Address = TypeName.Of("com.acme.order.Address");
    private static readonly TypeName ArrayList = TypeName.Of("java.util.ArrayList");

    /// <summary>What every serialization has a form for.</summary>
    public static readonly ImmutableArray<CallSample> Plain =
    [
        new("no arguments", string.Empty, static _ => { }),
        new("text", "Ljava/lang/String;", static t => t.AddString("héllo 中文 😀")),
        new("empty text", "Ljava/lang/String;", static t => t.AddString(string.Empty)),
        new("long text", "Ljava/lang/String;", static t => t.AddString(string.Concat(Enumerable.Repeat("0123456789 中文 😀 ", 8_000)))),
        new("numbers", "IIJJDZ", static t =>
        {
            t.AddInt32(-1);
            t.AddInt32(int.MaxValue);
            t.AddInt64(long.MinValue);
            t.AddInt64(1L << 53);
            t.AddFloat64(1234.5678);
            t.AddBool(true);
        }),
        new("null", "Ljava/lang/Object;", static t => t.AddNull()),
        new("list", "Ljava/util/List;", static t =>
        {
            t.BeginList(ArrayList);
            t.AddString("a");
            t.AddInt32(2);
            t.AddNull();
            t.End();
        }),
        new("empty list and map", "Ljava/util/List;Ljava/util/Map;", static t =>
        {
            t.BeginList(ArrayList);
            t.End();
            t.BeginMap();
            t.End();
        }),
        new("map", "Ljava/util/Map;", static t =>
        {
            t.BeginMap();
            t.AddString("one");
            t.AddInt32(1);
            t.AddString("二");
            t.BeginList(ArrayList);
            t.AddBool(false);
            t.End();
            t.End();
        }),
        new("object", "Lcom/acme/order/Address;", static t => AddAddress(t)),
        new("2,000 objects", "Ljava/util/List;", static t =>
        {
            t.BeginList(ArrayList);
            for (var i = 0; i < 2_000; i++)
            {
                AddAddress(t);
            }

            t.End();
        }),
    ];

    /// <summary>What a serialization with Java's types and identity carries as well.</summary>
    public static readonly ImmutableArray<CallSample> Typed =
    [
        .. Plain,
        new("bytes", "[B", static t => t.AddBytes([0, 1, 0xFE, 0xFF])),
        new("lone surrogate", "Ljava/lang/String;", static t => t.AddString("a\uD800b")),
        new("decimal", "Ljava/math/BigDecimal;", static t => t.AddText(ValueKind.Decimal, "12.50")),
        new("date", "Ljava/util/Date;", static t => t.AddInstant(1_700_000_000_123)),
        new("enum", "Lcom/acme/order/OrderStatus;", static t => t.AddText(ValueKind.Enum, "PAID", TypeName.Of("com.acme.order.OrderStatus"))),
        new("shared value", "Ljava/util/List;", static t =>
        {
            t.BeginList(ArrayList);
            var first = AddAddress(t);
            t.AddReference(first);
            t.End();
        }),
        new("cycle", "Ljava/lang/Object;", static t =>
        {
            var node = t.BeginObject(TypeName.Of("com.acme.Node"));
            t.Name(FieldName.Of("name"));
            t.AddString("n");
            t.Name(FieldName.Of("next"));
            t.AddReference(node);
            t.End();
        }),
    ];

    public override string ToString() => Name;

    private static int AddAddress(ValueTape tape)
    {
        var index = tape.BeginObject(Address);
        tape.Name(FieldName.Of("street"));
        tape.AddString("Hauptstraße 1");
        tape.Name(FieldName.Of("city"));
        tape.AddString("北京");
        tape.Name(FieldName.Of("zip"));
        tape.AddNull();
        tape.End();
        return index;
    }
}
