using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Calling;

/// <summary>The contract of a call's service, from its server. Stateless.</summary>
internal static class ReflectedContracts
{
    /// <summary>The contract, or why there is none.</summary>
    public static async Task<(ImmutableArray<ServiceContract> Contracts, string? Problem)> FetchAsync(
        PluginCatalog catalog, CallTarget target, int timeoutMs, CancellationToken cancellationToken)
    {
        if (!catalog.ContractSources.TryGetValue("reflection", out var source))
        {
            return ([], "nothing here asks for contracts by reflection");
        }

        var host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        var address = string.Create(CultureInfo.InvariantCulture, $"{(target.IsSecure ? "https" : "http")}://{host}:{target.Port}");
        var settings = new ContractSourceSettings(address, [target.Service.Interface], timeoutMs, TimeProvider.System);
        var fetched = await source.FetchAsync(settings, cancellationToken).ConfigureAwait(false);
        return (fetched.Contracts, fetched.Problem is null ? null : $"{address} gives no contract of {target.Service.Interface}: {fetched.Problem}");
    }
}
