using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>
/// Contracts from Dubbo's metadata centre, in whatever store of nodes it is kept. Providers write a node for each service,
/// <c>/dubbo/metadata/{interface}[/{version}][/{group}]/provider/{application}</c> (org.apache.dubbo.metadata.report.identifier
/// .BaseServiceMetadataIdentifier); the group <c>dubbo</c> before it is another behind <c>?group=</c>. Safe for any thread.
/// </summary>
/// <param name="stores">Ways to stores, by the scheme of their addresses.</param>
internal sealed class MetadataCentre(IReadOnlyDictionary<string, INodeStoreFactory> stores) : IContractSource
{
    /// <summary>Nodes that one fetch reads.</summary>
    private const int MaxNodes = 100_000;

    /// <summary>Bytes of definitions that one fetch takes.</summary>
    private const int MaxBytes = 64 << 20;

    /// <summary>Interfaces that are asked for at the same time.</summary>
    private const int MaxAtOnce = 16;

    public string Kind => "dubboMetadata";

    public string? Check(string address) =>
        StoreOf(address) is { } store ? store.Check(address)
        : stores.Count == 0 ? "needs a plugin that is not there"
        : $"begins with none of {string.Join(", ", stores.Keys.Order(StringComparer.Ordinal).Select(static s => $"{s}://"))}";

