using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Loads contracts from files of either kind: YAML, or protobuf descriptor sets by their endings. Everything that is wrong is told at once;
/// with any problem nothing is loaded.
/// </summary>
internal static class ContractFiles
{
    private static readonly string[] DescriptorEndings = [".binpb", ".desc", ".pb", ".protoset", ".b64"];

    public static ContractLoadResult Load(IReadOnlyCollection<string> files)
    {
        var sets = files.Where(IsDescriptorSet).Distinct(StringComparer.Ordinal).ToList();
        var yaml = ContractLoader.Load(files.Except(sets, StringComparer.Ordinal));
        if (sets.Count == 0)
        {
            return yaml;
        }

        var problems = yaml.Problems.ToList();
        var described = Describe(sets, problems);
        var services = new HashSet<ServiceKey>(yaml.Contracts.Select(static c => c.Service));
        foreach (var twin in described.Where(c => !services.Add(c.Service)))
        {
            problems.Add(new(sets[0], 0, 0, $"the service {twin.Service} is declared in YAML and in a descriptor set", "keep one of them"));
        }

        return new ContractLoadResult(problems.Count == 0 ? [.. yaml.Contracts, .. described] : [], [.. problems]);
    }

    private static bool IsDescriptorSet(string file) => DescriptorEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static ImmutableArray<ServiceContract> Describe(List<string> files, List<SourceProblem> problems)
    {
        var sets = new List<(string, byte[])>();
        foreach (var file in files)
        {
            try
            {
                sets.Add((file, File.ReadAllBytes(file)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(new(file, 0, 0, $"the file cannot be read: {e.Message}", "correct the path or the file's permissions"));
            }
        }

        var loaded = DescriptorContracts.Load(sets);
        problems.AddRange(loaded.Problems.Select(static p => new SourceProblem(p.File, 0, 0, p.Message, p.Cure)));
        return loaded.Contracts;
    }
}
