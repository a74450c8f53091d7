using System.IO.Enumeration;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>The contracts that a command takes from a running gRPC server.</summary>
/// <param name="Address">host:port, or an http or https URL.</param>
/// <param name="TimeoutMs">For all of it, 1 to <see cref="MaxTimeoutMs"/>.</param>
/// <param name="Plugins">Folder of plugins; null for the usual one.</param>
internal sealed record ServerContracts(string Address, int TimeoutMs, string? Plugins)
{
    public const int MaxTimeoutMs = 60_000;

    /// <summary>What the server says as declarations; null after a problem, which is added.</summary>
    /// <param name="services">With <c>*</c> for any text; all that the server lists without any.</param>
    public async Task<ContractDocument?> FetchAsync(
        IReadOnlyCollection<string> services,
        List<string> notes,
        List<SourceProblem> problems,
        CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        if (PluginOption.Load(Plugins, surroundings) is not { } catalog || !catalog.ContractSources.TryGetValue("reflection", out var source))
        {
            problems.Add(new(Address, 0, 0, "nothing here asks for contracts by reflection", "correct the plugins"));
            return null;
        }

        if (source.Check(Address) is { } wrong)
        {
            problems.Add(new("--reflection", 0, 0, $"'{Address}' {wrong}", "write host:port, or https://host:port"));
            return null;
        }

        // Names without a pattern are asked for, so that a server that lists nothing gives them all the same.
        string[] asked = services.Any(FilePatterns.IsPattern) ? [] : [.. services];
        var settings = new ContractSourceSettings(Address, asked, TimeoutMs, TimeProvider.System);
        var fetched = await source.FetchAsync(settings, cancellationToken).ConfigureAwait(false);
        if (fetched.Problem is { } why)
        {
            problems.Add(new(Address, 0, 0, $"the server gives no contracts: {why}", "start it with reflection on, or import its .proto files"));
            return null;
        }

        if (fetched.Contracts.IsEmpty || (services.Count > 0
            && !fetched.Contracts.Any(c => services.Any(s => FileSystemName.MatchesSimpleExpression(s, c.Service.Interface, ignoreCase: false)))))
        {
            problems.Add(new(Address, 0, 0, "the server describes no such service", "correct --service, or leave it out"));
        }

        return DescribedContracts.Declare(Address, fetched.Contracts, services, notes);
    }
}
