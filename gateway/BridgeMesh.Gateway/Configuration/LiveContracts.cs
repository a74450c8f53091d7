using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Contracts of running servers, as they said them last. A server that is away, or says what is wrong, keeps what it said before. Fetched by
/// one thread at a time; read by any.
/// </summary>
internal sealed class LiveContracts(PluginCatalog catalog, TimeProvider time)
{
    /// <summary>Time until a server that has said nothing yet is asked again, in ms.</summary>
    private const int RetryMs = 5_000;

    private volatile ImmutableDictionary<string, Known> _known = ImmutableDictionary<string, Known>.Empty;

    /// <summary>Checks what the keys' own types cannot; adds every problem. Connects to nothing.</summary>
    public static void Check(ConfigReading reading, PluginCatalog catalog, List<SourceProblem> problems)
    {
        for (var i = 0; i < reading.Config.Contracts.Count; i++)
        {
            var entry = reading.Config.Contracts[i];
            if (entry.Path is null == entry.Reflection is null)
            {
                problems.Add(
                    reading.Places.Find($"contracts[{i}]"),
                    entry.Path is null ? "the entry says no source of contracts" : "the entry says two sources of contracts",
                    "write a path, or { reflection: host:port }");
            }
            else if (entry.Reflection is { } address)
            {
                var what = catalog.ContractSources.TryGetValue(KindOf(entry), out var source) ? source.Check(address) : "needs a plugin that is not there";
                if (what is not null)
                {
                    problems.Add(reading.Places.Find($"contracts[{i}].reflection"), $"'{address}' {what}", "write host:port, or https://host:port");
                }
            }
        }
    }

    /// <summary>Asks the servers whose time has come, or all of them; true when one said something else than before.</summary>
    public async Task<bool> FetchAsync(GatewayConfig config, bool all, CancellationToken cancellationToken)
    {
        var entries = EntriesOf(config).Where(e => all || IsDue(e)).DistinctBy(KeyOf).ToList();
        var fetched = await Task.WhenAll(entries.Select(e => FetchAsync(e, cancellationToken))).ConfigureAwait(false);
        var next = _known;
        var changed = false;
        foreach (var (entry, fetch) in entries.Zip(fetched))
        {
            var before = next.GetValueOrDefault(KeyOf(entry));
            var isNew = fetch.Problem is null && (before is null || !IsSame(before.Contracts, fetch.Contracts));
            changed |= isNew || before?.Problem != fetch.Problem;
            next = next.SetItem(KeyOf(entry), new Known(isNew ? fetch.Contracts : before?.Contracts ?? [], fetch.Problem, time.GetTimestamp()));
        }

        // What is configured no more is forgotten.
        var keys = EntriesOf(config).Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        _known = next.RemoveRange(next.Keys.Where(k => !keys.Contains(k)));
        return changed;
    }

    /// <summary>Time until the first server is to be asked again; null where there is none.</summary>
    public TimeSpan? UntilDue(GatewayConfig config)
    {
        var entries = EntriesOf(config).ToList();
        return entries.Count == 0 ? null : entries.Min(Left);
    }

    /// <summary>The files' contracts and those of servers, where a file does not declare the service.</summary>
    public ImmutableArray<ServiceContract> Join(ImmutableArray<ServiceContract> files, GatewayConfig config)
    {
        var services = new HashSet<ServiceKey>(files.Select(static c => c.Service));
        var live = EntriesOf(config).SelectMany(e => _known.GetValueOrDefault(KeyOf(e))?.Contracts ?? []);
        return [.. files, .. live.Where(c => services.Add(c.Service))];
    }

    /// <summary>Why servers were not understood when they were asked last.</summary>
    public ImmutableArray<SourceProblem> Problems(ConfigReading reading) =>
    [
        .. reading.Config.Contracts.Select((entry, i) => (entry, i)).Where(static e => e.entry.Reflection is not null)
            .Select(e => (e.entry, At: reading.Places.Find($"contracts[{e.i}]"), _known.GetValueOrDefault(KeyOf(e.entry))?.Problem))
            .Where(static e => e.Problem is not null)
            .Select(e => new SourceProblem(
                e.At.File,
                e.At.Line,
                e.At.Column,
                $"{e.entry.Reflection} gives no contracts: {e.Problem}",
                _known[KeyOf(e.entry)].Contracts.IsEmpty ? "start it with reflection on; it is asked again" : "what it said before stays in force")),
    ];

    private async Task<ContractFetch> FetchAsync(ContractConfig entry, CancellationToken cancellationToken) =>
        catalog.ContractSources.TryGetValue(KindOf(entry), out var source)
            ? await source.FetchAsync(
                new ContractSourceSettings(entry.Reflection ?? string.Empty, entry.Services, entry.TimeoutMs, time), cancellationToken).ConfigureAwait(false)
            : ContractFetch.Failed("it needs a plugin that is not there");

    private TimeSpan Left(ContractConfig entry)
    {
        if (!_known.TryGetValue(KeyOf(entry), out var known))
        {
            return TimeSpan.Zero;
        }

        var pause = TimeSpan.FromMilliseconds(known.Problem is null ? entry.RefreshMs : Math.Min(RetryMs, entry.RefreshMs));
        var left = pause - time.GetElapsedTime(known.AskedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool IsDue(ContractConfig entry) => Left(entry) == TimeSpan.Zero;

    private static IEnumerable<ContractConfig> EntriesOf(GatewayConfig config) => config.Contracts.Where(static e => e.Reflection is not null);

    private static string KindOf(ContractConfig entry) => entry.Reflection is null ? string.Empty : "reflection";

    private static string KeyOf(ContractConfig entry) => $"{entry.Reflection} {string.Join(' ', entry.Services)}";

    /// <summary>Whether the descriptors are the same, so that what was compiled from them need not be made anew.</summary>
    private static bool IsSame(ImmutableArray<ServiceContract> left, ImmutableArray<ServiceContract> right) =>
        left.Select(static c => c.Service).SequenceEqual(right.Select(static c => c.Service))
        && left.Zip(right).All(static p => p.First.ProtoFiles.Length == p.Second.ProtoFiles.Length
            && p.First.ProtoFiles.Zip(p.Second.ProtoFiles).All(static f =>
                f.First.Name == f.Second.Name && f.First.Descriptor.Span.SequenceEqual(f.Second.Descriptor.Span)));

    /// <param name="Problem">Of the last time; null when there was none.</param>
    private sealed record Known(ImmutableArray<ServiceContract> Contracts, string? Problem, long AskedAt);
}
