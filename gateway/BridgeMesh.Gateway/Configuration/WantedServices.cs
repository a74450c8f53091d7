using System.IO.Enumeration;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>The services that are wanted of sources, whatever kind those are. Immutable.</summary>
/// <param name="Names">Full names, with <c>*</c> for any text; at least one.</param>
/// <param name="Sources">Files and directories as <see cref="ContractFileSet"/> names them.</param>
/// <param name="Places">Where each name is written; empty for a command line.</param>
internal sealed record WantedServices(IReadOnlyCollection<string> Names, IReadOnlyCollection<string> Sources, IReadOnlyList<YamlMark> Places)
{
    public static bool Has(IReadOnlyCollection<string> names, string service) =>
        names.Count == 0 || names.Any(n => FileSystemName.MatchesSimpleExpression(n, service, ignoreCase: false));

    /// <summary>
    /// A document of which the services that are not wanted are only there to be extended: a service has the methods of its parents,
    /// whether those are wanted or not.
    /// </summary>
    public static ContractDocument Narrow(ContractDocument document, IReadOnlyCollection<string> names) => names.Count == 0 ? document : document with
    {
        Services = [.. document.Services.Select(s => Has(names, s.Name.Text) ? s : s with { IsAbstract = true })],
    };

    /// <summary>Tells of names that no service of their sources has.</summary>
    /// <param name="wanted">May be empty.</param>
    /// <param name="services">Services by source, before any was left out.</param>
    public static void Check(IEnumerable<WantedServices> wanted, ILookup<string, string> services, List<SourceProblem> problems)
    {
        foreach (var entry in wanted)
        {
            var known = entry.Sources.SelectMany(s => services[s]).Distinct(StringComparer.Ordinal).ToList();
            foreach (var (name, i) in entry.Names.Select(static (n, i) => (n, i)).Where(n => !known.Exists(k => Has([n.n], k))))
            {
                var (what, cure) = ($"no service is called '{name}'", NearMiss.Cure(name, known));
                problems.Add(i < entry.Places.Count
                    ? SourceProblem.At(entry.Places[i], what, cure)
                    : new SourceProblem(entry.Sources.First(), 0, 0, what, cure));
            }
        }
    }
}
