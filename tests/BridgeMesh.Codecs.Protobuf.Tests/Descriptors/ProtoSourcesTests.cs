using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>The text of contracts: protoc makes of it the very descriptors that the gateway gives by reflection.</summary>
public sealed class ProtoSourcesTests
{
    /// <summary>Names that resolve to something nearer, look like words of the language, or are one to a compiler.</summary>
    private const string Awkward = """
        types:
          com.acme.string: { fields: { value: string } }
          com.acme.google.Thing: { fields: { at: instant, price: decimal } }
          com.acme.Odd:
            doc: "Odd names.\n\nSecond paragraph; */ \t \"quoted\""
            reserved: [7, 9-11, oldName, 536870000-536870911]
            fields:
              - { name: orderId, type: string }
              - { name: order_id, type: string, doc: "twin of orderId" }
              - { name: URLPath, type: Odd }
              - { name: _id, type: string }
              - { name: "a$b", type: int }
              - { name: x1Y, type: "map<java.lang.String, list<long>>" }
              - { name: rows, type: "list<list<int>>" }
              - { name: thing, type: com.acme.google.Thing }
              - { name: text, type: com.acme.string }
              - { name: inner, type: "com.acme.Odd$RowsList" }
              - { name: level, type: Level }
              - { name: left, type: int, oneof: side }
              - { name: right, type: string, oneof: side, doc: "or right" }
              - { name: side, type: any }
              - { name: flags, type: "list<boolean>", packed: false }
              - { name: stream, type: stream }
          com.acme.stream: { fields: { message: stream } }
          com.acme.Odd$RowsList: { fields: { odd: Odd } }
          com.acme.Level: { doc: how loud, enum: { LOW: 1, low: 2, LEVEL_LOW: 3, UNSPECIFIED: 4, high: 5, HIGH: 5 } }
          com.acme.Empty: { fields: {} }
        services:
          com.acme.Awkward:
            doc: All that is odd.
            methods:
              odd: { doc: takes one, parameters: { odd: { type: Odd, doc: not null } }, returns: Odd }
              many: { parameters: { stream: { type: stream, doc: "a\nb" }, "int": int }, returns: stream, streams: both }
              bare: { parameters: { stream: stream }, idempotent: true, streams: requests }
              empty: { returns: { type: com.acme.Empty, doc: nothing in it } }
        """;

    public static TheoryData<string, string> Contracts => new()
    {
        { "every form", SchemaTests.Everything },
        { "awkward names", Awkward },
        { "packages in a circle", SchemaTests.Circle },
        { "no package", "services: { Plain: { methods: { get: { parameters: { id: string, at: Thing }, returns: int } } } }\ntypes: { Thing: { fields: { kind: Kind } }, Kind: { enum: [A, B] } }" },
    };

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Of_AContract_CompilesToTheGatewaysOwnDescriptors(string what, string yaml)
    {
        var contracts = SchemaTests.Load(yaml);
        var sources = ProtoSources.Of(contracts, "a header");
        var compiled = Protoc.Compile(sources.Files.Concat(sources.GoogleTypes));
        var index = DescriptorIndex.Of(contracts);
        Assert.NotEmpty(sources.Files);
        foreach (var file in sources.Files.Concat(sources.GoogleTypes))
        {
            var ours = FileDescriptorProto.Parser.ParseFrom(index.FindFile(file.Name)!.Descriptor.Span);
            var theirs = compiled.File.Single(f => f.Name == file.Name);
            Assert.True(theirs.Equals(ours), $"{what}\n{file.Text}\n{theirs}\n{ours}");
        }
    }

