using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>An ordinary order, as a contract's conformer would put it on a tape.</summary>
internal static class OrderSample
{
    internal static void Fill(ValueTape tape)
    {
        tape.BeginObject(Type("com.acme.order.Order"));
        Text(tape, "id", "SO-2024-0001");
        tape.Name(FieldName.Of("number"));
        tape.AddInt64(9_007_199_254_740_993);
        tape.Name(FieldName.Of("status"));
        tape.AddText(ValueKind.Enum, "PAID"u8, Type("com.acme.order.OrderStatus"));
        tape.Name(FieldName.Of("total"));
        tape.AddText(ValueKind.Decimal, "1234.50"u8);
        tape.Name(FieldName.Of("created"));
        tape.AddInstant(1_700_000_000_123);
        tape.Name(FieldName.Of("address"));
        tape.BeginObject(Type("com.acme.order.Address"));
        Text(tape, "street", "长安街 1");
        Text(tape, "city", "北京😀");
        Text(tape, "zip", "100000");
        tape.End();
        tape.Name(FieldName.Of("items"));
        tape.BeginList();
        for (var i = 0; i < 5; i++)
        {
            tape.BeginObject(Type("com.acme.order.Item"));
            Text(tape, "sku", "sku-000" + i);
            tape.Name(FieldName.Of("quantity"));
            tape.AddInt32(i * 100);
            tape.Name(FieldName.Of("price"));
            tape.AddText(ValueKind.Decimal, "99.95"u8);
            tape.End();
        }

        tape.End();
        tape.Name(FieldName.Of("tags"));
        tape.BeginList();
        tape.AddString("new"u8);
        tape.AddString("gift"u8);
        tape.End();
        tape.Name(FieldName.Of("notes"));
        tape.BeginMap();
        tape.AddString("door"u8);
        tape.AddString("ring twice"u8);
        tape.End();
        tape.Name(FieldName.Of("due"));
        tape.AddText(ValueKind.Text, "2024-02-29T23:59:58"u8, Type("java.time.LocalDateTime"));
        tape.End();
    }

    private static TypeName Type(string name) => TypeName.Of(name);

    private static void Text(ValueTape tape, string name, string value)
    {
        tape.Name(FieldName.Of(name));
        tape.AddString(value);
    }
}
