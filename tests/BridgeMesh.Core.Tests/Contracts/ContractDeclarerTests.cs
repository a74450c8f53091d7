using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Testing.Contracts;

namespace BridgeMesh.Core.Tests.Contracts;

public sealed class ContractDeclarerTests
{
    /// <summary>Something of all that shapes keep of a contract.</summary>
    private const string Whole = """
        values: { long: string, decimal: number, dates: epoch-ms, zone: "-03:30", nulls: omit, references: ref, json: proto, unknown: reject }
        types:
          com.acme.Entity: { generics: [K], fields: { key: K, seen: date } }
          com.acme.Order:
            doc: "of a class"
            message: acme.v1.Order
            reserved: [2, 7-9, old]
            generics: [T, B]
            extends: Entity<T>
            fields:
              - { name: id, type: string, number: 1, proto: order_id, presence: implicit }
              - { name: cents, type: int, number: 4, wire: sint32, doc: "of a field" }
              - { name: card, type: string, number: 5, oneof: payment, default: "none" }
              - { name: marks, type: list<int>, number: 6, packed: false }
              - { name: count, type: int, java: java.lang.Integer }
              - { name: items, type: "map<Long, T[]>", keyWire: sint64 }
              - { name: body, type: any, java: java.io.Serializable }
              - { name: next, type: "Order<T, B>" }
              - { name: own, type: B }
          com.acme.Special: { extends: "Order<string, Long>", fields: { extra: list<bytes>, id: string } }
          com.acme.Plain:
            presence: implicit
            fields:
              text: string
              number: Integer
              kept: { type: string, presence: explicit }
              long: { type: uint64, java: java.lang.Long, wire: fixed64 }
              sizes: list<uint32>
              free: { type: list<any>, wire: listvalue }
              tree: { type: "map<string, any>", wire: struct }
              "[acme.note]": { type: Integer, wire: int32value }
          com.acme.Status: { enum: { NEW: 0, PAID: 5, ALIAS: 5 }, closed: true }
          com.acme.Colour: { enum: [RED, BLUE], message: acme.v1.Colour, doc: of an enum }
          com.acme.Failure: { exception: checked, httpStatus: 409, fields: { code: int, status: Status } }
          com.acme.Worse: { exception: runtime, extends: Failure }
          com.other.Outer$Inner: { fields: { plain: com.acme.Plain, chars: "char[]", grid: "long[][]", set: java.util.TreeSet<string> } }
        services:
          com.acme.Base: { abstract: true, values: { long: number }, methods: { ping: {} } }
          com.acme.OrderService:
            extends: [Base]
            doc: of a service
            version: "1.0"
            group: blue
            uniqueId: x
            http: { prefix: /shop }
            proto: acme.v1.Orders
            methods:
              find:
                - parameters: { id: string, text: string }
                  returns: "Order<string, Long>"
                  throws: [Failure, Worse]
                  idempotent: true
                  http: { verb: GET, path: "/orders/{id}", query: { text: t } }
                - { parameters: { id: long }, returns: "Order<Integer, Integer>" }
              spread: { parameters: { filter: Plain, other: Plain, page: int }, http: { verb: GET, path: /s, query: [filter, page] } }
              post: { parameters: { a: string, b: Plain }, http: { verb: POST, path: /p, header: { a: X-A }, body: b } }
              form: { parameters: { a: string, b: string }, http: { verb: POST, path: /f, form: [a], cookie: { b: c } } }
              parts: { parameters: { a: bytes, b: string }, http: { verb: POST, path: /u, part: { a: file } } }
              members: { parameters: { a: bytes, b: string }, http: { verb: POST, path: /m } }
              fire: { oneway: true, doc: of a method, parameters: { a: { type: int, doc: of a parameter } }, returns: { type: void, doc: of nothing } }
              watch: { parameters: { at: { type: date, wire: timestamp } }, returns: { type: Integer, wire: int32value }, streams: replies }
              inner: { parameters: { it: com.other.Outer$Inner, colour: Colour }, streams: both, returns: "map<Status, decimal>" }
              enums: { parameters: { e: { type: Colour, java: java.lang.Enum }, i: { type: instant, java: java.lang.Object } } }
          com.acme.Other: { methods: {} }
        """;

    /// <summary>The file's own name is another.</summary>
    private static readonly string[] LeftOut = ["ServiceContract.File"];

    [Fact]
    public void Declare_OfWhatWasLoaded_LoadsToEqualContracts() => Check(ContractLoader.LoadTexts(("a.yaml", Whole)));

    [Fact]
    public void Declare_OfTheDemoContract_LoadsToEqualContracts() =>
        Check(ContractLoader.Load([Path.Combine(AppContext.BaseDirectory, "orders.yaml")]));

    [Fact]
    public void Between_ContractsThatDifferInOneThing_NamesIt()
    {
        static IReadOnlyList<string> Difference(string from, string to) => new ContractDifference(LeftOut).Between(
            ContractLoader.LoadTexts(("a.yaml", Whole)).Contracts,
            ContractLoader.LoadTexts(("a.yaml", Whole.Replace(from, to, StringComparison.Ordinal))).Contracts);

        Assert.Empty(Difference("x", "x"));
        foreach (var (from, to) in ((string, string)[])
            [
                ("order_id", "order_key"), ("closed: true", "closed: false"), ("default: \"none\"", "default: \"some\""), ("httpStatus: 409", "httpStatus: 410"),
                ("wire: fixed64", "wire: uint64"), ("oneof: payment", "oneof: paying"), ("packed: false", "packed: true"), ("7-9", "7-10"), ("X-A", "X-B"),
                ("json: proto", "json: plain"), ("PAID: 5", "PAID: 6"), ("java.io.Serializable", "java.lang.Object"), ("streams: replies", "streams: both"),
                ("of a field", "of it"), ("of an enum", "of it"), ("of a service", "of it"), ("of nothing", "of it"), ("number: 5", "number: 15"), ("TreeSet", "SortedSet"), ("keyWire: sint64", "packed: true"), ("kept: { type: string, presence: explicit }", "kept: string"),
            ])
        {
            Assert.True(Difference(from, to).Count > 0, $"{from} → {to}");
        }
    }

    private static void Check(ContractLoadResult loaded)
    {
        Assert.Empty(loaded.Problems);
        var notes = new List<string>();
        var yaml = ContractWriter.Write(ContractDeclarer.Declare("again.yaml", loaded.Contracts, [], notes));
        var again = ContractLoader.LoadTexts(("again.yaml", yaml));
        Assert.Empty(notes);
        Assert.True(again.IsOk, string.Join('\n', again.Problems) + "\n" + yaml);
        var differences = new ContractDifference(LeftOut).Between(loaded.Contracts, again.Contracts);
        Assert.True(differences.Count == 0, string.Join('\n', differences) + "\n" + yaml);
    }
}
