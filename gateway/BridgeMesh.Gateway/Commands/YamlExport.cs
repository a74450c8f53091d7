using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Contracts in their canonical form, as <c>contract import</c> writes them.</summary>
internal static class YamlExport
{
    public static void Write(ExportInput input, ExportResult result)
    {
        if (input.Declared(result.Problems) is { } document)
        {
            result.Files.Add(new OutputFile("contracts.yaml", ContractWriter.Write(document, input.Header)));
        }
    }
}
