using System.Collections.Immutable;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Publishing;

/// <summary>
/// Instances that are published by the same nodes, and the task that keeps those nodes as they shall be: through lost connections, ended
/// sessions, trees that were set up anew and neighbours who take them out. Ends itself when nothing is left to be published or taken out.
/// </summary>
internal sealed class PublishedGroup(string name, NodePublisher publisher, CancellationToken stopping)
{
    /// <summary>Nodes taken out by others twice within it are a quarrel, in which who waits longer each time does less harm.</summary>
    private static readonly TimeSpan QuarrelTime = TimeSpan.FromMinutes(1);

    private const string NoServer = "no server answers";

    private readonly Lock _lock = new();
    private readonly List<(long Number, ServiceInstance Facade)> _facades = [];
    private readonly Dictionary<string, NodeToPublish> _written = new(StringComparer.Ordinal);
    private readonly List<Watch> _watches = [];
    private long _version;
    private TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;
    private int _losses;
    private long _restoredAt;

    internal string Name => name;

    /// <summary>The task, once it runs.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    internal bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _facades.Count == 0;
            }
        }
    }

    /// <summary>It waits to try again.</summary>
    internal bool HasFailed => Volatile.Read(ref _failures) > 0;

    internal void Start() => Running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>The task is done when the nodes were tried to be brought to what the group is now.</summary>
    internal Task Add(long number, ServiceInstance facade)
    {
        lock (_lock)
        {
            _facades.Add((number, facade));
            return ChangedLocked();
        }
    }

    internal Task Remove(long number)
    {
        lock (_lock)
        {
            return _facades.RemoveAll(f => f.Number == number) > 0 ? ChangedLocked() : Task.CompletedTask;
        }
    }

    /// <summary>Looks at its nodes again.</summary>
    internal void Wake()
    {
        lock (_lock)
        {
            _woken.TrySetResult();
        }
    }

    private Task ChangedLocked()
    {
        _version++;
        _woken.TrySetResult();
        return _tried.Task;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                ImmutableArray<ServiceInstance> facades;
                TaskCompletionSource tried;
                long version;
                lock (_lock)
                {
                    facades = [.. _facades.Select(static f => f.Facade)];
                    (version, tried) = (_version, _tried);
                    _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                var problem = await publisher.IsConnectedAsync(stopping).ConfigureAwait(false)
                    ? await publisher.WithTurnAsync(() => ReconcileAsync(facades), stopping).ConfigureAwait(false)
                    : NoServer;
                Tell(problem, facades);
                var isDone = problem.Length == 0 && facades.IsEmpty && publisher.TryEnd(this);
                tried.TrySetResult();
                if (isDone)
                {
                    return;
                }

                await PauseAsync(problem.Length > 0, version).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The session ends next, and what is ephemeral with it.
        }
        finally
        {
            lock (_lock)
            {
                _tried.TrySetResult();
            }

            _watches.ForEach(static w => w.Dispose());
        }
    }

    /// <summary>Until something changed; after a failure no longer than a growing pause.</summary>
    private async Task PauseAsync(bool hasFailed, long version)
    {
        Task woken;
        lock (_lock)
        {
            if (_version != version)
            {
                return;
            }

            woken = _woken.Task;
        }

        if (hasFailed)
        {
            await PauseAsync(_failures, woken).ConfigureAwait(false);
            return;
        }

        var fired = await Task.WhenAny([woken, .. _watches.Select(static w => w.Fired)]).WaitAsync(stopping).ConfigureAwait(false);
        if (fired != woken)
        {
            await OnLostAsync(woken).ConfigureAwait(false);
        }
    }

    /// <summary>Somebody wrote or took out what is ours.</summary>
    private async Task OnLostAsync(Task woken)
    {
        _losses = publisher.Time.GetElapsedTime(_restoredAt) < QuarrelTime ? _losses + 1 : 0;
        _restoredAt = publisher.Time.GetTimestamp();
        if (_losses > 0)
        {
            await PauseAsync(_losses, woken).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(int count, Task woken)
    {
        var pause = Pauses.After(count);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(woken, Task.Delay(pause, publisher.Time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Empty when all nodes are as they shall be.</summary>
    private async Task<string> ReconcileAsync(ImmutableArray<ServiceInstance> facades)
    {
        _watches.ForEach(static w => w.Dispose());
        _watches.Clear();
        var nodes = facades.IsEmpty ? [] : publisher.Layout.NodesOf(facades);
        foreach (var node in nodes)
        {
            // Before it is tried: what was sent and not answered may have been done.
            _written[node.Path] = node;
            var (error, watch) = await publisher.Writer.EnsureAsync(node, stopping).ConfigureAwait(false);
            if (watch is null)
            {
                return Why(node.Path, error);
            }

            _watches.Add(watch);
        }

        // Entries last: they stay while anything of ours or of others stands behind them.
        foreach (var old in _written.Values.Where(w => nodes.All(n => n.Path != w.Path)).OrderBy(static w => w.Entry is not null).ToArray())
        {
            var removed = old.IsEphemeral || old.Entry is not null
                ? await publisher.Writer.RemoveAsync(old with { Supersedes = null }, isOwn: true, stopping).ConfigureAwait(false)
                : new(KeeperError.Ok, true);
            if (!removed.IsOk)
            {
                return Why(old.Path, removed.Error);
            }

            // One that others stand behind now may be the last's to take out later.
            if (old.Entry is null || removed.Value || facades.IsEmpty)
            {
                _written.Remove(old.Path);
            }
        }

        return string.Empty;
    }

    private void Tell(string problem, ImmutableArray<ServiceInstance> facades)
    {
        if (problem.Length > 0)
        {
            if (_failures++ == 0)
            {
                publisher.Tell(new RegistryNotice(
                    IsTrouble: true, $"{name} could not be {(facades.IsEmpty ? "taken out" : "registered")}: {problem}; it is tried again"));
            }

            return;
        }

        if (_failures > 0 && !facades.IsEmpty)
        {
            publisher.Tell(new RegistryNotice(IsTrouble: false, $"{name} is registered"));
        }

        _failures = 0;
    }

    private static string Why(string path, KeeperError error) => error switch
    {
        KeeperError.NoAuth => $"this login must not write {Parent(path)}",
        KeeperError.ConnectionLoss or KeeperError.OperationTimeout or KeeperError.SessionExpired => NoServer,
        KeeperError.AuthFailed => "the login is refused",
        KeeperError.NodeExists => "somebody else writes the same node",
        _ => $"{error} at {Parent(path)}",
    };

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 1)];
}
