using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Grpc;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Linting;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Tests.Linting;

/// <summary>A contract of one service for the tests, what the lints of the shipped plugins say of it, and what the codecs do with its values.</summary>
internal static class Lints
{
    private const string Types = """
        types:
          com.acme.shop.Colour: { enum: [RED, GREEN] }
          com.acme.shop.Open: { enum: { RED: 0, GREEN: 1 } }
          com.acme.shop.Animal: { fields: { name: string } }
          com.acme.shop.Cat: { extends: Animal, fields: { lives: long } }
          org.other.zoo.Owl: { extends: com.acme.shop.Animal, fields: { span: int } }
          com.acme.shop.Item: { fields: { sku: string, price: decimal } }
          com.acme.shop.Node: { fields: { name: string, next: Node } }
          com.acme.shop.Twins: { fields: { orderId: string, order_id: string } }
          com.acme.shop.Box: { fields: { items: list<Item>, extra: any } }
          com.acme.shop.Wrong: { exception: runtime, fields: { code: int } }

        """;

    internal static PluginCatalog Catalog { get; } = Plugins();

    internal static ServiceContract Contract(string methods, string values = "")
    {
        var text = $"{Types}services:\n  com.acme.shop.S:\n{(values.Length == 0 ? string.Empty : $"    values: {{ {values} }}\n")}    methods:\n{methods}";
        var loaded = ContractLoader.LoadTexts(("test.yaml", text));
        Assert.Empty(loaded.Problems);
        return loaded.Contracts[0];
    }

    /// <summary>A contract whose only method takes this type.</summary>
    internal static ServiceContract Taking(string type, string values = "") =>
        Contract($"      m: {{ parameters: {{ v: \"{type}\" }}, returns: void }}\n", values);

    /// <summary>What a protocol's lint finds of a method: level, code and path of each.</summary>
    internal static string[] Of(ServiceContract contract, string protocol, LintLevel least = LintLevel.Lossy, string method = "m") =>
    [
        .. new ContractLinter(Catalog.MethodLints).Check(contract, [protocol]).Where(v => v.Method.Name == method)
            .SelectMany(static v => v.Findings).Where(f => f.Level >= least)
            .Select(static f => $"{f.Level} {f.Code} {f.Path}".TrimEnd()),
    ];

    internal static TypeShape Type(ServiceContract contract) => contract.Methods[0].Parameters[0].Type;

    /// <summary>Writes a value as a codec does, and reads it back by the same type: what is left of it, or why it was refused.</summary>
    internal static string RoundTrip(IPayloadCodec codec, ServiceContract contract, Action<ValueTape> fill)
    {
        using var tape = new ValueTape();
        fill(tape);
        using var output = new FrameWriter();
        var written = codec.Write(tape, 0, Type(contract), contract.Policy, output);
        if (!written.IsOk)
        {
            return $"refused: {written.Detail}";
        }

        using var back = new ValueTape();
        var read = codec.Read(new ReadOnlySequence<byte>(output.Written.ToArray()), Type(contract), contract.Policy, back);
        return read.IsOk ? TapeText.Of(back) : $"refused: {read.Detail}";
    }

    /// <summary>A map that has classes for keys, which no YAML may declare; a plugin's source of contracts may.</summary>
    internal static ServiceContract KeyedByItem()
    {
        var item = Type(Taking("Item"));
        var map = Type(Taking("map<string, string>"));
        var type = new TypeShape { Kind = ShapeKind.Map, JavaType = map.JavaType, JavaDescriptor = map.JavaDescriptor, Key = item, Element = map.Element };
        var method = new MethodShape
        {
            Name = "m",
            Parameters = [new ParameterShape("v", type)],
            Returns = Taking("int").Methods[0].Returns,
            Signature = JavaSignature.OfTypeNames(["java.util.Map"]),
        };
        return new ServiceContract(new ServiceKey("com.acme.shop.S"), [method]);
    }

    /// <summary>What a codec writes, as text.</summary>
    internal static string Written(IPayloadCodec codec, ServiceContract contract, Action<ValueTape> fill)
    {
        using var tape = new ValueTape();
        fill(tape);
        using var output = new FrameWriter();
        var written = codec.Write(tape, 0, Type(contract), contract.Policy, output);
        return written.IsOk ? Encoding.UTF8.GetString(output.Written) : $"refused: {written.Detail}";
    }

    internal static void Item(ValueTape tape, string type = "com.acme.shop.Item")
    {
        tape.BeginObject(TypeName.Of(type));
        tape.Name(FieldName.Of("sku"));
        tape.AddString("s"u8);
        tape.End();
    }

    internal static void Cat(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.shop.Cat"));
        tape.Name(FieldName.Of("lives"));
        tape.AddInt64(9);
        tape.Name(FieldName.Of("name"));
        tape.AddString("Tom"u8);
        tape.End();
    }

    internal static void Ring(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.shop.Node"));
        tape.Name(FieldName.Of("name"));
        tape.AddString("n"u8);
        tape.Name(FieldName.Of("next"));
        tape.AddReference(0);
        tape.End();
    }

    private static PluginCatalog Plugins()
    {
        var catalog = new PluginCatalog();
        catalog.Add(new BoltPlugin());
        catalog.Add(new DubboPlugin());
        catalog.Add(new HttpPlugin());
        catalog.Add(new GrpcPlugin());
        return catalog;
    }
}
