using BridgeMesh.Contracts.OpenApi.Writing;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Contracts as OpenAPI 3.1, in JSON where the output's name ends so, else in YAML.</summary>
internal static class OpenApiExport
{
    public static void Write(ExportInput input, ExportResult result)
    {
        var asYaml = !string.Equals(Path.GetExtension(input.Out), ".json", StringComparison.OrdinalIgnoreCase);
        var written = OpenApiWriter.Write(input.Contracts, asYaml);
        result.Files.Add(new OutputFile(asYaml ? "openapi.yaml" : "openapi.json", written.Text));
        result.Notes.AddRange(written.Notes);
    }
}
