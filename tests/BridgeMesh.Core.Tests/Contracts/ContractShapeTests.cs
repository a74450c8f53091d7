using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Contracts;

/// <summary>What declarations become.</summary>
public sealed class ContractShapeTests
{
    [Theory]
    [InlineData("boolean", ShapeKind.Bool, "boolean", "Z", false)]
    [InlineData("byte", ShapeKind.Int8, "byte", "B", false)]
    [InlineData("char", ShapeKind.Char, "char", "C", false)]
    [InlineData("double", ShapeKind.Float64, "double", "D", false)]
    [InlineData("Long", ShapeKind.Int64, "java.lang.Long", "Ljava/lang/Long;", true)]
    [InlineData("java.lang.Long", ShapeKind.Int64, "java.lang.Long", "Ljava/lang/Long;", true)]
    [InlineData("Character", ShapeKind.Char, "java.lang.Character", "Ljava/lang/Character;", true)]
    [InlineData("java.lang.String", ShapeKind.String, "java.lang.String", "Ljava/lang/String;", true)]
    [InlineData("bytes", ShapeKind.Bytes, "[B", "[B", true)]
    [InlineData("byte[]", ShapeKind.Bytes, "[B", "[B", true)]
    [InlineData("char[]", ShapeKind.String, "[C", "[C", true)]
    [InlineData("Byte[]", ShapeKind.Array, "[Ljava.lang.Byte;", "[Ljava/lang/Byte;", true)]
    [InlineData("int[][]", ShapeKind.Array, "[[I", "[[I", true)]
    [InlineData("string[]", ShapeKind.Array, "[Ljava.lang.String;", "[Ljava/lang/String;", true)]
    [InlineData("bytes[]", ShapeKind.Array, "[[B", "[[B", true)]
    [InlineData("list<int>[]", ShapeKind.Array, "[Ljava.util.List;", "[Ljava/util/List;", true)]
    [InlineData("list", ShapeKind.List, "java.util.List", "Ljava/util/List;", true)]
    [InlineData("set<long>", ShapeKind.Set, "java.util.Set", "Ljava/util/Set;", true)]
    [InlineData("java.util.TreeMap<string, int>", ShapeKind.Map, "java.util.TreeMap", "Ljava/util/TreeMap;", true)]
    [InlineData("any", ShapeKind.Any, "java.lang.Object", "Ljava/lang/Object;", true)]
    [InlineData("java.lang.Object", ShapeKind.Any, "java.lang.Object", "Ljava/lang/Object;", true)]
    [InlineData("date", ShapeKind.Instant, "java.util.Date", "Ljava/util/Date;", true)]
    [InlineData("java.sql.Timestamp", ShapeKind.Instant, "java.sql.Timestamp", "Ljava/sql/Timestamp;", true)]
    [InlineData("localdate", ShapeKind.Text, "java.time.LocalDate", "Ljava/time/LocalDate;", true)]
    [InlineData("instant", ShapeKind.Text, "java.time.Instant", "Ljava/time/Instant;", true)]
    [InlineData("uuid", ShapeKind.Text, "java.util.UUID", "Ljava/util/UUID;", true)]
    [InlineData("{ type: long, java: java.lang.Long }", ShapeKind.Int64, "java.lang.Long", "Ljava/lang/Long;", true)]
    [InlineData("{ type: Integer, java: int }", ShapeKind.Int32, "int", "I", false)]
    [InlineData("{ type: date, java: java.sql.Date }", ShapeKind.Instant, "java.sql.Date", "Ljava/sql/Date;", true)]
    [InlineData("{ type: list<string>, java: java.util.LinkedList }", ShapeKind.List, "java.util.LinkedList", "Ljava/util/LinkedList;", true)]
    [InlineData("{ type: any, java: java.io.Serializable }", ShapeKind.Any, "java.io.Serializable", "Ljava/io/Serializable;", true)]
    public void Parameter_TypeExpression_IsJavas(string type, ShapeKind kind, string javaType, string descriptor, bool nullable)
    {
        var contract = Load($"services:\n  com.acme.S:\n    methods:\n      m:\n        parameters:\n          x: {type}\n");
        var shape = contract.Methods[0].Parameters[0].Type;
        Assert.Equal((kind, javaType, descriptor, nullable), (shape.Kind, shape.JavaType.Text, shape.JavaDescriptor, shape.Nullable));
        Assert.Equal(descriptor, contract.Methods[0].Signature.Descriptor);
        Assert.True(contract.Methods[0].Signature.WellFormed);
    }

