using System.Text;
using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

/// <summary>A document as it is imported, and as it loads.</summary>
internal sealed record Imported(ContractDocument Document, IReadOnlyList<string> Notes, IReadOnlyList<SourceProblem> Problems)
{
    /// <summary>The contract as YAML, for comparing.</summary>
    public string Yaml => ContractWriter.Write(Document).TrimEnd();

    public static Imported Of(string text, string file = "shop.yaml")
    {
        var problems = new List<SourceProblem>();
        var import = OpenApiReader.Read(file, Encoding.UTF8.GetBytes(text), problems);
        return new Imported(import.Document, import.Notes, [.. ContractLoader.Load([], [import.Document], problems).Problems]);
    }

    /// <summary>A document of one operation, <c>GET /things</c>, and these schemas, indented by four.</summary>
    public static Imported Schemas(string schemas, string version = "3.1.0") => Of($$"""
        openapi: {{version}}
        info: { title: Shop, version: "1" }
        paths: {}
        components:
          schemas:
        {{string.Join('\n', schemas.Split('\n').Select(static l => $"    {l}"))}}
        """);

    /// <summary>A document of one path, indented by four.</summary>
    public static Imported Path(string path, string item) => Of($$"""
        openapi: 3.0.3
        info: { title: Shop, version: "1" }
        paths:
          "{{path}}":
        {{string.Join('\n', item.Split('\n').Select(static l => $"    {l}"))}}
        components:
          schemas:
            Filter: { type: object, properties: { city: { type: string } } }
            Error: { type: object, properties: { code: { type: integer, format: int32 } } }
        """);
}
