using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Loads contracts from files of any kind: YAML, OpenAPI, Dubbo's service definitions, protobuf descriptor sets, Java jars. Everything that is wrong
/// is told at once; with any problem nothing is loaded.
/// </summary>
internal static class ContractFiles
{
    public static ContractLoadResult Load(IReadOnlyCollection<string> files) =>
        Load(ContractFileSet.Of(files.Select(static f => new ContractFile(f, [])), []));

    public static ContractLoadResult Load(ContractFileSet files)
    {
        var problems = new List<SourceProblem>();
        CheckKinds(files, problems);
        var facades = files.Java.Roots.Count == 0 ? null : FacadeReader.Read(files.Java, problems);
        var told = new List<string>();
        var others = OpenApiSources.Read(files.OpenApi, problems, told);
        var written = ContractLoader.Read(files.Yaml, problems);
        var services = ServicesOf(written.Concat(others), facades);
        var defined = DefinitionFiles.Read(files.Definitions, problems, told, services);
        var declared = ContractLoader.Load(
            [],
            [.. written.Select(Narrow), .. facades is null ? [] : (ContractDocument[])[facades.Document], .. others.Select(Narrow), .. defined],
            problems);
        ImmutableArray<string> notes = [.. facades?.Notes.Select(static n => n.ToString()) ?? [], .. told];
        var all = declared.Problems.ToList();
        var warnings = new List<string>();
        var read = files.HasDescribed ? DescribedContracts.Load(files, all, warnings) : null;
        notes = [.. notes, .. warnings];
        if (all.Count == 0)
        {
            services.AddRange(read is null ? [] : DescribedContracts.ServicesOf(read));
            WantedServices.Check(files.Wanted, services.ToLookup(static s => s.Source, static s => s.Name), all);
        }

        var described = read is null ? [] : DescribedContracts.Wanted(files, read);
        var keys = new HashSet<ServiceKey>(declared.Contracts.Select(static c => c.Service));
        foreach (var twin in described.Where(c => !keys.Add(c.Service)))
        {
            var file = files.Descriptors.Count > 0 ? files.Descriptors[0] : files.Protos[0].Name;
            all.Add(new(file, 0, 0, $"the service {twin.Service} is declared in another file and in a descriptor set or .proto file", "keep one of them"));
        }

        return new ContractLoadResult(all.Count == 0 ? [.. declared.Contracts, .. described] : [], [.. all]) { Notes = notes };

        ContractDocument Narrow(ContractDocument document) => WantedServices.Narrow(document, files.WantedOf(document.File));
    }

    /// <summary>Services that files declare, and the interfaces of jars that may become some.</summary>
    public static List<(string Source, string Name)> ServicesOf(IEnumerable<ContractDocument> documents, FacadeImport? facades) =>
    [
        .. documents.SelectMany(static d => d.Services.Where(static s => !s.IsAbstract).Select(s => (d.File, s.Name.Text))),
        .. facades?.Interfaces ?? [],
    ];

    /// <summary>Tells of directories and files of which nobody can say what they are.</summary>
    public static void CheckKinds(ContractFileSet files, List<SourceProblem> problems)
    {
        problems.AddRange(files.Mixed.Select(static directory => new SourceProblem(
            directory, 0, 0, "the directory holds Java classes and .proto files", "name each by a path of its own, as target/classes and src/proto")));
        problems.AddRange(files.UnknownJson.Select(static file => new SourceProblem(
            file,
            0,
            0,
            "the file is neither an OpenAPI document, nor a service definition of Dubbo's, nor a contract",
            "it needs openapi, canonicalName or services among its outermost keys, in correct JSON")));
    }
}
