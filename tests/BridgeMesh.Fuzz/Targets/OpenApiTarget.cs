using System.Text;
using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Contracts.OpenApi.Writing;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Texts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>The reader of OpenAPI documents: whatever a file says, it is a contract or tells what is wrong and where.</summary>
internal sealed class OpenApiTarget : FuzzTarget
{
    private const string Foreign = """
        openapi: 3.0.3
        servers: [{ url: "https://shop.example/v3" }]
        paths:
          /pets/{pet-id}:
            parameters: [{ name: pet-id, in: path, required: true, schema: { type: integer, format: int64 } }]
            get:
              operationId: getPet
              tags: [pet]
              parameters: [{ name: filter, in: query, style: deepObject, schema: { $ref: "#/components/schemas/Node" } }]
              responses:
                "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
                default: { description: bad, content: { application/json: { schema: { $ref: "#/components/schemas/Node" } } } }
            post:
              requestBody: { content: { multipart/form-data: { schema: { properties: { file: { type: string, format: binary } } } } } }
              responses: { "204": { description: done } }
        components:
          schemas:
            Node: { type: object, required: [a], properties: { a: { type: integer, nullable: true }, next: { $ref: "#/components/schemas/Node" } } }
            Pet:
              allOf: [{ $ref: "#/components/schemas/Node" }, { properties: { kind: { enum: [cat, dog] }, all: { type: array, items: {} } } }]
            Alias: { $ref: "#/components/schemas/Pet" }
            Choice: { oneOf: [{ type: string }, { type: "null" }, { $ref: "#/components/schemas/Alias" }] }
            Map: { additionalProperties: { type: number } }
        """;

    private const string Contract = """
        types:
          com.a.Order: { fields: { id: string, number: long, at: date } }
          com.a.Page: { generics: [T], fields: { items: list<T>, first: T } }
          com.a.Base: { fields: { x: int } }
          com.a.Sub: { extends: Base, fields: { y: "map<long, string>" } }
          com.a.Gone: { exception: checked, httpStatus: 410, fields: { status: string } }
        services:
          com.a.S:
            methods:
              get: { parameters: { id: string }, returns: Order, throws: [Gone], http: { verb: GET, path: "/o/{id}" } }
              page: { parameters: { b: Base }, returns: Page<Order> }
              find: [{ parameters: { id: string } }, { parameters: { n: int } }]
        """;

    private static readonly byte[][] Seeds = MakeSeeds();

    private readonly YamlMutator _mutator = new();

    internal override string Name => "openapi";

    /// <summary>A file takes as long as hundreds of frames.</summary>
    internal override int Weight => 2;

    internal override void Produce(FuzzRandom random, InputBytes into) => _mutator.Mutate(random.Pick<byte[]>(Seeds), random, into);

    /// <summary>As contracts in YAML, and the declarations that come of it.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (8 << 20) + (inputBytes * 8_192L);

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var problems = new List<SourceProblem>();
        _ = OpenApiFile.Is(input.Span);
        var import = OpenApiReader.Read("fuzz.yaml", input.Span, problems);
        var read = problems.Count;
        var loaded = ContractLoader.Load([], [import.Document], problems);
        if (!loaded.IsOk && loaded.Contracts.Length > 0)
        {
            Break("loads half a document", $"{loaded.Contracts.Length} services, {loaded.Problems.Length} problems");
        }

        foreach (var problem in loaded.Problems)
        {
            if (string.IsNullOrEmpty(problem.Message) || string.IsNullOrEmpty(problem.Cure))
            {
                Break("a problem that says nothing", problem.ToString());
            }
        }

        if (loaded.IsOk)
        {
            // What loads can be described.
            _ = OpenApiWriter.Write(loaded.Contracts, asYaml: true);
        }

        return loaded.IsOk ? Verdict.Accepted : read > 0 && import.Document.Services.Count == 0 ? Verdict.Refused : Verdict.Framed;
    }

    private static byte[][] MakeSeeds()
    {
        var contracts = ContractLoader.LoadTexts(("seed.yaml", Contract)).Contracts;
        return
        [
            Encoding.UTF8.GetBytes(Foreign),
            Encoding.UTF8.GetBytes(OpenApiWriter.Write(contracts, asYaml: true).Text),
            Encoding.UTF8.GetBytes(OpenApiWriter.Write(contracts, asYaml: false).Text),
        ];
    }
}
