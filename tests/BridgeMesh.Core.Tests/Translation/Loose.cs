using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Tests.Translation;

/// <summary>Methods of a contract for the tests, and values as loosely typed callers send them.</summary>
internal static class Loose
{
    private const string Types = """
        types:
          com.acme.Colour: { enum: [RED, GREEN] }
          com.acme.Numbered: { enum: { NEW: 0, PAID: 5 } }
          com.acme.Animal: { fields: { name: string, age: int } }
          com.acme.Cat: { extends: Animal, fields: { lives: long } }
          com.acme.Item: { fields: { sku: string, price: decimal } }
          com.acme.Order:
            fields: { id: string, number: long, colour: Colour, items: list<Item>, notes: "map<long, string>", next: Order }

        """;

    internal static MethodShape Method(params string[] types) => Load("void", types);

    private static readonly Dictionary<string, MethodShape> Loaded = new(StringComparer.Ordinal);

    internal static MethodShape Load(string returns, params string[] types)
    {
        var key = string.Join('|', types.Append(returns));
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(key, out var method))
            {
                var parameters = string.Concat(types.Select((t, i) => $"          p{i}: {t}\n"));
                var service = $"services:\n  com.acme.S:\n    methods:\n      m:\n        returns: {returns}\n";
                var rest = parameters.Length == 0 ? string.Empty : $"        parameters:\n{parameters}";
                var result = ContractLoader.LoadTexts(("test.yaml", Types + service + rest));
                Assert.Empty(result.Problems);
                method = result.Contracts[0].Methods[0];
                Loaded.Add(key, method);
            }

            return method;
        }
    }

    internal static CodecStatus Conform(ValueTape arguments, MethodShape method, ValuePolicy? policy = null) =>
        PlanRunner.Fit(arguments, MethodPlan.Of(method), policy);

    internal static CodecStatus Conform(ValueTape result, TypeShape returns) => PlanRunner.FitResult(result, ValuePlan.Of(returns));

    internal static string Conform(string type, object? value) => Conform(type, t => Add(t, value));

    internal static string Conform(string type, Action<ValueTape> fill)
    {
        using var tape = new ValueTape();
        fill(tape);
        var status = Conform(tape, Method(type));
        Assert.True(status.IsOk, status.ToString());
        return TapeText.Of(tape);
    }

    internal static void AddLooseOrder(ValueTape tape)
    {
        tape.BeginMap();
        tape.AddString("id"u8);
        tape.AddString("o-1"u8);
        tape.AddString("number"u8);
        tape.AddInt32(7);
        tape.AddString("colour"u8);
        tape.AddString("RED"u8);
        tape.AddString("items"u8);
        tape.BeginList();
        tape.BeginMap(TypeName.Of("java.util.HashMap"));
        tape.AddString("sku"u8);
        tape.AddString("s"u8);
        tape.AddString("price"u8);
        tape.AddString("9.95"u8);
        tape.End();
        tape.End();
        tape.AddString("notes"u8);
        tape.BeginMap();
        tape.AddString("1"u8);
        tape.AddString("one"u8);
        tape.End();
        tape.End();
    }

    internal static void AddMap(ValueTape tape, params (string Key, object? Value)[] entries)
    {
        tape.BeginMap();
        foreach (var (key, value) in entries)
        {
            tape.AddString(key);
            Add(tape, value);
        }

        tape.End();
    }

    internal static void AddObject(ValueTape tape, string? type, params (string Name, object? Value)[] fields)
    {
        tape.BeginObject(type is null ? null : TypeName.Of(type));
        foreach (var (name, value) in fields)
        {
            tape.Name(FieldName.Of(name));
            Add(tape, value);
        }

        tape.End();
    }

    internal static void AddList(ValueTape tape, params object?[] items)
    {
        tape.BeginList();
        foreach (var item in items)
        {
            Add(tape, item);
        }

        tape.End();
    }

    internal static void Add(ValueTape tape, object? value) => _ = value switch
    {
        null => tape.AddNull(),
        bool flag => tape.AddBool(flag),
        int number => tape.AddInt32(number),
        long number => tape.AddInt64(number),
        double number => tape.AddFloat64(number),
        string text => tape.AddString(text),
        _ => throw new ArgumentException($"{value}"),
    };
}
