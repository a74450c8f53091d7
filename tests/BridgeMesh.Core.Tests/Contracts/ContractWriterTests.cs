using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Tests.Contracts;

public sealed class ContractWriterTests
{
    /// <summary>Something of every key that a contract has, in the form that the writer gives it.</summary>
    private const string Whole = """
        values: { long: string, decimal: number, dates: epoch-ms, zone: "-03:30", nulls: omit, references: ref, json: proto }

        types:
          com.acme.Order:
            doc: "one; \"two\": three #4\nand a line"
            message: acme.v1.Order
            presence: implicit
            generics: [T]
            extends: Entity<T>
            fields:
              id: { type: string, number: 1, doc: "not null" }
              cents: { type: int, number: 4, wire: sint32 }
              card: { type: string, number: 5, oneof: payment }
              marks: { type: list<int>, number: 6, packed: false }
              sums: { type: "map<Long, int>", keyWire: sint64 }
              title: { type: string, number: 10, presence: required, proto: the_title, default: "" }
              count: { type: int, java: java.lang.Integer }
              "null": string
              "yes": "map<string, T[]>"
              raw: bytes
              long: com.other.long
            numbers: { count: 11, "null": 12, order: 13 }
            reserved: [2, 7-9, old]
          com.acme.Entity:
            generics: [Order]
            fields:
              order: Order
          com.acme.Status:
            closed: true
            enum: { NEW: 0, PAID: 5 }
            reserved: [3, GONE]
          com.acme.Plain:
            enum: [A, B]
          com.acme.Failure:
            exception: runtime
            httpStatus: 409
          com.acme.string:
            fields: {}
          com.other.long:
            fields:
              other: java.lang.String
              near: com.acme.Plain

        services:
          com.acme.OrderService:
            doc: "an order's"
            abstract: true
            version: "1.0"
            group: blue
            uniqueId: x
            http: { prefix: /shop }
            proto: acme.v1.Orders
            reserved: [seek]
            values: { long: number }
            methods:
              find:
                - parameters: { id: java.lang.String, text: string }
                  returns: Order<Status>
                  throws: [Failure]
                  idempotent: true
                  proto: findByText
                  numbers: { id: 2, text: 3 }
                  reserved: [1, gone]
                  http: { verb: GET, path: "/orders/{id}", query: { text: t } }
                - {}
              fire:
                oneway: true
              watch:
                returns: Status
                streams: replies
          com.acme.Child:
            extends: [com.acme.OrderService]
            methods: {}

        """;

    [Fact]
    public void Write_OfWhatWasRead_IsTheSameText()
    {
        var problems = new List<SourceProblem>();
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Whole);
            var document = Assert.Single(ContractLoader.Read([file], problems));
            Assert.Empty(problems);
            Assert.Equal(Whole, ContractWriter.Write(document));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Write_OfTheDemoContract_LoadsToTheSameServices()
    {
        var problems = new List<SourceProblem>();
        var document = Assert.Single(ContractLoader.Read([Path.Combine(AppContext.BaseDirectory, "orders.yaml")], problems));
        var yaml = ContractWriter.Write(document, "a comment");
        var direct = ContractLoader.Load([Path.Combine(AppContext.BaseDirectory, "orders.yaml")]);
        var again = ContractLoader.LoadTexts(("again.yaml", yaml));
        Assert.Empty(again.Problems);
        Assert.Equal(
            direct.Contracts.SelectMany(static c => c.Methods.Select(m => $"{c.Service} {m} {m.Returns} {m.Signature.Descriptor} {m.Http?.Verb} {m.Http?.PathTemplate}")),
            again.Contracts.SelectMany(static c => c.Methods.Select(m => $"{c.Service} {m} {m.Returns} {m.Signature.Descriptor} {m.Http?.Verb} {m.Http?.PathTemplate}")));
        Assert.StartsWith("# a comment\n", yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("instant", "java.lang.Object", "java.time.Instant", "Ljava/lang/Object;")]
    [InlineData("localdate", "java.time.temporal.Temporal", "java.time.LocalDate", "Ljava/time/temporal/Temporal;")]
    [InlineData("'string[]'", "'java.lang.Object[]'", "[Ljava.lang.Object;", "[Ljava/lang/Object;")]
    public void Java_OfWhatAGenericMethodErases_NamesTheSignatureAlone(string type, string java, string javaType, string descriptor)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", $"services: {{ S: {{ methods: {{ m: {{ parameters: {{ a: {{ type: {type}, java: {java} }} }} }} }} }} }}"));
        Assert.Empty(loaded.Problems);
        var method = Assert.Single(Assert.Single(loaded.Contracts).Methods);
        Assert.Equal((javaType, descriptor), (method.Parameters[0].Type.JavaType.Text, method.Signature.Descriptor));
    }

    [Fact]
    public void Map_WithAVariableForKey_TakesAnyKeyWhereTheArgumentIsNone()
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", """
            types:
              a.Pool: { generics: [K], fields: { byKey: "map<K, string>" } }
              a.Route: { fields: { host: string } }
            services: { a.S: { methods: { m: { parameters: { plain: Pool<long>, odd: Pool<Route> } } } } }
            """));
        Assert.Empty(loaded.Problems);
        var method = Assert.Single(Assert.Single(loaded.Contracts).Methods);
        Assert.Equal([ShapeKind.Int64, ShapeKind.Any], method.Parameters.Select(static p => p.Type.Struct?.Fields[0].Type.Key?.Kind ?? ShapeKind.Void));
    }
}
