using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Dubbo;

/// <summary>Dubbo's generic calls through a whole gateway to callees of other protocols, with and without a contract.</summary>
public sealed class GenericFormsTests
{
    private const string Contract = """
        types:
          com.acme.Item: { fields: { sku: string, price: decimal, level: Level } }
          com.acme.Level: { enum: [LOW, HIGH] }
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { item: Item, counts: "int[]" }, returns: Item }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
        """;

    private const string HttpAnswerBody = """{"sku":"b","price":"1.50","level":"LOW"}""";

    private static readonly string[] Types = ["com.acme.Item", "int[]"];

    [Theory]
    [InlineData("true", "bolt", true)]
    [InlineData("true", "http", true)]
    [InlineData("true", "bolt", false)]
    [InlineData("raw.return", "bolt", true)]
    [InlineData("raw.return", "http", true)]
    [InlineData("gson", "bolt", true)]
    [InlineData("gson", "http", true)]
    [InlineData("bean", "bolt", true)]
    [InlineData("bean", "http", true)]
    [InlineData("bean", "bolt", false)]
    public async Task Call_IsTheOrdinaryOne_AndTheResultIsInItsForm(string form, string callee, bool underContract)
    {
        string? asked = null;
        await using var gateway = await GatewayUnderTest.StartAsync(
            underContract ? Contract : null,
            e =>
            {
                asked = Shown(e.Request);
                AddItem(e.Reply, "b", "1.50", "LOW");
            },
            body =>
            {
                asked = body;
                return new HttpAnswer(200, HttpAnswerBody);
            });
        var (status, seen) = await GenericConsumer.InvokeAsync(
            gateway, callee, "place", Types, t => AddArguments(t, form, underContract), ("generic", form));
        Assert.Equal(
            callee == "http"
                ? """{"item":{"sku":"a","price":"12.50","level":"HIGH"},"counts":[1,2]}"""
                : "com.acme.Item a 12.50 HIGH, [int 1 2",
            asked);
        Assert.Equal((20, ExchangeStatus.Ok), (status, seen.Status));
        Assert.Equal(
            form switch
            {
                "raw.return" => "object com.acme.Item b",
                "bean" => "bean com.acme.Item b",
                _ => "map com.acme.Item b",
            },
            ResultOf(seen.Reply));
    }