    [Fact]
    public void Docs_OfEveryDeclaration_AreKept()
    {
        var contract = Load("""
            types:
              a.Order:
                doc: an order
                fields: { id: { type: string, doc: by the shop }, state: State, plain: int }
              a.Big:
                doc: a big one
                extends: Order
                fields: { size: { type: int, number: 9, doc: in crates } }
              a.State: { doc: what becomes of it, enum: [NEW] }
              a.Gone: { doc: sold out, exception: checked }
            services:
              a.Shop:
                doc: sells
                methods:
                  get:
                    doc: finds one
                    parameters: { id: { type: string, doc: not blank }, more: int }
                    returns: { type: Big, doc: never null }
                    throws: [Gone]
                  put: {}
            """);
        var (get, put) = (contract.Methods[0], contract.Methods[1]);
        var big = get.Returns.Struct!;
        Assert.Equal(("sells", "finds one", "never null"), (contract.Doc, get.Doc, get.ReturnsDoc));
        Assert.Equal(["not blank", null], get.Parameters.Select(p => p.Doc));
        Assert.Equal(("a big one", "an order"), (big.Doc, big.Parent!.Doc));
        Assert.Equal(["in crates", "by the shop", null, null], big.Fields.Select(f => f.Doc));
        Assert.Equal("what becomes of it", big.Fields[2].Type.Enum!.Doc);
        Assert.Equal("sold out", get.Exceptions[0].Doc);
        Assert.Equal((null, null), (put.Doc, put.ReturnsDoc));
    }

    [Fact]
    public void TypeArguments_Primitives_AreBoxed()
    {
        var shape = Returns("map<int, list<long>>");
        Assert.Equal("map<java.lang.Integer, list<java.lang.Long>>", shape.ToString());
        Assert.True(shape.Key?.Nullable);
    }

    [Fact]
    public void Class_DeclaredBySupertype_IsStillThatClass()
    {
        var shape = Load("""
            types:
              com.acme.Order: { fields: { id: string } }
            services:
              com.acme.S: { methods: { m: { parameters: { x: { type: Order, java: java.lang.Object } } } } }
            """).Methods[0].Parameters[0].Type;
        Assert.Equal("Ljava/lang/Object;", shape.JavaDescriptor);
        Assert.Equal("com.acme.Order", shape.TapeType?.Text);
        Assert.Same(shape, shape.Narrow("com.acme.Order"u8));
    }

    [Fact]
    public void GenericClass_TwoSetsOfArguments_AreTwoShapesOfOneClass()
    {
        var contract = Load("""
            types:
              com.acme.Pair: { generics: [A, B], fields: { first: A, second: "list<B>", other: "Pair<B, A>" } }
            services:
              com.acme.S:
                methods:
                  a: { returns: "Pair<string, int>" }
                  b: { returns: "Pair<int, string>" }
                  c: { returns: "Pair<string, int>" }
            """);
        var (a, b, c) = (contract.Methods[0].Returns, contract.Methods[1].Returns, contract.Methods[2].Returns);
        Assert.Same(a, c);
        Assert.Equal(a.JavaType.Text, b.JavaType.Text);
        Assert.Equal("java.lang.String", Field(a, "first").ToString());
        Assert.Equal("list<java.lang.Integer>", Field(a, "second").ToString());
        Assert.Same(b, Field(a, "other"));
        Assert.Same(a, Field(b, "other"));
    }

