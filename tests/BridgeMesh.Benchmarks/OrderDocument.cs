using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Benchmarks;

/// <summary>The order that all figures are about: an ordinary business object of the demo contract, about 0.8 KB in JSON.</summary>
internal static class OrderDocument
{
    private const string Text = """
        {"id":"SO-2024-000118","number":20240001180000001,"status":"PAID","total":"1249.50","created":"2024-05-17T08:30:15.123Z",
        "address":{"street":"Hauptstraße 12","city":"北京市","zip":"100000"},
        "items":[{"sku":"KB-87-BLK","quantity":1,"price":"129.90"},{"sku":"LAMP-LED","quantity":1,"price":"39.90"},{"sku":"MON-27-4K","quantity":2,"price":"389.00"},
        {"sku":"CBL-USBC-2M","quantity":4,"price":"12.40"},{"sku":"DOCK-TB4","quantity":1,"price":"219.00"},
        {"sku":"MOUSE-WL","quantity":1,"price":"49.00"},{"sku":"STAND-AL","quantity":1,"price":"24.00"},
        {"sku":"PAPER-A4","quantity":10,"price":"21.50"}],
        "tags":["b2b","express","gift-wrap","repeat-customer"],
        "notes":{"door":"ring twice, then wait","carrier":"leave it with the neighbour on the second floor","invoice":"by mail to the head office","gift":"a card"}}
        """;

    static OrderDocument()
    {
        using var yaml = new StreamReader(typeof(OrderDocument).Assembly.GetManifestResourceStream("orders.yaml")
            ?? throw new InvalidOperationException("the contract is not embedded"));
        var loaded = ContractLoader.LoadTexts(("orders.yaml", yaml.ReadToEnd()));
        Shape = loaded.Contracts.Single(c => c.Service.Interface == "com.acme.order.BoltOrderService").Find("place", null)?.Returns
            ?? throw new InvalidOperationException("the contract has no method place");
        Compact = Encoding.UTF8.GetBytes(Text.Replace("\n", string.Empty, StringComparison.Ordinal));
        using var tape = new ValueTape();
        Check(JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Compact), Shape, ValuePolicy.Default, tape));
        Json = Write(JsonPayloadCodec.Instance, tape);
        Final = Write(HessianPayloadCodec.Final, tape);
        Loose = WriteLoose();
        Draft = Write(HessianPayloadCodec.Draft, tape);
        Protobuf = Write(ProtobufPayloadCodec.Instance, tape);
        if (!Peers.Order.Parser.ParseFrom(Protobuf).Address.City.Equals("北京市", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("protobuf's own classes read another order");
        }
    }

    internal static TypeShape Shape { get; }

    /// <summary>The document as our writer gives it, without white space.</summary>
    internal static byte[] Json { get; }

    internal static byte[] Final { get; }

    /// <summary>The same order without a class in it: maps, texts.</summary>
    internal static byte[] Loose { get; }

    internal static byte[] Draft { get; }

    internal static byte[] Protobuf { get; }

    private static byte[] Compact { get; }

    internal static void Check(CodecStatus status)
    {
        if (!status.IsOk)
        {
            throw new InvalidOperationException(status.ToString());
        }
    }

    private static byte[] WriteLoose()
    {
        using var tape = new ValueTape();
        Check(JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Compact), null, ValuePolicy.Default, tape));
        using var output = new FrameWriter();
        Check(HessianPayloadCodec.Final.Write(tape, 0, null, ValuePolicy.Default, output));
        return output.Written.ToArray();
    }

    private static byte[] Write(IPayloadCodec codec, ValueTape tape)
    {
        using var output = new FrameWriter();
        Check(codec.Write(tape, 0, Shape, ValuePolicy.Default, output));
        return output.Written.ToArray();
    }
}