    [Theory]
    [InlineData("nativejava", 70)]
    [InlineData("protobuf-json", 70)]
    [InlineData("jackson", 40)]
    public async Task FormThatIsNotOffered_IsRefusedAndNobodyIsAsked(string form, int expected)
    {
        var asked = false;
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, _ => asked = true);
        var (status, _) = await GenericConsumer.InvokeAsync(
            gateway, "bolt", "place", Types, static t => AddArguments(t, "gson", true), ("generic", form));
        Assert.Equal((expected, false), (status, asked));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task CallWithACallback_IsRefusedAndNobodyIsAsked(string callee)
    {
        var asked = false;
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            _ => asked = true,
            _ =>
            {
                asked = true;
                return new HttpAnswer(200, HttpAnswerBody);
            });
        var (status, seen) = await GenericConsumer.InvokeAsync(
            gateway, callee, "place", Types, static t => AddArguments(t, "gson", true), ("sys_callback_arg-1", "900"));
        Assert.Equal((40, false), (status, asked));
        Assert.Contains("callbacks do not pass the gateway", seen.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("bean")]
    [InlineData("gson")]
    public async Task ExceptionOfTheCallee_IsTheGenericOne(string form)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, e =>
        {
            e.Status = ExchangeStatus.RuntimeException;
            e.ExceptionType = TypeName.Of("java.lang.IllegalStateException");
            e.Message = "no stock";
        });
        var (status, seen) = await GenericConsumer.InvokeAsync(
            gateway, "bolt", "place", Types, t => AddArguments(t, form, true), ("generic", form));
        Assert.Equal((20, "org.apache.dubbo.rpc.service.GenericException"), (status, seen.ExceptionType?.Text));
        Assert.Equal("java.lang.IllegalStateException", seen.Reply.Text(seen.Reply.FindField(0, "exceptionClass"u8)));
        Assert.Equal("no stock", seen.Reply.Text(seen.Reply.FindField(0, "exceptionMessage"u8)));
    }

    [Theory]
    [InlineData("gson", "{\"sku\":\"a\",\"price\":\"dear\"}", "args[0].price")]
    [InlineData("gson", "{\"sku\":", "args[0]")]
    public async Task ArgumentThatDoesNotFit_IsRefusedWithItsPlace(string form, string item, string place)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract);
        var (status, seen) = await GenericConsumer.InvokeAsync(
            gateway,
            "bolt",
            "place",
            Types,
            t =>
            {
                t.AddString(item);
                t.AddString("[1]");
            },
            ("generic", form));
        Assert.Equal(40, status);
        Assert.Contains(place, seen.Message, StringComparison.Ordinal);
    }

    private static void AddArguments(ValueTape tape, string form, bool underContract)
    {
        switch (form)
        {
            case "gson":
                tape.AddString("""{"sku":"a","price":12.50,"level":"HIGH"}""");
                tape.AddString("[1,2]");
                break;
            case "bean":
                Describe(tape);
                break;
            default:
                tape.BeginMap();
                Pair(tape, "class", "com.acme.Item");
                Pair(tape, "sku", "a");
                tape.AddString("price");
                _ = underContract ? tape.AddString("12.50") : tape.AddText(ValueKind.Decimal, "12.50");
                Pair(tape, "level", "HIGH");
                tape.End();
                tape.BeginList();
                tape.AddInt32(1);
                tape.AddString("2");
                tape.End();
                break;
        }
    }

    /// <summary>The arguments as JavaBeanSerializeUtil describes them.</summary>
    private static void Describe(ValueTape tape)
    {
        using var typed = new ValueTape();
        AddItem(typed, "a", "12.50", "HIGH");
        var counts = typed.BeginArray(TypeName.Of("[int"));
        typed.AddInt32(1);
        typed.AddInt32(2);
        typed.End();
        using var transfer = new TapeTransfer(typed, tape);
        BeanDescriber.Copy(in transfer, 0, null);
        BeanDescriber.Copy(in transfer, counts, null);
    }

    private static void AddItem(ValueTape tape, string sku, string price, string level)
    {
        tape.BeginObject(TypeName.Of("com.acme.Item"));
        tape.Name(FieldName.Of("sku"));
        tape.AddString(sku);
        tape.Name(FieldName.Of("price"));
        tape.AddText(ValueKind.Decimal, price);
        tape.Name(FieldName.Of("level"));
        tape.AddText(ValueKind.Enum, level, TypeName.Of("com.acme.Level"));
        tape.End();
    }

    private static void Pair(ValueTape tape, string key, string value)
    {
        tape.AddString(key);
        tape.AddString(value);
    }

    /// <summary>What a callee of a framed protocol got; fields come in its dialect's order.</summary>
    private static string Shown(ValueTape tape)
    {
        var counts = tape.Next(0);
        string Field(string name) => tape.Text(tape.FindField(0, FieldName.Of(name)));
        return $"{tape[0].Type?.Text} {Field("sku")} {Field("price")} {Field("level")}, "
            + $"{tape[counts].Type?.Text} {tape[counts + 1].AsInt32} {tape[counts + 2].AsInt32}";
    }

    /// <summary>Form, class and sku of the result.</summary>
    private static string ResultOf(ValueTape tape)
    {
        if (tape[0].Kind == ValueKind.Map)
        {
            return $"map {Entry(tape, 0, "class")} {Entry(tape, 0, "sku")}";
        }

        if (!BeanDescriptor.Is(tape, 0))
        {
            return $"object {tape[0].Type?.Text} {tape.Text(tape.FindField(0, "sku"u8))}";
        }

        var sku = BeanDescriptor.Property(tape, 0, "sku"u8);
        return $"bean {BeanDescriptor.ClassNameOf(tape, 0)} {tape.Text(BeanDescriptor.Property(tape, sku, "value"u8))}";
    }

    private static string Entry(ValueTape tape, int map, string name)
    {
        var end = tape.Next(map);
        for (var key = map + 1; key < end;)
        {
            var value = tape.Next(key);
            if (tape.Text(tape.Resolve(key)) == name)
            {
                return tape.Text(tape.Resolve(value));
            }

            key = tape.Next(value);
        }

        return "nothing";
    }
}
