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
    [InlineData("{ name: x, type: decimal, number: 1, wire: money }", "a google.type.Money has a currency, which no single value has")]
    [InlineData("{ name: x, type: list<decimal>, number: 1, wire: google.type.Money }", "a google.type.Money has a currency, which no single value has")]
    [InlineData("{ type: int, number: 1 }", "fields has an entry without a name")]
    [InlineData("{ name: x, type: int, number: 2 }", "the field number 2 is taken")]
    [InlineData("{ name: x, type: int, number: 7 }", "the field number 7 is reserved")]
    [InlineData("{ name: gone, type: int }", "the name gone is reserved")]
    [InlineData("{ name: x, type: list<int>, oneof: o }", "list<int> cannot be in a oneof, which has one value")]
    public void Load_WrongNumbersAndWires_AreTold(string field, string message)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", $$"""
            types: { a.B: { reserved: [4, 6-8, gone], fields: [{ name: y, type: int, number: 2 }, {{field}}] } }
            services: { a.S: { methods: { get: { returns: B } } } }
            """));
        Assert.Equal(message, Assert.Single(loaded.Problems).Message);
        Assert.Equal(1, loaded.Problems[0].Line);
    }

    [Fact]
    public void Load_FieldsWithoutNumbers_KeepWhatElseTheySayAndPassReservedOnes()
    {
        var message = Shape("""
            types:
              a.B:
                reserved: [2, "4-5", old]
                fields:
                  - { name: a, type: string, oneof: choice }
                  - { name: b, type: int, oneof: choice }
                  - { name: c, type: list<int>, packed: false }
                  - { name: d, type: int }
                  - { name: e, type: int, number: 3 }
            services: { a.S: { methods: { get: { returns: B } } } }
            """, out _);
        var proto = ProtoForm.FieldsOf(message);
        Assert.Equal([1, 6, 7, 8, 3], proto.Select(f => f.Number));
        Assert.Equal(["choice", "choice", null, null, null], proto.Select(f => f.Oneof));
        Assert.Equal((ProtoPresence.Explicit, false, ProtoPresence.Implicit), (proto[1].Presence, proto[2].Packed, proto[3].Presence));
        Assert.Equal([new ProtoReserved(null, 2, 2), new ProtoReserved(null, 4, 5), new ProtoReserved("old", 0, 0)], message.Proto!.Reserved.ToArray());
    }

    [Theory]
    [InlineData("reserved: [0]", "'0' is no number to reserve, and no range")]
    [InlineData("reserved: [9-3]", "'9-3' is no number to reserve, and no range")]
    [InlineData("reservd: [3]", "a type has no key 'reservd'")]
    public void Load_WhatIsNoReservation_IsTold(string reserved, string message)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", $$"""
            types: { a.B: { {{reserved}}, fields: { x: int } } }
            """));
        Assert.StartsWith(message, Assert.Single(loaded.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AServicesNameInProtobuf_IsKeptOrTold()
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", "services: { a.S: { proto: acme.v1.S, methods: { get: {} } } }"));
        Assert.Equal("acme.v1.S", Assert.Single(loaded.Contracts).ProtoName);
        var wrong = ContractLoader.LoadTexts(("a.yaml", "services: { a.S: { proto: acme.v1/S, methods: { get: {} } } }"));
        Assert.Equal("'acme.v1/S' is no service's name in protobuf", Assert.Single(wrong.Problems).Message);
    }

    private static StructShape Shape(string yaml, out MethodShape method)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.Empty(loaded.Problems);
        method = loaded.Contracts[0].Methods[0];
        return method.Returns.Struct!;
    }
}
