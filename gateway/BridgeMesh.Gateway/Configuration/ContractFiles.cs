using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Loads contracts from files of any kind: YAML, protobuf descriptor sets, Java jars. Everything that is wrong is told at once; with any
/// problem nothing is loaded.
/// </summary>
internal static class ContractFiles
{
    public static ContractLoadResult Load(IReadOnlyCollection<string> files) =>
        Load(ContractFileSet.Of(files.Select(static f => (f, (IReadOnlyCollection<string>)[])), []));

    public static ContractLoadResult Load(ContractFileSet files)
    {
        var problems = new List<SourceProblem>();
        var facades = files.Java.Roots.Count == 0 ? null : FacadeReader.Read(files.Java, problems);
        var declared = ContractLoader.Load(files.Yaml, facades is null ? [] : [facades.Document], problems);
        var notes = facades is null ? [] : facades.Notes.Select(static n => n.ToString()).ToImmutableArray();
        if (files.Descriptors.Count == 0)
        {
            return declared with { Notes = notes };
        }

        var all = declared.Problems.ToList();
        var described = DescribedContracts.Load(files.Descriptors, all).Contracts;
        var services = new HashSet<ServiceKey>(declared.Contracts.Select(static c => c.Service));
        foreach (var twin in described.Where(c => !services.Add(c.Service)))
        {
            all.Add(new(files.Descriptors[0], 0, 0, $"the service {twin.Service} is declared in another file and in a descriptor set", "keep one of them"));
        }

        return new ContractLoadResult(all.Count == 0 ? [.. declared.Contracts, .. described] : [], [.. all]) { Notes = notes };
    }
}