    [Fact]
    public void Of_AContract_IsTextForPeople()
    {
        var file = Assert.Single(ProtoSources.Of(
            SchemaTests.Load("""
                types:
                  com.acme.order.Order:
                    doc: "An order.\nNothing else."
                    reserved: [2, 7-9, oldName]
                    fields:
                      number: { type: long, doc: given by us }
                      shippedAt: { type: date, doc: null where it is not }
                      payedBy: { type: string, number: 12 }
                      byDay: "map<string, Status>"
                  com.acme.order.Status: { enum: [NEW, PAID] }
                services:
                  com.acme.order.OrderService:
                    doc: Orders.
                    methods:
                      place: { parameters: { order: Order }, returns: Order, idempotent: true, doc: Places one. }
                      find: { parameters: { customer: { type: string, doc: not blank }, max: int }, returns: list<Order> }
                """),
            "Written by hand").Files);
        Assert.Equal("com/acme/order/order.proto", file.Name);
        Assert.Equal(
            """
            // Written by hand

            syntax = "proto3";

            package com.acme.order;

            import "google/protobuf/timestamp.proto";

            // Orders.
            service OrderService {
              // Places one.
              rpc place(Order) returns (Order) {
                option idempotency_level = IDEMPOTENT;
              }
              rpc find(OrderServiceFindRequest) returns (OrderServiceFindResponse);
            }

            // An order.
            // Nothing else.
            message Order {
              reserved 2, 7 to 9;
              reserved "old_name";

              // given by us
              int64 number = 1;

              // null where it is not
              google.protobuf.Timestamp shipped_at = 3;
              optional string payed_by = 12;
              map<string, Status> by_day = 4;
            }

            message OrderServiceFindRequest {
              // not blank
              optional string customer = 1;
              int32 max = 2;
            }

            message OrderServiceFindResponse {
              repeated Order value = 1;
            }

            enum Status {
              NEW = 0;
              PAID = 1;
            }

            """,
            file.Text);
    }

    [Fact]
    public void Of_WhatCameFromProto3Descriptors_IsTheSameAgain()
    {
        const string Proto = """
            syntax = "proto3";
            package a.v1;
            // Kinds.
            enum Kind {
              reserved 5, 7 to max;
              reserved "OLD";
              KIND_UNSPECIFIED = 0;
              KIND_ONE = 1;
            }
            message M {
              reserved 4 to 6;
              optional int32 a_b = 1 [json_name = "x"];
              oneof choice {
                Kind kind = 2;
                string text = 3;
              }
              repeated sint32 marks = 9 [packed = false];
            }
            service S {
              rpc Get(M) returns (stream M);
            }
            """;
        var loaded = DescriptorContracts.Load([("a.binpb", Protoc.Compile(Proto))]);
        Assert.Empty(loaded.Problems);
        var sources = ProtoSources.Of(loaded.Contracts, null);
        var file = Assert.Single(sources.Files);
        Assert.Contains("// Kinds.\nenum Kind {\n  reserved 5, 7 to max;\n  reserved \"OLD\";\n", file.Text, StringComparison.Ordinal);
        var before = FileDescriptorSet.Parser.ParseFrom(Protoc.Compile(Proto)).File[0];
        var after = Protoc.Compile(sources.Files).File.Single();
        before.SourceCodeInfo = null;
        Assert.Equal(before.ToString(), after.ToString());
    }

    [Fact]
    public void Of_WhatCameFromProto2_IsRefused()
    {
        var set = Protoc.Compile("syntax = \"proto2\"; message M { required int32 a = 1; } service S { rpc Get(M) returns (M); }");
        var sources = ProtoSources.Of(DescriptorContracts.Load([("a.binpb", set)]).Contracts, null);
        Assert.Empty(sources.Files);
        Assert.Equal(("a.proto", "it is written in proto2, which proto3 text cannot say"), (Assert.Single(sources.Problems).File, sources.Problems[0].Message));
    }

    [Fact]
    public void Of_TheSameContracts_IsTheSameTextInAnyOrder()
    {
        var first = ProtoSources.Of(SchemaTests.Load(SchemaTests.Everything), "h");
        var second = ProtoSources.Of(SchemaTests.Load(SchemaTests.Everything).Reverse(), "h");
        Assert.Equal(first.Files.AsEnumerable(), second.Files.AsEnumerable());
        Assert.Equal(["google/type/decimal.proto"], first.GoogleTypes.Select(static f => f.Name));
    }
}
