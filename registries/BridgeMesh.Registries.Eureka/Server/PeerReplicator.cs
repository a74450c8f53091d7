using System.Net;
using System.Threading.Channels;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// Tells one peer what happened here, in batches. While the peer is away the newest word about each instance waits; what is dropped then is
/// made good by the next renewal, which the peer answers with 404 for an instance that it does not know. Safe for any thread.
/// </summary>
internal sealed class PeerReplicator : IAsyncDisposable
{
    /// <summary>Instances about which something waits; past it the oldest is dropped.</summary>
    internal const int MaxWaiting = 50_000;

    private readonly InstanceTable _table;
    private readonly EurekaServerOptions _options;
    private readonly RegistrySettings _settings;
    private readonly EurekaRequests _requests;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly LinkedList<ReplicationTask> _waiting = [];
    private readonly Dictionary<(InstanceName, ReplicationAction), LinkedListNode<ReplicationTask>> _byName = [];
    private Task _telling = Task.CompletedTask;

    internal PeerReplicator(EurekaServerAddress peer, InstanceTable table, EurekaServerOptions options, RegistrySettings settings)
    {
        Peer = peer;
        _table = table;
        _options = options;
        _settings = settings;
        var client = new EurekaClientOptions(
            [peer], TimeSpan.Zero, options.PeerTimeout, options.Lease, IsXml: false, UsesDelta: false, options.Mapping);
        _requests = new EurekaRequests(client, EurekaRequests.CreateHandler(client), settings.Time);
    }

    internal EurekaServerAddress Peer { get; }

    internal void Start() => _telling = TellAsync(_stopping.Token);

    /// <summary>Takes over what the peer knows. False when it does not answer.</summary>
    internal async Task<bool> TryFetchAsync(CancellationToken cancellationToken)
    {
        var reply = await _requests.SendAsync(HttpMethod.Get, "apps/", null, cancellationToken).ConfigureAwait(false);
        if (reply.Status != HttpStatusCode.OK || reply.Problem.Length > 0 || RegistryDocument.Read(reply.Body, out _) is not { } document)
        {
            return false;
        }

        foreach (var instance in document.Instances)
        {
            _table.Register(instance, isReplica: true, _options.MaxInstances);
        }

        return true;
    }

    internal void Add(ReplicationTask task)
    {
        lock (_lock)
        {
            if (task.Action == ReplicationAction.Cancel)
            {
                Forget(task.Name, ReplicationAction.Register, ReplicationAction.Heartbeat);
                Forget(task.Name, ReplicationAction.StatusUpdate, ReplicationAction.DeleteStatusOverride);
            }
            else if (task.Action == ReplicationAction.Register)
            {
                Forget(task.Name, ReplicationAction.Cancel, ReplicationAction.Heartbeat);
            }

            Forget(task.Name, task.Action);
            _byName[(task.Name, task.Action)] = _waiting.AddLast(task);
            if (_waiting.Count > MaxWaiting && _waiting.First is { } oldest)
            {
                Forget(oldest.Value.Name, oldest.Value.Action);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
        _requests.Dispose();
        _stopping.Dispose();
    }

    private void Forget(InstanceName name, params ReadOnlySpan<ReplicationAction> actions)
    {
        foreach (var action in actions)
        {
            if (_byName.Remove((name, action), out var node))
            {
                _waiting.Remove(node);
            }
        }
    }

    private async Task TellAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var failures = 0;
        try
        {
            while (true)
            {
                await _signal.Reader.ReadAsync(stopping).ConfigureAwait(false);
                await Task.Delay(_options.ReplicationPause, _settings.Time, stopping).ConfigureAwait(false);
                while (Take() is { Count: > 0 } tasks)
                {
                    var problem = await SendAsync(tasks, stopping).ConfigureAwait(false);
                    if (problem.Length == 0)
                    {
                        if (failures > 0)
                        {
                            _settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"peer {Peer} is there again"));
                        }

                        failures = 0;
                        continue;
                    }

                    if (failures++ == 0)
                    {
                        _settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, $"peer {problem}; it is told later"));
                    }

                    PutBack(tasks);
                    var pause = Pauses.After(failures, _options.ReplicationPause, _options.LongestReplicationPause);
                    await Task.Delay(pause, _settings.Time, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops, or has other peers now.
        }
    }

    private async Task<string> SendAsync(List<ReplicationTask> tasks, CancellationToken cancellationToken)
    {
        var reply = await _requests.SendAsync(HttpMethod.Post, "peerreplication/batch/", Replication.Write(tasks), cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            return reply.Problem.Length > 0 ? reply.Problem : $"{Peer} {reply.Why}";
        }

        var answers = Replication.ReadAnswers(reply.Body) ?? [];
        for (var i = 0; i < Math.Min(tasks.Count, answers.Count); i++)
        {
            var (task, answer) = (tasks[i], answers[i]);
            if (task.Action != ReplicationAction.Heartbeat)
            {
                continue;
            }

            if (answer.Status == (int)HttpStatusCode.NotFound && _table.Find(task.Name) is { } ours)
            {
                Add(new ReplicationTask(ReplicationAction.Register, task.Name, ours.LastDirtyTimestamp, ours.Status, ours.OverriddenStatus, ours));
            }
            else if (answer.Newer is { } theirs)
            {
                _table.Register(theirs, isReplica: true, _options.MaxInstances);
            }
        }

        return string.Empty;
    }

    private List<ReplicationTask> Take()
    {
        lock (_lock)
        {
            var tasks = new List<ReplicationTask>();
            while (tasks.Count < Replication.MaxTasks && _waiting.First is { } first)
            {
                tasks.Add(first.Value);
                Forget(first.Value.Name, first.Value.Action);
            }

            return tasks;
        }
    }

    /// <summary>Before what came since, unless that says it anew.</summary>
    private void PutBack(List<ReplicationTask> tasks)
    {
        lock (_lock)
        {
            for (var i = tasks.Count - 1; i >= 0; i--)
            {
                var task = tasks[i];
                var isSuperseded = _byName.ContainsKey((task.Name, task.Action)) || _byName.ContainsKey((task.Name, ReplicationAction.Cancel))
                    || _byName.ContainsKey((task.Name, ReplicationAction.Register));
                if (!isSuperseded && _waiting.Count < MaxWaiting)
                {
                    _byName[(task.Name, task.Action)] = _waiting.AddFirst(task);
                }
            }
        }
    }
}
