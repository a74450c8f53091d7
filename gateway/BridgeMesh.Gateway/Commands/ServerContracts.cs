using System.IO.Enumeration;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>The contracts that a command takes from running programs, such as gRPC servers and Dubbo's metadata centre.</summary>
/// <param name="TimeoutMs">For all that one of them says, 1 to <see cref="MaxTimeoutMs"/>.</param>
/// <param name="Plugins">Folder of plugins; null for the usual one.</param>
internal sealed record ServerContracts(IReadOnlyList<LiveSource> Sources, int TimeoutMs, string? Plugins)
{
    public const int MaxTimeoutMs = 60_000;

    /// <summary>What they say as declarations, one document for each; with problems, which are added, some may be missing.</summary>
    /// <param name="services">With <c>*</c> for any text; all that there are without any.</param>
    public async Task<IReadOnlyList<ContractDocument>> FetchAsync(
        IReadOnlyCollection<string> services,
        List<string> notes,
        List<SourceProblem> problems,
        CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        var documents = new List<ContractDocument>();
        var catalog = Sources.Count == 0 ? null : PluginOption.Load(Plugins, surroundings);
        foreach (var asked in Sources)
        {
            if (catalog is null || !catalog.ContractSources.TryGetValue(asked.Kind, out var source))
            {
                problems.Add(new(asked.Option, 0, 0, "nothing here asks for contracts in this way", "correct the plugins"));
            }
            else if (source.Check(asked.Address) is { } wrong)
            {
                problems.Add(new(asked.Option, 0, 0, $"'{asked.Shown}' {wrong}", asked.Cure));
            }
            else if (await FetchAsync(asked, source, services, notes, problems, cancellationToken).ConfigureAwait(false) is { } document)
            {
                documents.Add(document);
            }
        }

        return documents;
    }

    private async Task<ContractDocument?> FetchAsync(
        LiveSource asked,
        IContractSource source,
        IReadOnlyCollection<string> services,
        List<string> notes,
        List<SourceProblem> problems,
        CancellationToken cancellationToken)
    {
        // Names without a pattern are asked for, so that a server that lists nothing gives them all the same.
        string[] named = services.Any(FilePatterns.IsPattern) ? [] : [.. services];
        var settings = new ContractSourceSettings(asked.Address, named, TimeoutMs, TimeProvider.System);
        var fetched = await source.FetchAsync(settings, cancellationToken).ConfigureAwait(false);
        if (fetched.Problem is { } why)
        {
            problems.Add(new(asked.Shown, 0, 0, $"the server gives no contracts: {why}", asked.Remedy));
            return null;
        }

        var wanted = fetched.Contracts
            .Where(c => services.Count == 0 || services.Any(s => FileSystemName.MatchesSimpleExpression(s, c.Service.Interface, ignoreCase: false)))
            .ToLookup(static c => c.Service.Interface, StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            problems.Add(new(asked.Shown, 0, 0, "the server describes no such service", "correct --service, or leave it out"));
        }

        // A file has one service of a name.
        notes.AddRange(fetched.Notes);
        notes.AddRange(wanted.SelectMany(static same => same.Skip(1).Select(other => $"{other.Service} is left out, as {same.First().Service} has its name")));
        return DescribedContracts.Declare(asked.Shown, [.. wanted.Select(static same => same.First())], services, notes);
    }
}
