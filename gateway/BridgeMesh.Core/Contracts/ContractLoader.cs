using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Loads contracts from YAML files. All files of a load see each other's types and services. Everything that is wrong is told at once, each
/// with file, line, column and cure; with any problem nothing is loaded.
/// </summary>
internal static class ContractLoader
{
    /// <param name="files">Paths; a path that comes twice is read once.</param>
    public static ContractLoadResult Load(IEnumerable<string> files)
    {
        var problems = new List<SourceProblem>();
        var roots = files.Distinct(StringComparer.Ordinal).Select(file => (file, YamlTree.ReadFile(file, problems))).ToList();
        return Load(roots, problems);
    }

    /// <summary>As above from texts, by the name that problems shall give each.</summary>
    public static ContractLoadResult LoadTexts(params IEnumerable<(string File, string Yaml)> texts)
    {
        var problems = new List<SourceProblem>();
        var roots = new List<(string, YamlNode?)>();
        foreach (var (file, yaml) in texts)
        {
            using var reader = new StringReader(yaml);
            roots.Add((file, YamlTree.Read(file, reader, problems)));
        }

        return Load(roots, problems);
    }

    private static ContractLoadResult Load(List<(string File, YamlNode? Root)> roots, List<SourceProblem> problems)
    {
        var keys = new ContractKeys(problems);
        var documents = roots.ConvertAll(r => new DeclarationReader(r.File, keys).Read(r.Root));
        var index = new TypeIndex(documents, problems);
        TypeRules.Check(index, problems);
        var resolver = new TypeResolver(index, problems);
        resolver.ResolveAll();
        var policies = documents.Where(static d => d.Values is not null)
            .ToDictionary(static d => d.File, static d => d.Values ?? ValuePolicy.Default, StringComparer.Ordinal);
        var contracts = new ServiceAssembler(index, resolver, policies, problems).Assemble();

        // A generic class is resolved once for each set of arguments, and says the same of its fields each time.
        var told = problems.Distinct()
            .OrderBy(p => roots.FindIndex(r => r.File == p.File)).ThenBy(static p => p.Line).ThenBy(static p => p.Column)
            .ToImmutableArray();
        return new ContractLoadResult(told.IsEmpty ? contracts : [], told);
    }
}
