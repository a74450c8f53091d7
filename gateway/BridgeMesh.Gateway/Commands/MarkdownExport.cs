using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Contracts as a page for those who call them.</summary>
internal static class MarkdownExport
{
    public static void Write(ExportInput input, ExportResult result) =>
        result.Files.Add(new OutputFile("services.md", MarkdownPage.Write(input.Contracts, input.Header)));
}
