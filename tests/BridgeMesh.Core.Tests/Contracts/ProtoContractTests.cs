using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Contracts;

public sealed class ProtoContractTests
{
    [Fact]
    public void Load_NumbersAndWires_AreInTheShape()
    {
        var message = Shape("""
            types:
              a.Order:
                message: acme.v1.Order
                fields:
                  - { name: id, type: string, number: 1 }
                  - { name: cents, type: long, number: 4, wire: sint64 }
                  - { name: scores, type: list<int>, number: 7, wire: sfixed32, packed: false }
                  - { name: card, type: string, number: 8, oneof: payment }
                  - { name: note, type: string }
                  - { name: total, type: decimal, number: 3, wire: string }
              a.Status: { message: acme.v1.Status, enum: { NEW: 0, PAID: 5, SETTLED: 5 } }
            services: { a.S: { methods: { get: { returns: Order, parameters: { status: Status } } } } }
            """, out var method);
        var proto = ProtoForm.FieldsOf(message);
        Assert.Equal("acme.v1.Order", message.Proto?.FullName);
        Assert.Equal([1, 4, 7, 8, 2, 3], proto.Select(f => f.Number));
        Assert.Equal(ProtoKind.SInt64, message.Fields[1].Type.Proto);
        Assert.Equal((ProtoKind.SFixed32, false), (message.Fields[2].Type.Element!.Proto, proto[2].Packed));
        Assert.Equal("payment", proto[3].Oneof);
        Assert.Equal(ProtoPresence.Implicit, proto[1].Presence);
        Assert.Equal(ProtoKind.String, message.Fields[5].Type.Proto);
        Assert.Equal([0, 5, 5], method.Parameters[0].Type.Enum!.Proto!.Numbers.ToArray());
    }

    [Theory]
    [InlineData("{ name: x, type: int, number: 0 }", "'0' is no field number")]
    [InlineData("{ name: x, type: int, number: 19001 }", "'19001' is no field number")]
    [InlineData("{ name: x, type: int, number: 1, wire: sint }", "protobuf has no wire form 'sint'")]
    [InlineData("{ name: x, type: string, number: 1, wire: sint32 }", "string cannot be a sint32 in protobuf")]
    [InlineData("{ type: int, number: 1 }", "fields has an entry without a name")]
    [InlineData("{ name: x, type: int, number: 2 }", "the field number 2 is taken")]
    public void Load_WrongNumbersAndWires_AreTold(string field, string message)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", $$"""
            types: { a.B: { fields: [{ name: y, type: int, number: 2 }, {{field}}] } }
            services: { a.S: { methods: { get: { returns: B } } } }
            """));
        Assert.Equal(message, Assert.Single(loaded.Problems).Message);
        Assert.Equal(1, loaded.Problems[0].Line);
    }

    private static StructShape Shape(string yaml, out MethodShape method)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.Empty(loaded.Problems);
        method = loaded.Contracts[0].Methods[0];
        return method.Returns.Struct!;
    }
}