    [Fact]
    public void Class_ThatContainsItself_IsOneShape()
    {
        var tree = Returns("Tree", "com.acme.Tree: { fields: { name: string, children: list<Tree>, parent: Tree } }");
        Assert.Same(tree, Field(tree, "parent"));
        Assert.Same(tree, Field(tree, "children").Element);
    }

    [Fact]
    public void Subclass_Fields_ItsOwnThenItsParents()
    {
        var cat = Returns("Cat", """
            com.acme.Animal: { fields: { name: string, age: int } }
              com.acme.Cat: { extends: Animal, fields: { lives: int, name: long } }
            """);
        Assert.Equal(["lives int", "name long", "age int"], cat.Struct!.Fields.Select(f => $"{f.Name.Text} {f.Type}"));
    }

    [Fact]
    public void Subclass_OfAGenericClass_GetsItsArguments()
    {
        var page = Returns("OrderPage", """
            com.acme.Order: { fields: { id: string } }
              com.acme.Page: { generics: [T], fields: { items: list<T> } }
              com.acme.OrderPage: { extends: Page<Order>, fields: { total: int } }
            """);
        Assert.Equal(["total int", "items list<com.acme.Order>"], page.Struct!.Fields.Select(f => $"{f.Name.Text} {f.Type}"));
    }

    [Fact]
    public void Subtypes_OfAClass_AreAllBelowIt()
    {
        var animal = Returns("Animal", """
            com.acme.Animal: { fields: { name: string } }
              com.acme.Cat: { extends: Animal, fields: {} }
              com.acme.Tiger: { extends: Cat, fields: { stripes: int } }
              com.acme.Stone: { fields: {} }
            """);
        Assert.Equal("com.acme.Tiger", animal.Narrow("com.acme.Tiger"u8)?.ToString());
        Assert.Equal(["stripes", "name"], animal.Narrow("com.acme.Tiger"u8)!.Struct!.Fields.Select(f => f.Name.Text));
        Assert.Equal("com.acme.Tiger", animal.Narrow("com.acme.Cat"u8)?.Narrow("com.acme.Tiger"u8)?.ToString());
        Assert.Null(animal.Narrow("com.acme.Cat"u8)?.Narrow("com.acme.Animal"u8));
        Assert.Null(animal.Narrow("com.acme.Stone"u8));
        Assert.Null(animal.Narrow("com.acme.Tiger"u8)?.Subtypes);
    }

    [Fact]
    public void Any_KnowsEveryClass()
    {
        var any = Returns("any", "com.acme.Order: { fields: { id: string } }\n  com.acme.Box: { generics: [T], fields: { value: T } }");
        Assert.Equal("com.acme.Order", any.Narrow("com.acme.Order"u8)?.ToString());
        Assert.Null(any.Narrow("com.acme.Box"u8));
    }

    [Fact]
    public void ShortNames_SamePackage_BeatOtherPackagesOfTheFile()
    {
        var contract = Load("""
            types:
              com.acme.a.Item: { fields: { a: int } }
              com.acme.b.Item: { fields: { b: int } }
              com.acme.c.Only: { fields: { c: int } }
            services:
              com.acme.b.S: { methods: { m: { parameters: { item: Item, only: Only } } } }
            """);
        Assert.Equal(["com.acme.b.Item", "com.acme.c.Only"], contract.Methods[0].Parameters.Select(p => p.Type.ToString()));
    }

    [Fact]
    public void Names_OfOtherFiles_AreFoundInTheSamePackageAndInFull()
    {
        var result = ContractLoader.LoadTexts(
            ("types.yaml", "types:\n  com.acme.Item: { fields: { a: int } }\n  org.other.Thing: { fields: {} }"),
            ("service.yaml", "services:\n  com.acme.S: { methods: { m: { parameters: { item: Item, thing: org.other.Thing } } } }"));
        Assert.Empty(result.Problems);
        Assert.Equal(["com.acme.Item", "org.other.Thing"], result.Contracts[0].Methods[0].Parameters.Select(p => p.Type.ToString()));
    }

