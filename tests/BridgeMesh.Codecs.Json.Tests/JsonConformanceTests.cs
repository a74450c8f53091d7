using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>Typed by a contract, under the default policy.</summary>
public sealed class JsonTypedConformanceTests : PayloadCodecConformance
{
    internal static readonly string Order = """
        {"id":"o-1","number":"9007199254740993","status":"NEW","total":"12345678901234567890.10","created":"2024-05-06T07:08:09.123Z",
        "address":{"street":"中山路 1","city":"杭州 🏙","zip":"310000"},
        "items":[{"sku":"sku-1","quantity":2,"price":"9.95"},{"sku":"sku-2","quantity":1,"price":"0.00000000000000000001"}],
        "tags":["gift","急"],"notes":{"colour":"blue","备注":"😀"}}
        """.Replace("\n", string.Empty, StringComparison.Ordinal);

    private static readonly string Numbers = """
        {"b":-128,"s":-32768,"i":-2147483648,"l":"-9223372036854775808","f":0.1,"d":3.141592653589793,"flag":true,"ch":"界",
        "price":"0.00000000000000000001","big":"123456789012345678901234567890"}
        """.Replace("\n", string.Empty, StringComparison.Ordinal);

    private static readonly TypeShape Nested =
        Shapes.ListOf(Shapes.MapOf(Shapes.String, Shapes.ListOf(Shapes.SetOf(Shapes.Int))));

    protected override IPayloadCodec Codec => JsonPayloadCodec.Instance;

    protected override IReadOnlyList<PayloadSample> Samples { get; } =
    [
        Sample("order", Order, Shapes.Order, canonical: true),
        Sample("numbers", Numbers, Shapes.Numbers, canonical: true),
        Sample("special numbers", """{"f":"NaN","d":"-Infinity","price":-1.5e-3,"big":5}""", Shapes.Numbers),
        Sample("map of longs", """{"1":"one","9007199254740993":"many"}""", Shapes.MapOf(Shapes.Long, Shapes.String), canonical: true),
        Sample("nested generics", """[{"a":[[1],[]]},{},null]""", Nested, canonical: true),
        Sample("array", "[[1,2],[]]", Shapes.ArrayOf(Shapes.ArrayOf(Shapes.Int)), canonical: true),
        Sample("bytes", "\"AQIDBA==\"", Shapes.Bytes, canonical: true),
        Sample("text types", """["2024-02-29"]""", Shapes.ListOf(Shapes.LocalDate), canonical: true),
        Sample("string", """["a\"\\\/\b\f\n\r\t\u0000\u001f\ud800x\udc00é界😀"]""", Shapes.ListOf(Shapes.String)),
        Sample("enum", "\"SHIPPED\"", Shapes.Status, canonical: true),
        Sample("null", "null", Shapes.Order, canonical: true),
    ];

    internal static PayloadSample Sample(string name, string json, TypeShape? shape, bool canonical = false, bool prefix = false) =>
        new(name, Encoding.UTF8.GetBytes(json), shape) { Canonical = canonical, AllocationFree = true, PrefixMayBeWhole = prefix };
}

/// <summary>Members in another order than the contract's, which is the one they are written in.</summary>
public sealed class JsonUnorderedConformanceTests : PayloadCodecConformance
{
    protected override IPayloadCodec Codec => JsonPayloadCodec.Instance;

    protected override TapeComparison Comparison { get; } = new(AllTypes: true, AllKinds: false, References: true);

    protected override IReadOnlyList<PayloadSample> Samples { get; } =
    [
        JsonTypedConformanceTests.Sample(
            "order",
            """{ "notes": null, "tags" : [ ], "items":[], "\u0069d":"\ud83d\ude00", "status" : "PAID", "unknown": [{"a":1}] }""",
            Shapes.Order),
        JsonTypedConformanceTests.Sample("item", "\r\n{\t\"price\":1e2,\"sku\":\"\",\"x\":{},\"quantity\":1.0}", Shapes.Item),
    ];
}

/// <summary>Without a contract, with numbers as numbers, so that nothing changes its kind on the way.</summary>
public sealed class JsonSelfDescribingConformanceTests : PayloadCodecConformance
{
    private const string Scalars =
        "[0,-1,2147483648,-9223372036854775808,9223372036854775808,1.5,1.0,-0.0,0.10000000000000000001,true,false,null,\"\",[],{}]";

    protected override IPayloadCodec Codec => JsonPayloadCodec.Instance;

    protected override ValuePolicy Policy => Json.Plain;

    protected override IReadOnlyList<PayloadSample> Samples { get; } =
    [
        JsonTypedConformanceTests.Sample("order", JsonTypedConformanceTests.Order, null),
        JsonTypedConformanceTests.Sample("scalars", Scalars, null, canonical: true),
        JsonTypedConformanceTests.Sample("exponents", "[1e3,1E-2,-1.5e+300,0e0,-0,1e400]", null),
        JsonTypedConformanceTests.Sample("repeated keys", """{"a":1,"a":2}""", null, canonical: true),
        JsonTypedConformanceTests.Sample("deep", new string('[', 100) + new string(']', 100), null, canonical: true),
        JsonTypedConformanceTests.Sample("number", "123", null, canonical: true, prefix: true),
        JsonTypedConformanceTests.Sample("lone surrogates", """["\ud800","\udfff\ud83d\ude00","\ud83d"]""", null),
    ];
}
