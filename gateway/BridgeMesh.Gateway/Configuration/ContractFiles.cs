using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Loads contracts from files of any kind: YAML, OpenAPI, protobuf descriptor sets, Java jars. Everything that is wrong is told at once; with any
/// problem nothing is loaded.
/// </summary>
internal static class ContractFiles
{
    public static ContractLoadResult Load(IReadOnlyCollection<string> files) =>
        Load(ContractFileSet.Of(files.Select(static f => new ContractFile(f, [])), []));

    public static ContractLoadResult Load(ContractFileSet files)
    {
        var problems = new List<SourceProblem>();
        CheckMixed(files, problems);
        var facades = files.Java.Roots.Count == 0 ? null : FacadeReader.Read(files.Java, problems);
        var told = new List<string>();
        var others = OpenApiSources.Read(files.OpenApi, problems, told);
        var declared = ContractLoader.Load(files.Yaml, facades is null ? others : others.Prepend(facades.Document), problems);
        ImmutableArray<string> notes = [.. facades?.Notes.Select(static n => n.ToString()) ?? [], .. told];
        if (!files.HasDescribed)
        {
            return declared with { Notes = notes };
        }

        var all = declared.Problems.ToList();
        var warnings = new List<string>();
        var described = DescribedContracts.Load(files, all, warnings).Contracts;
        notes = [.. notes, .. warnings];
        var services = new HashSet<ServiceKey>(declared.Contracts.Select(static c => c.Service));
        foreach (var twin in described.Where(c => !services.Add(c.Service)))
        {
            var file = files.Descriptors.Count > 0 ? files.Descriptors[0] : files.Protos[0].Name;
            all.Add(new(file, 0, 0, $"the service {twin.Service} is declared in another file and in a descriptor set or .proto file", "keep one of them"));
        }

        return new ContractLoadResult(all.Count == 0 ? [.. declared.Contracts, .. described] : [], [.. all]) { Notes = notes };
    }

    /// <summary>Tells of directories of which nobody can say what they are.</summary>
    public static void CheckMixed(ContractFileSet files, List<SourceProblem> problems) => problems.AddRange(files.Mixed.Select(static directory =>
        new SourceProblem(directory, 0, 0, "the directory holds Java classes and .proto files", "name each by a path of its own, as target/classes and src/proto")));
}