    public async Task<ContractFetch> FetchAsync(ContractSourceSettings settings, CancellationToken cancellationToken)
    {
        if (Check(settings.Address) is { } problem)
        {
            return ContractFetch.Failed($"the address {problem}");
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(settings.TimeoutMs), settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // Check has found the store.
            var store = StoreOf(settings.Address)!.Open(settings.Address, settings.TimeoutMs, settings.Time);
            await using var _ = store.ConfigureAwait(false);
            var walk = new Walk(store, RootOf(settings.Address));
            return await walk.FetchAsync(settings.Services, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ContractFetch.Failed($"no whole answer came within {settings.TimeoutMs} ms");
        }
    }

    private INodeStoreFactory? StoreOf(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? stores.GetValueOrDefault(address[..end]) : null;

    private static string RootOf(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var group = query < 0 ? null : address[(query + 1)..].Split('&').FirstOrDefault(static p => p.StartsWith("group=", StringComparison.Ordinal));
        return $"/{(group is null ? "dubbo" : Uri.UnescapeDataString(group["group=".Length..]).Trim('/'))}/metadata";
    }

    /// <summary>One fetch.</summary>
    private sealed class Walk(INodeStore store, string root)
    {
        private readonly Lock _lock = new();
        private readonly List<(string Path, ReadOnlyMemory<byte> Data)> _found = [];
        private long _bytes;
        private int _nodes;
        private string? _problem;

        public async Task<ContractFetch> FetchAsync(IReadOnlyList<string> services, CancellationToken end)
        {
            IReadOnlyList<string> names = services;
            if (services.Count == 0)
            {
                var listed = await store.ReadChildrenAsync(root, end).ConfigureAwait(false);
                if (listed.Status != NodeStatus.Ok)
                {
                    return ContractFetch.Failed(listed.Status == NodeStatus.NotFound ? $"there is no {root}" : listed.Problem);
                }

                // Dubbo's own services are on every provider, and nobody bridges them.
                names = [.. listed.Children.Where(static n => !n.StartsWith("org.apache.dubbo.", StringComparison.Ordinal))];
            }

            await Parallel.ForEachAsync(
                names,
                new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = end },
                async (name, token) => await LookAsync($"{root}/{name}", 0, isProviders: false, token).ConfigureAwait(false)).ConfigureAwait(false);
            if (_problem is not null)
            {
                return ContractFetch.Failed(_problem);
            }

            return Load(services.Where(s => !_found.Exists(f => f.Path.StartsWith($"{root}/{s}/", StringComparison.Ordinal))));
        }

        /// <summary>Looks below an interface, a version or a group; nodes of applications and of configuration have no providers.</summary>
        private async Task LookAsync(string path, int depth, bool isProviders, CancellationToken end)
        {
            if (_problem is not null || Interlocked.Increment(ref _nodes) > MaxNodes)
            {
                _problem ??= $"there are more than {MaxNodes} nodes: name the services that are wanted";
                return;
            }

            var listed = await store.ReadChildrenAsync(path, end).ConfigureAwait(false);
            if (listed.Status == NodeStatus.Failed)
            {
                _problem ??= listed.Problem;
            }

            foreach (var child in listed.Children.IsDefault ? [] : listed.Children)
            {
                if (isProviders)
                {
                    await TakeAsync($"{path}/{child}", end).ConfigureAwait(false);
                }
                else if (child == "provider" || (depth < 2 && child != "consumer"))
                {
                    await LookAsync($"{path}/{child}", depth + 1, child == "provider", end).ConfigureAwait(false);
                }
            }
        }

        private async Task TakeAsync(string path, CancellationToken end)
        {
            var read = await store.ReadDataAsync(path, end).ConfigureAwait(false);
            lock (_lock)
            {
                _bytes += read.Data.Length;
                if (read.Status == NodeStatus.Failed || _bytes > MaxBytes)
                {
                    _problem ??= read.Status == NodeStatus.Failed ? read.Problem : $"the definitions have more than {MaxBytes} bytes: name the services that are wanted";
                }
                else if (read.Status == NodeStatus.Ok)
                {
                    _found.Add((path, read.Data));
                }
            }
        }

        /// <param name="missing">Services that were asked for and are not there: they take no other with them, as they may come later.</param>
        private ContractFetch Load(IEnumerable<string> missing)
        {
            var contracts = ImmutableArray.CreateBuilder<ServiceContract>();
            List<string> leftOut = [.. missing.Select(static s => $"no provider has described {s}")];
            var notes = new List<string>();
            var owners = new Dictionary<ServiceKey, string>();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (path, data) in _found.OrderBy(static f => f.Path, StringComparer.Ordinal))
            {
                // A node that cannot be read takes no other service with it: it is of another team.
                hash.AppendData(Encoding.UTF8.GetBytes(path));
                hash.AppendData(data.Span);
                var (version, group) = PartsOf(path);
                if (ServiceDefinitionReader.Read(data, path, out var problem, version, group) is not { } read)
                {
                    leftOut.Add($"{path} {problem}: it is left out");
                    continue;
                }

                var loaded = ContractLoader.Load([], [read.Document], []);
                if (!loaded.IsOk)
                {
                    leftOut.Add($"{path} is left out: {loaded.Problems[0].Message}");
                    continue;
                }

                foreach (var contract in loaded.Contracts)
                {
                    if (owners.TryAdd(contract.Service, path))
                    {
                        contracts.Add(contract);
                        notes.AddRange(read.Notes);
                    }
                    else
                    {
                        leftOut.Add($"{path} describes {contract.Service} too; {owners[contract.Service]} counts");
                    }
                }
            }

            // What is missing comes before what is not whole: readers of a long list see its beginning.
            return contracts.Count == 0 && leftOut.Count > 0
                ? ContractFetch.Failed(leftOut[0])
                : new ContractFetch(contracts.ToImmutable(), null)
                {
                    Notes = [.. leftOut, .. notes],
                    Revision = Convert.ToHexStringLower(hash.GetHashAndReset()),
                };
        }

        /// <summary>Version and group, where the path says them: one part alone may be either, and is taken for the version.</summary>
        private (string Version, string Group) PartsOf(string path) =>
            path[(root.Length + 1)..].Split('/') is [_, .. var middle, "provider", _]
                ? (middle.Length > 0 ? middle[0] : string.Empty, middle.Length > 1 ? middle[1] : string.Empty)
                : (string.Empty, string.Empty);
    }
}
