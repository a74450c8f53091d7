using System.Text;
using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Contracts.OpenApi.Writing;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

/// <summary>An export is read as the contract that it was made of: what is exported of it again is the same, byte by byte.</summary>
public class RoundTripTests
{
    [Theory]
    [InlineData("interop-samples/contracts/orders.yaml")]
    [InlineData("interop-samples/contracts/orders.yaml", "interop-samples/contracts/corners.yaml")]
    [InlineData("interop-samples/contracts/orders.yaml", "interop-samples/contracts/corners.yaml", "interop-samples/contracts/streams.yaml")]
    [InlineData("interop-samples/java/facade.yaml")]
    [InlineData("tests/openapi/canonical-contract.yaml")]
    public void Export_OfAnImportedExport_IsTheSame(params string[] files)
    {
        var contracts = ContractLoader.Load(files.Select(static f => Path.Combine(Repository(), f)));
        Assert.Empty(contracts.Problems);
        Same(contracts.Contracts);
    }

    [Fact]
    public void Export_OfEveryForm_ComesBack() => Same(Writing.OpenApiWriterTests.Contracts("""
        types:
          com.acme.Filter: { fields: { city: string, max: Integer } }
          com.acme.Upload: { fields: { fileName: string, content: bytes } }
          com.acme.Base: { fields: { id: string } }
          com.acme.Sub: { extends: Base, doc: "Below.", fields: { more: "map<long, string>" } }
          com.acme.Pair: { generics: [A, B], fields: { left: A, right: "list<B>", both: "map<string, A>" } }
          com.acme.Kind: { enum: [A, B] }
          com.acme.Fault: { exception: checked, httpStatus: 404, fields: { status: string, code: int } }
          com.acme.Worse: { exception: checked, extends: Fault, fields: { deep: Filter } }
          com.b.Filter: { fields: { x: byte, y: short, z: char, f: float, d: double, l: Long, b: boolean, big: bigint, u: uint32, v: uint64 } }
        services:
          com.acme.Forms:
            version: "2.0"
            group: blue
            doc: "All forms."
            values: { long: string, nulls: omit, zone: "+08:00" }
            methods:
              search: { parameters: { filter: Filter, page: int }, returns: list<Kind>, http: { verb: GET, path: /search, query: [filter, page] } }
              prefixed: { parameters: { filter: Filter }, http: { verb: GET, path: /prefixed, query: { filter: f } } }
              renamed: { parameters: { a: string, b: "list<string>", c: string }, http: { verb: GET, path: "/renamed/{c}", query: { a: alpha }, header: { b: X-Bees } } }
              form: { parameters: { a: string, b: int }, http: { verb: POST, path: /form, form: [a, b] } }
              spread: { parameters: { filter: Filter, b: int }, http: { verb: POST, path: /spread, form: [filter, b] } }
              parts:
                parameters: { file: Upload, raw: bytes, note: string, meta: Filter }
                http: { verb: POST, path: /parts, part: [file, raw, meta], form: [note] }
              members: { parameters: { a: string, b: Integer }, returns: "Pair<string, Kind>", http: { verb: PUT, path: /members } }
              cookie: { parameters: { session: string }, returns: bytes, http: { verb: GET, path: /cookie, cookie: { session: SID } } }
              rest: { parameters: { path: string, n: Integer }, returns: "Pair<Filter, int>", http: { verb: GET, path: "/rest/{n}/{path:*}" } }
              other: { parameters: { id: string }, returns: com.b.Filter, throws: [Fault, Worse], idempotent: true, http: { verb: DELETE, path: "/rest/{id}" } }
              tell: { parameters: { x: Sub }, oneway: true }
              sub: { parameters: { x: Base }, returns: { type: list<Sub>, java: java.util.Collection } }
              follow: { parameters: { x: int }, returns: Kind, streams: replies }
              over: [{ parameters: { a: string } }, { parameters: { a: long } }]
        """));

    private static void Same(IReadOnlyList<ServiceContract> contracts)
    {
        foreach (var asYaml in (bool[])[true, false])
        {
            var first = OpenApiWriter.Write(contracts, asYaml).Text;
            var problems = new List<SourceProblem>();
            var import = OpenApiReader.Read(asYaml ? "api.yaml" : "api.json", Encoding.UTF8.GetBytes(first), problems);
            Assert.Empty(problems);
            Assert.Empty(import.Notes);
            var loaded = ContractLoader.Load([], [import.Document], problems);
            Assert.Empty(loaded.Problems);
            Assert.Equal(contracts.Select(static c => c.Service), loaded.Contracts.Select(static c => c.Service));
            Assert.Equal(
                contracts.SelectMany(static c => c.Methods).Where(static m => !m.ClientStreaming).Select(static m => m.Signature.Descriptor).Order(),
                loaded.Contracts.SelectMany(static c => c.Methods).Select(static m => m.Signature.Descriptor).Order());
            Assert.Equal(first, OpenApiWriter.Write(loaded.Contracts, asYaml).Text);
        }
    }

    internal static string Repository()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "BridgeMesh.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        }

        return at.FullName;
    }
}
