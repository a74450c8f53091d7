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
    public static ContractLoadResult Load(IEnumerable<string> files) => Load(files, [], []);

    /// <summary>As above, beside what other sources declare: each sees the types and services of all.</summary>
    /// <param name="others">Declarations that came from no YAML.</param>
    /// <param name="problems">What is wrong with those already.</param>
    public static ContractLoadResult Load(IEnumerable<string> files, IEnumerable<ContractDocument> others, List<SourceProblem> problems)
    {
        var roots = files.Distinct(StringComparer.Ordinal).Select(file => (file, ReadFile(file, problems))).ToList();
        return Load(Documents(roots, problems).Concat(others), problems);
    }

    /// <summary>What files declare, nothing in it resolved.</summary>
    public static IReadOnlyList<ContractDocument> Read(IEnumerable<string> files, List<SourceProblem> problems) =>
        [.. Documents(files.Distinct(StringComparer.Ordinal).Select(file => (file, ReadFile(file, problems))), problems)];

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

        return Load(Documents(roots, problems), problems);
    }

    private static IEnumerable<ContractDocument> Documents(IEnumerable<(string File, YamlNode? Root)> roots, List<SourceProblem> problems)
    {
        var keys = new ContractKeys(problems);
        return roots.Select(r => new DeclarationReader(r.File, keys).Read(r.Root));
    }

    private static ContractLoadResult Load(IEnumerable<ContractDocument> read, List<SourceProblem> problems)
    {
        var documents = read.ToList();
        var index = new TypeIndex(documents, problems);
        TypeRules.Check(index, problems);
        var resolver = new TypeResolver(index, problems);
        resolver.ResolveAll();
        var policies = documents.Where(static d => d.Values is not null)
            .ToDictionary(static d => d.File, static d => d.Values ?? ValuePolicy.Default, StringComparer.Ordinal);
        var contracts = new ServiceAssembler(index, resolver, policies, problems).Assemble();

        // A generic class is resolved once for each set of arguments, and says the same of its fields each time.
        var told = problems.Distinct()
            .OrderBy(p => documents.FindIndex(d => d.File == p.File)).ThenBy(static p => p.Line).ThenBy(static p => p.Column)
            .ToImmutableArray();
        return new ContractLoadResult(told.IsEmpty ? contracts : [], told);
    }

    /// <summary>
    /// As YAML. An empty file is a problem: editors and shells empty a file before they write it, and what it declared would be gone in between.
    /// </summary>
    private static YamlNode? ReadFile(string file, List<SourceProblem> problems)
    {
        var before = problems.Count;
        var root = YamlTree.ReadFile(file, problems);
        if (root is null && problems.Count == before)
        {
            problems.Add(new(file, 0, 0, "the file is empty", "write services: {} where it shall declare nothing, or remove it"));
        }

        return root;
    }
}
