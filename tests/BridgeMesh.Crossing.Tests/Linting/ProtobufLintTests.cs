using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Tests.Linting;

/// <summary>Each rule about protobuf beside what the codec does: a verdict must be true to it.</summary>
public sealed class ProtobufLintTests
{
    private static readonly ProtobufPayloadCodec Protobuf = ProtobufPayloadCodec.Instance;

    [Theory]
    [InlineData("grpc")]
    [InlineData("triple")]
    public void Overloads_HaveNamesOfTheirOwn(string protocol)
    {
        var contract = Lints.Contract("      m:\n        - { parameters: { v: int }, returns: void }\n        - { parameters: { v: string }, returns: void }\n");
        Assert.Equal(["Fine overload-collides"], Lints.Of(contract, protocol, LintLevel.Fine).Where(static f => f.Contains("overload", StringComparison.Ordinal)));
        Assert.Equal(["m", "mByV"], contract.Methods.Select(static m => m.ProtoName ?? m.Name));
    }

    [Fact]
    public void Any_IsADouble_AndLosesTheClass()
    {
        var contract = Lints.Taking("any");
        Assert.Equal(["Lossy untyped-value v"], Lints.Of(contract, "grpc"));
        Assert.Equal("5d", Lints.RoundTrip(Protobuf, contract, static t => t.AddInt32(5)));
        Assert.Equal("refused: a double would round the number", Lints.RoundTrip(Protobuf, contract, static t => t.AddInt64((1L << 53) + 1)));
        Assert.Equal("map{\"sku\": \"s\"}", Lints.RoundTrip(Protobuf, contract, static t => Lints.Item(t)));
    }

    [Fact]
    public void Subclass_WithFieldsOfItsOwn_IsRefused()
    {
        var contract = Lints.Taking("Animal");
        Assert.Equal(["Lossy subclass-refused v"], Lints.Of(contract, "grpc"));
        Assert.Equal("refused: the message com.acme.shop.Animal has no such field", Lints.RoundTrip(Protobuf, contract, Lints.Cat));
    }

    [Fact]
    public void MapKey_ThatIsAClass_IsRefused()
    {
        var contract = Lints.KeyedByItem();
        Assert.Equal(["Unsupported map-key v{key}"], Lints.Of(contract, "grpc"));
        Assert.StartsWith("refused: ", Lints.RoundTrip(Protobuf, contract, static t =>
        {
            t.BeginMap();
            Lints.Item(t);
            t.AddString("x"u8);
            t.End();
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void MapKey_OfAnyType_BecomesText()
    {
        var contract = Lints.Taking("map<any, string>");
        Assert.Equal(["Lossy untyped-key v{key}"], Lints.Of(contract, "grpc"));
        Assert.Equal("map{\"1\": \"x\"}", Lints.RoundTrip(Protobuf, contract, static t =>
        {
            t.BeginMap();
            t.AddInt32(1);
            t.AddString("x"u8);
            t.End();
        }));
    }

    [Fact]
    public void Cycle_IsRefused_AndATreeIsNot()
    {
        var contract = Lints.Taking("Node");
        Assert.Equal(["Lossy cyclic-type v"], Lints.Of(contract, "grpc"));
        Assert.Equal("refused: a value that contains itself has no form in protobuf", Lints.RoundTrip(Protobuf, contract, Lints.Ring));
    }

    [Fact]
    public void Names_ThatDifferInCaseAlone_AreKeptApart()
    {
        var contract = Lints.Taking("Twins");
        Assert.Contains("Fine case-colliding-names v.order_id", Lints.Of(contract, "grpc", LintLevel.Fine));
        Assert.DoesNotContain("case-colliding-names", string.Join(' ', Lints.Of(Lints.Taking("Item"), "grpc", LintLevel.Fine)), StringComparison.Ordinal);
        Assert.Empty(Lints.Of(contract, "http"));
        Assert.Equal("(com.acme.shop.Twins){orderId: \"a\", order_id: \"b\"}", Lints.RoundTrip(Protobuf, contract, static t =>
        {
            t.BeginObject(TypeName.Of("com.acme.shop.Twins"));
            t.Name(FieldName.Of("orderId"));
            t.AddString("a"u8);
            t.Name(FieldName.Of("order_id"));
            t.AddString("b"u8);
            t.End();
        }));
        var text = string.Concat(ProtoSources.Of([contract], "a test").Files.Select(static f => f.Text));
        Assert.Contains("string order_id = 1;", text, StringComparison.Ordinal);
        Assert.Contains("string order_id_2 = 2 [json_name = \"order_id\"];", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NullInAList_IsRefused_AndListsInListsCross()
    {
        var contract = Lints.Taking("list<list<string>>");
        Assert.Equal(["Fine nested-collection v[]", "Fine null-element v[][]"], Rules(contract));
        Assert.Equal("[[\"a\"]]", Lints.RoundTrip(Protobuf, contract, static t => Nested(t, isNull: false)));
        Assert.Equal("refused: protobuf has no null in a list or map", Lints.RoundTrip(Protobuf, contract, static t => Nested(t, isNull: true)));
    }

    [Fact]
    public void NullInsteadOfAMessage_IsRefused()
    {
        var contract = Lints.Contract("      m: { parameters: { id: string }, returns: Item }\n");
        Assert.Contains("Fine null-message returns", Lints.Of(contract, "grpc", LintLevel.Fine));
        using var tape = new ValueTape();
        tape.AddNull();
        using var output = new FrameWriter();
        Assert.Equal(
            "null has no form as a message", ProtobufArguments.WriteResult(tape, contract.Methods[0], contract.Policy, output).Detail);
    }

    [Fact]
    public void Fields_WithoutNumbers_AreNumberedInTheirOrder()
    {
        var contract = Lints.Taking("Item");
        Assert.Contains("Fine number-not-pinned v", Lints.Of(contract, "grpc", LintLevel.Fine));
        Assert.Equal([1, 2], ProtoForm.FieldsOf(Lints.Type(contract).Struct!).Select(static f => f.Number)); // Item is a class.
    }

    private static string[] Rules(ServiceContract contract) =>
        [.. Lints.Of(contract, "grpc", LintLevel.Fine).Where(static f => !f.Contains("undeclared", StringComparison.Ordinal))];

    private static void Nested(ValueTape tape, bool isNull)
    {
        tape.BeginList();
        tape.BeginList();
        _ = isNull ? tape.AddNull() : tape.AddString("a"u8);
        tape.End();
        tape.End();
    }
}