    [Fact]
    public void Overloads_AsListOrByName_AreToldApartBySignature()
    {
        var contract = Load("""
            services:
              com.acme.S:
                methods:
                  find:
                    - { parameters: { id: long } }
                    - { parameters: { name: string } }
                  findAll: { name: find, parameters: { id: long, name: string }, idempotent: true }
            """);
        Assert.Equal(3, contract.Overloads("find").Length);
        Assert.Equal("name", contract.Find("find", JavaSignature.Of("Ljava/lang/String;"))?.Parameters[0].Name);
        Assert.True(contract.Find("find", JavaSignature.Of("JLjava/lang/String;"))?.Idempotent);
        Assert.False(contract.Find("find", JavaSignature.Of("J"))?.Idempotent);
        Assert.Empty(contract.Overloads("findAll"));
    }

    [Fact]
    public void Service_Override_ReplacesTheParentsMethod()
    {
        var contract = Load("""
            services:
              com.acme.Base:
                abstract: true
                methods:
                  a: { returns: int }
                  b: { parameters: { x: int }, returns: int }
              com.acme.S:
                extends: Base
                methods:
                  b: { parameters: { y: int }, returns: long }
                  c: {}
            """);
        Assert.Equal(["a() int", "b(int y) long", "c() void"], contract.Methods.Select(m => $"{m} {m.Returns}"));
    }

    [Fact]
    public void Service_Key_HasVersionGroupAndUniqueId() => Assert.Equal(
        "blue/com.acme.S:1.0:u1",
        Load("services:\n  com.acme.S: { version: 1.0, group: blue, uniqueId: u1 }").Service.ToString());

    [Theory]
    [InlineData("{ verb: GET, path: \"/{a}\" }", "Path:a Query:b Query:c")]
    [InlineData("{ verb: DELETE, path: /x }", "Query:a Query:b Query:c")]
    [InlineData("{ verb: POST, path: /x }", "BodyMember:a BodyMember:b BodyMember:c")]
    [InlineData("{ verb: POST, path: \"/{c:*}\", body: b }", "Query:a Body:b Path:c")]
    [InlineData("{ verb: POST, path: /x, form: [b] }", "Form:a Form:b Form:c")]
    [InlineData("{ verb: PUT, path: /x, body: [a, b], query: c }", "BodyMember:a BodyMember:b Query:c")]
    [InlineData("{ verb: PUT, path: /x, header: { a: X-A }, query: { b: bee }, body: { c: sea } }", "Header:X-A Query:bee BodyMember:sea")]
    public void Binding_Parameters_EachHasItsPlace(string http, string expected)
    {
        var contract = Load(
            $"services:\n  com.acme.S: {{ methods: {{ m: {{ parameters: {{ a: int, b: string, c: list<string> }}, http: {http} }} }} }}"
                .Replace("c: list<string>", http.Contains("{c", StringComparison.Ordinal) ? "c: string" : "c: list<string>", StringComparison.Ordinal));
        var parameters = contract.Methods[0].Http!.Parameters;
        Assert.Equal([0, 1, 2], parameters.Select(p => p.Ordinal));
        Assert.Equal(expected, string.Join(' ', parameters.Select(p => $"{p.Source}:{p.WireName}")));
    }

