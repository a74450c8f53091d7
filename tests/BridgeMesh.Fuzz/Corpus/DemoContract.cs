using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>The contracts that typed inputs are read by.</summary>
internal static class DemoContract
{
    /// <summary>One field of every kind, and the relations between types that a contract can say.</summary>
    internal const string Every = """
        values: { long: beyond-53-bits, decimal: string, dates: iso, zone: "+08:00", nulls: write, unknown: drop, references: copy }
        types:
          com.fuzz.Every:
            fields:
              flag: boolean
              b: byte
              s: short
              i: int
              l: long
              f: float
              d: double
              ch: char
              boxed: Integer
              name: string
              octets: bytes
              price: decimal
              big: bigint
              date: date
              stamp: timestamp
              instant: instant
              localdate: localdate
              localtime: localtime
              localdatetime: localdatetime
              offsetdatetime: offsetdatetime
              zoneddatetime: zoneddatetime
              duration: duration
              period: period
              year: year
              yearmonth: yearmonth
              monthday: monthday
              zoneid: zoneid
              uuid: uuid
              locale: locale
              cls: class
              colour: Colour
              list: list<Every>
              set: set<string>
              map: "map<int, list<decimal>>"
              dates: "map<localdate, Colour>"
              ints: "int[]"
              grid: "string[][]"
              next: Every
              any: any
              page: Page<Sub>
              base: Base
          com.fuzz.Colour: { enum: [RED, GREEN, BLUE] }
          com.fuzz.Base: { fields: { id: long } }
          com.fuzz.Sub: { extends: Base, fields: { more: "list<Sub>", alias: { type: long, java: java.lang.Long } } }
          com.fuzz.Page: { generics: [T], fields: { total: int, items: "list<T>" } }
          com.fuzz.Failure: { exception: checked, fields: { code: int } }
        services:
          com.fuzz.EveryService:
            version: "1.0"
            group: g
            uniqueId: blue
            http: { prefix: /every }
            methods:
              echo: { parameters: { value: Every }, returns: Every, throws: [Failure], idempotent: true, http: { verb: POST, path: /echo, body: value } }
              find:
                - { parameters: { id: long, key: string }, returns: "list<Every>", http: { verb: GET, path: "/items/{id}", header: { key: X-Key } } }
                - { name: findByName, parameters: { name: string }, returns: "Page<Every>" }
        """;

    /// <summary>The contract of the quick start.</summary>
    internal static string OrdersFile => Path.Combine(SourceTree.Root, "interop-samples", "contracts", "orders.yaml");

    internal static ServiceContract Load()
    {
        var loaded = ContractLoader.Load([OrdersFile]);
        return loaded.IsOk ? loaded.Contracts[0] : throw new InvalidDataException(string.Join('\n', loaded.Problems));
    }

    /// <summary>Types of all parameters, results and fields, each once.</summary>
    internal static ImmutableArray<TypeShape> ShapesOf(ServiceContract orders)
    {
        var every = ContractLoader.LoadTexts(("every.yaml", Every));
        if (!every.IsOk)
        {
            throw new InvalidDataException(string.Join('\n', every.Problems));
        }

        var found = new List<TypeShape>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var method in every.Contracts.Add(orders).SelectMany(c => c.Methods))
        {
            foreach (var type in method.Parameters.Select(p => p.Type).Append(method.Returns))
            {
                Collect(type, found, seen);
            }
        }

        return [.. found];
    }

    private static void Collect(TypeShape? type, List<TypeShape> found, HashSet<string> seen)
    {
        if (type is null || !seen.Add($"{type} {type.JavaDescriptor}"))
        {
            return;
        }

        found.Add(type);
        Collect(type.Key, found, seen);
        Collect(type.Element, found, seen);
        foreach (var field in type.Struct?.Fields ?? [])
        {
            Collect(field.Type, found, seen);
        }
    }
}
