using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Contracts as .proto files, one a package: what gRPC callers of them compile.</summary>
internal static class ProtoExport
{
    /// <summary>
    /// buf's own rules but for those that names on the wire break, which are the old services': docs/protobuf.md has a reason for each.
    /// </summary>
    private const string Buf = """
        # buf lint: what is excepted follows from names that callers and callees of the services know already.
        version: v2
        lint:
          use: [STANDARD]
          except:
            - ENUM_VALUE_PREFIX
            - ENUM_ZERO_VALUE_SUFFIX
            - IMPORT_USED
            - PACKAGE_NO_IMPORT_CYCLE
            - PACKAGE_VERSION_SUFFIX
            - RPC_PASCAL_CASE
            - RPC_REQUEST_RESPONSE_UNIQUE
            - RPC_REQUEST_STANDARD_NAME
            - RPC_RESPONSE_STANDARD_NAME
            - SERVICE_SUFFIX

        """;

    public static void Write(ExportInput input, ExportResult result)
    {
        var sources = ProtoSources.Of(input.Contracts, input.Header);
        result.Problems.AddRange(sources.Problems.Select(static p => new SourceProblem(p.File, 0, 0, p.Message, p.Cure)));
        result.Notes.AddRange(sources.Notes);
        result.Files.AddRange(sources.Files.Select(static f => new OutputFile(f.Name, f.Text)));
        result.Beside.AddRange(sources.GoogleTypes.Select(static f => new OutputFile(f.Name, f.Text)));
        result.Beside.Add(new OutputFile("buf.yaml", Buf));
    }
}
