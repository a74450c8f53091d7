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

    /// <summary>Notes of one server that are kept; the rest is counted.</summary>
    private const int MaxNotes = 1_000;

    private volatile ImmutableDictionary<string, Known> _known = ImmutableDictionary<string, Known>.Empty;

    /// <summary>Checks what the keys' own types cannot; adds every problem. Connects to nothing.</summary>
    public static void Check(ConfigReading reading, PluginCatalog catalog, List<SourceProblem> problems)
    {
        for (var i = 0; i < reading.Config.Contracts.Count; i++)
        {
            var entry = reading.Config.Contracts[i];
            var said = new[] { entry.Path, entry.Reflection, entry.DubboMetadata }.Count(static s => s is not null);
            if (said != 1)
            {
                problems.Add(
                    reading.Places.Find($"contracts[{i}]"),
                    said == 0 ? "the entry says no source of contracts" : $"the entry says {(said == 2 ? "two" : "three")} sources of contracts",
                    "write a path, or { reflection: host:port }, or { dubboMetadata: zookeeper://host:2181 }");
            }
            else if (SourceOf(entry) is { } asked)
            {
                var what = catalog.ContractSources.TryGetValue(asked.Kind, out var source) ? source.Check(asked.Address) : "needs a plugin that is not there";
                if (what is not null)
                {
                    problems.Add(reading.Places.Find($"contracts[{i}].{asked.Kind}"), $"'{asked.Shown}' {what}", asked.Cure);
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
            var isNew = fetch.Problem is null && (before is null || !IsSame(before, fetch));
            var notes = fetch.Problem is null ? Bounded(fetch.Notes) : before?.Notes ?? [];
            changed |= isNew || before?.Problem != fetch.Problem || !notes.SequenceEqual(before?.Notes ?? []);
            next = next.SetItem(KeyOf(entry), new Known(
                isNew ? fetch.Contracts : before?.Contracts ?? [], isNew ? fetch.Revision : before?.Revision, fetch.Problem, time.GetTimestamp())
            {
                Notes = notes,
            });
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
        .. reading.Config.Contracts.Select((entry, i) => (entry, i)).Select(static e => (e.entry, e.i, Asked: SourceOf(e.entry)))
            .Where(static e => e.Asked is not null)
            .Select(e => (e.entry, e.Asked, At: reading.Places.Find($"contracts[{e.i}]"), _known.GetValueOrDefault(KeyOf(e.entry))?.Problem))
            .Where(static e => e.Problem is not null)
            .Select(e => new SourceProblem(
                e.At.File,
                e.At.Line,
                e.At.Column,
                $"{e.Asked?.Shown} gives no contracts: {e.Problem}",
                _known[KeyOf(e.entry)].Contracts.IsEmpty ? $"{e.Asked?.Remedy}; it is asked again" : "what it said before stays in force")),
    ];

    /// <summary>What servers said that is not carried over whole, or left out; one line each.</summary>
    public ImmutableArray<string> Notes(GatewayConfig config) =>
    [
        .. EntriesOf(config).DistinctBy(KeyOf)
            .SelectMany(e => (_known.GetValueOrDefault(KeyOf(e))?.Notes ?? []).Select(note => $"{SourceOf(e)?.Shown}: {note}")),
    ];

    private static ImmutableArray<string> Bounded(ImmutableArray<string> notes) =>
        notes.Length <= MaxNotes ? notes : [.. notes.Take(MaxNotes), $"{notes.Length - MaxNotes} further notes"];

    private async Task<ContractFetch> FetchAsync(ContractConfig entry, CancellationToken cancellationToken) =>
        SourceOf(entry) is { } asked && catalog.ContractSources.TryGetValue(asked.Kind, out var source)
            ? await source.FetchAsync(
                new ContractSourceSettings(asked.Address, entry.Services, entry.TimeoutMs, time), cancellationToken).ConfigureAwait(false)
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

    private static IEnumerable<ContractConfig> EntriesOf(GatewayConfig config) => config.Contracts.Where(static e => SourceOf(e) is not null);

    private static LiveSource? SourceOf(ContractConfig entry) =>
        entry.Reflection is { } server ? LiveSource.Reflection(server)
        : entry.DubboMetadata is { } centre ? LiveSource.DubboMetadata(centre)
        : null;

    private static string KeyOf(ContractConfig entry) => $"{SourceOf(entry)?.Kind} {SourceOf(entry)?.Address} {string.Join(' ', entry.Services)}";

    /// <summary>Whether nothing has changed, so that what was compiled from them need not be made anew: as the source says, or the descriptors.</summary>
    private static bool IsSame(Known before, ContractFetch fetch) =>
        fetch.Revision is { } revision ? before.Revision == revision
        : before.Contracts.Select(static c => c.Service).SequenceEqual(fetch.Contracts.Select(static c => c.Service))
            && before.Contracts.Zip(fetch.Contracts).All(static p => p.First.ProtoFiles.Length == p.Second.ProtoFiles.Length
                && p.First.ProtoFiles.Zip(p.Second.ProtoFiles).All(static f =>
                    f.First.Name == f.Second.Name && f.First.Descriptor.Span.SequenceEqual(f.Second.Descriptor.Span)));

    /// <param name="Problem">Of the last time; null when there was none.</param>
    /// <param name="Revision">As the source said; null when it does not tell.</param>
    private sealed record Known(ImmutableArray<ServiceContract> Contracts, string? Revision, string? Problem, long AskedAt)
    {
        /// <summary>Of the last time that it gave contracts.</summary>
        public ImmutableArray<string> Notes { get; init; } = [];
    }
}
