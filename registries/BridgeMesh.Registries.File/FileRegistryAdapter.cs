using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Exchanges;
using BridgeMesh.Files;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.File;

/// <summary>
/// One services file. Read-only: people or their tools write it. It is read when the first watcher comes, and after every change; a version
/// with problems, or a file that went, leaves the last good version in force, marked stale.
/// </summary>
internal sealed class FileRegistryAdapter(string path, RegistrySettings settings) : IRegistryAdapter
{
    /// <summary>Problems of one version that are told; one slip of indentation can make thousands.</summary>
    private const int MaxNotices = 20;

    private readonly Lock _lock = new();
    private FileWatch? _watch;
    private Content? _content;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _inTrouble;
    private bool _disposed;

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(
        ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceSnapshot? last = null;
        while (true)
        {
            var (content, changed) = Current();
            var instances = content.Services.GetValueOrDefault(service, []);
            if (last is null || last.Stale != content.Stale || !SameInstances(last.Instances, instances))
            {
                last = new ServiceSnapshot(service, content.Revision, content.Stale, instances);
                yield return last;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImmutableArray<ServiceKey>? last = null;
        while (true)
        {
            var (content, changed) = Current();
            var services = content.Services.Keys.OrderBy(k => k.ToString(), StringComparer.Ordinal).ToImmutableArray();
            if (last is not { } before || !before.AsSpan().SequenceEqual(services.AsSpan()))
            {
                last = services;
                yield return services;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A registry of kind 'file' is written by people: the gateway only reads it.");

    public async ValueTask DisposeAsync()
    {
        FileWatch? watch;
        lock (_lock)
        {
            _disposed = true;
            (watch, _watch) = (_watch, null);
            _changed.TrySetCanceled();
        }

        if (watch is not null)
        {
            await watch.DisposeAsync().ConfigureAwait(false);
        }
    }

    private (Content Content, Task Changed) Current()
    {
        var notices = new List<RegistryNotice>();
        (Content Content, Task Changed) current;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_watch is null)
            {
                // Watch first, then read: a change in between is read twice rather than never.
                _watch = new FileWatch(() => [path], ReadAgainAsync, settings.Time);
                _watch.Start();
            }

            _content ??= Read(null, notices);
            current = (_content, _changed.Task);
        }

        notices.ForEach(n => settings.Notice?.Invoke(n));
        return current;
    }

    private Task ReadAgainAsync()
    {
        var notices = new List<RegistryNotice>();
        lock (_lock)
        {
            var next = Read(_content, notices);
            if (!ReferenceEquals(next, _content))
            {
                _content = next;
                var changed = _changed;
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                changed.TrySetResult();
            }
        }

        notices.ForEach(n => settings.Notice?.Invoke(n));
        return Task.CompletedTask;
    }

    private Content Read(Content? before, List<RegistryNotice> notices)
    {
        var problems = new List<SourceProblem>();
        var services = ServicesFile.Read(path, problems);
        if (problems.Count > 0)
        {
            notices.AddRange(problems.Take(MaxNotices).Select(p => new RegistryNotice(IsTrouble: true, p.ToString())));
            notices.Add(new(IsTrouble: true, before is { Services.Count: > 0 }
                ? $"{path}: {Count(problems)}; its last good version stays in force"
                : $"{path}: {Count(problems)}; there are no services until it is right"));
            _inTrouble = true;
            return before switch
            {
                null => Content.Unread,
                { Stale: true } => before,
                _ => before with { Stale = true, Revision = before.Revision + 1 },
            };
        }

        if (_inTrouble)
        {
            _inTrouble = false;
            notices.Add(new(IsTrouble: false, $"{path} is right again: {services.Count} services"));
        }

        return before is { Stale: false } && SameServices(before.Services, services)
            ? before
            : new Content((before?.Revision ?? 0) + 1, Stale: false, services);
    }

    private static string Count(List<SourceProblem> problems) => problems.Count == 1 ? "1 problem" : $"{problems.Count} problems";

    private static bool SameServices(
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> a,
        ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && SameInstances(pair.Value, other));

    private static bool SameInstances(ImmutableArray<ServiceInstance> a, ImmutableArray<ServiceInstance> b) =>
        a.AsSpan().SequenceEqual(b.AsSpan());

    /// <param name="Revision">Rises with every change.</param>
    private sealed record Content(long Revision, bool Stale, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Services)
    {
        public static readonly Content Unread = new(0, Stale: true, ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty);
    }
}