    [Theory]
    [InlineData("{ verb: GET, path: /x }", "Query: Query:page Query:attrs")]
    [InlineData("{ verb: GET, path: /x, query: { filter: f, attrs: a } }", "Query:f Query:page Query:a")]
    [InlineData("{ verb: POST, path: /x, form: [filter], cookie: { page: p } }", "Form: Cookie:p Form:attrs")]
    [InlineData("{ verb: POST, path: /x, part: [filter, attrs], query: [page] }", "Part:filter Query:page Part:attrs")]
    [InlineData("{ verb: POST, path: \"/x/{*page}\", part: { filter: f } }", "Part:f Path:page Part:attrs")]
    public void Binding_OfClasses_SpreadsThemInQueryAndForm(string http, string expected)
    {
        var contract = Load(
            $$"""
            types:
              com.acme.Filter: { fields: { name: string } }
            services:
              com.acme.S: { methods: { m: { parameters: { filter: Filter, page: int, attrs: list<Filter> }, http: {{http}} } } }
            """);
        Assert.Equal(expected, string.Join(' ', contract.Methods[0].Http!.Parameters.Select(p => $"{p.Source}:{p.WireName}")));
    }

    [Fact]
    public void Exception_HttpStatus_IsInheritedAndOneWayIsRead()
    {
        var contract = Load(
            """
            types:
              com.acme.A: { exception: checked, httpStatus: 404 }
              com.acme.B: { exception: runtime, extends: A }
              com.acme.C: { exception: runtime, extends: A, httpStatus: 409 }
              com.acme.D: { exception: checked }
            services:
              com.acme.S: { methods: { m: { throws: [A, B, C, D] }, n: { oneway: true } } }
            """);
        Assert.Equal([404, 404, 409, null], contract.Methods[0].Exceptions.Select(e => e.CodeInHttp));
        Assert.Equal([false, true], contract.Methods.Select(m => m.OneWay));
    }

    [Fact]
    public void Streams_OfEachDirection_AreRead()
    {
        var contract = Load(
            """
            services:
              com.acme.S: { methods: { a: { streams: requests }, b: { streams: replies }, c: { streams: both }, d: {} } }
            """);
        Assert.Equal(
            [(true, false), (false, true), (true, true), (false, false)],
            contract.Methods.Select(static m => (m.ClientStreaming, m.ServerStreaming)));
    }

    [Fact]
    public void Values_OfFileParentAndService_NearestCounts()
    {
        var result = ContractLoader.LoadTexts(("a.yaml", """
            values: { long: string, zone: "+08:00", dates: epoch-ms, nulls: omit, unknown: reject, references: ref, decimal: number }
            services:
              com.acme.A: {}
              com.acme.B: { values: { long: number, zone: "-09:30" } }
              com.acme.C: { extends: [A, B] }
            """), ("b.yaml", "services: { com.acme.D: {} }"));
        Assert.Empty(result.Problems);
        Assert.Equal(
            new ValuePolicy
            {
                Long = LongForm.AlwaysString,
                ZoneOffsetMinutes = 480,
                InstantAsEpochMs = true,
                OmitNull = true,
                RejectUnknown = true,
                Cycles = CycleForm.Ref,
                Decimal = DecimalForm.Number,
            },
            result.Contracts[0].Policy);
        Assert.Equal(new ValuePolicy { Long = LongForm.AlwaysNumber, ZoneOffsetMinutes = -570 }, result.Contracts[1].Policy);
        Assert.Equal(result.Contracts[1].Policy, result.Contracts[2].Policy);
        Assert.Equal(ValuePolicy.Default, result.Contracts[3].Policy);
    }

    [Fact]
    public void Load_EmptyFile_HasNothing()
    {
        var result = ContractLoader.LoadTexts(("a.yaml", string.Empty), ("b.yaml", "# nothing yet"));
        Assert.True(result.IsOk);
        Assert.Empty(result.Contracts);
    }

    private static TypeShape Returns(string type, string types = "com.acme.Unused: { fields: { x: int } }") => Load(
        $"types:\n  {types}\nservices:\n  com.acme.S:\n    methods:\n      m:\n        returns: {type}\n").Methods[0].Returns;

    private static TypeShape Field(TypeShape type, string name) => type.Struct!.Fields[type.Struct.Find(name)].Type;

    private static ServiceContract Load(string yaml)
    {
        var result = ContractLoader.LoadTexts(("test.yaml", yaml));
        Assert.Empty(result.Problems);
        return Assert.Single(result.Contracts);
    }
}
