using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

public sealed class ProblemTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openapi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_BadDocument_TellsAllAtOnceWithPlacePointerAndCure()
    {
        var told = Imported.Of("""
            openapi: 3.1.0
            paths:
              /a:
                get: { operationId: same, parameters: [{ name: x, in: body }, { in: query }], responses: {} }
              /b:
                get: { operationId: same, responses: { "200": { description: x, content: { application/json: { schema: { $ref: "#/components/schemas/Oder" } } } } } }
            components:
              schemas:
                Order: { type: object, properties: { a: { type: strin } } }
                Order: { type: string }
                A: { $ref: "#/components/schemas/B" }
                B: { $ref: "#/components/schemas/A" }
                C: { $ref: "http://example.com/c.yaml" }
                D: 7
            """).Problems.Select(static p => p.ToString()).ToList();
        Assert.Equal(
            [
                "shop.yaml:4:59: in cannot be 'body', at #/paths/~1a/get/parameters/0; use one of: cookie, header, path, query",
                "shop.yaml:4:67: a parameter has no name or no in, at #/paths/~1a/get/parameters/1; add both: name: id, in: path",
                "shop.yaml:6:25: the operationId 'same' is here a second time, at #/paths/~1b/get; give it another than the one at line 4",
                "shop.yaml:6:116: '#/components/schemas/Oder' names nothing: 'Oder' is not there, at #/paths/~1b/get/responses/200/content/application~1json/schema; did you mean 'Order'?",
                "shop.yaml:9:53: type cannot be 'strin', at #/components/schemas/Order/properties/a; did you mean 'string'?",
                "shop.yaml:10:5: the key 'Order' is here a second time; keep this one or the one at line 9",
                "shop.yaml:11:16: '#/components/schemas/B' leads back to itself, and nothing stands between, at #/components/schemas/A; let one of these references name a schema",
                "shop.yaml:13:16: 'http://example.com/c.yaml' is not beside the document, and nothing is fetched, at #/components/schemas/C; put the file beside the document, and name it relative to it",
                "shop.yaml:14:8: a schema must be a map, not '7', at #/components/schemas/D; write type: and what belongs to it",
            ],
            told.Where(static t => !t.StartsWith("shop.yaml:12", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("swagger: \"2.0\"\npaths: {}", "this is Swagger 2.0")]
    [InlineData("openapi: 4.0.0\npaths: {}", "OpenAPI '4.0.0' is not known")]
    [InlineData("openapi: 3.1.0\npaths: []", "paths must be a map")]
    [InlineData("openapi: 3.1.0\npaths: { /a: { get: 7 } }", "must be a map")]
    public void Read_OtherVersionOrForm_IsAProblem(string text, string message) =>
        Assert.Contains(message, Assert.Single(Imported.Of(text).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"openapi\": \"3.0.0\",\n \"a\": [1,}", 2)]
    [InlineData("{\"openapi\": \"3.0.0\", \"openapi\": \"3.0.0\", \"paths\": {}}", 1)]
    [InlineData("{\"openapi\": \"3.0.0\", \"info\": {\"title\": \"\\ud800\"}, \"paths\": {}}", 1)]
    public void Read_BrokenJson_TellsTheLine(string text, int line) => Assert.Equal(line, Assert.Single(Imported.Of(text, "shop.json").Problems).Line);

    [Fact]
    public void Read_NestedDeep_IsAProblem() => Assert.NotEmpty(Imported.Of($"{{\"openapi\": {new string('[', 100_000)}", "shop.json").Problems);

    [Fact]
    public void Read_ReferenceToAFileBeside_IsFollowedAndNamed()
    {
        File.WriteAllText(Path.Combine(_folder, "types.json"), """{ "Order": { "type": "object", "properties": { "next": { "$ref": "#/Order" } } } }""");
        var (import, problems) = Read("T: { $ref: \"types.json#/Order\" }");
        Assert.Empty(problems);
        Assert.Equal(["Order"], import.Document.Types.Select(static t => t.Name.Text.Split('.')[1]));
        Assert.Equal([Path.Combine(_folder, "api.yaml"), Path.Combine(_folder, "types.json")], import.Files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../secret.yaml", "leads out of the document's directory")]
    [InlineData("sub/../../secret.yaml", "leads out of the document's directory")]
    [InlineData("%2e%2e/secret.yaml", "leads out of the document's directory")]
    [InlineData("link.yaml", "leads out of the document's directory")]
    [InlineData("/etc/passwd", "is not beside the document")]
    [InlineData("file:///etc/passwd", "is not beside the document")]
    [InlineData("gone.yaml", "there is no file 'gone.yaml'")]
    public void Read_ReferenceOutOfTheDirectory_IsRefused(string file, string message)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "link.yaml"), "/etc/hostname");
        var (_, problems) = Read($"T: {{ $ref: \"{file}#/x\" }}");
        Assert.Contains(message, Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openapi: 3.0.0", true)]
    [InlineData("# x\n\"openapi\": 3.0.0", true)]
    [InlineData("info: {}\nopenapi: 3.0.0", true)]
    [InlineData("{\"info\": {\"openapi\": 1}, \"openapi\": \"3.0.0\"}", true)]
    [InlineData("{\"info\": {\"openapi\": 1}}", false)]
    [InlineData("swagger: '2.0'", true)]
    [InlineData("types:\n  openapi: {}\nservices: {}", false)]
    [InlineData("openapis: 3", false)]
    [InlineData("", false)]
    public void Is_File_GoesByItsOutermostKeys(string text, bool isOpenApi) =>
        Assert.Equal(isOpenApi, OpenApiFile.Is(System.Text.Encoding.UTF8.GetBytes(text)));

    private (OpenApiImport Import, List<SourceProblem> Problems) Read(string schema)
    {
        var path = Path.Combine(_folder, "api.yaml");
        File.WriteAllText(path, $"openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n    {schema}\n");
        var problems = new List<SourceProblem>();
        return (OpenApiReader.Read(path, problems), problems);
    }
}
