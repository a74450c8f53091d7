using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Publishing;

/// <summary>What the gateway has in the tree. Safe for any thread.</summary>
internal sealed class NodePublisher : IAsyncDisposable
{
    /// <summary>Groups whose nodes are written at a time: a thousand facades after an ended session must not flood the server.</summary>
    private const int MaxWriting = 32;

    private readonly ZooKeeperClient _client;
    private readonly Action<RegistryNotice>? _notice;
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _turns = new(MaxWriting);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PublishedGroup> _groups = new(StringComparer.Ordinal);
    private long _numbers;
    private long _session;
    private bool _disposed;

    internal NodePublisher(ZooKeeperClient client, IRegistryLayout layout, ZooKeeperOptions options, TimeProvider time, Action<RegistryNotice>? notice)
    {
        (_client, Layout, Time, _notice) = (client, layout, time, notice);
        _patience = TimeSpan.FromMilliseconds(options.Client.OperationTimeoutMs);
        Writer = new NodeWriter(client, options.NodeAcl);
    }

    internal IRegistryLayout Layout { get; }

    internal NodeWriter Writer { get; }

    internal TimeProvider Time { get; }

    /// <summary>Returns when it was tried; the result takes it out.</summary>
    internal async ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        _ = Layout.NodesOf([facade]); // Throws before anything is written.
        var name = Layout.GroupOf(facade);
        PublishedGroup group;
        Task tried;
        long number;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            number = ++_numbers;
            if (_groups.TryGetValue(name, out var there))
            {
                group = there;
                tried = group.Add(number, facade);
            }
            else
            {
                _groups.Add(name, group = new PublishedGroup(name, this, _stopping.Token));
                tried = group.Add(number, facade);
                group.Start();
            }
        }

        var publication = new Publication(group, number);
        try
        {
            await tried.WaitAsync(cancellationToken).ConfigureAwait(false);
            return publication;
        }
        catch (OperationCanceledException)
        {
            await publication.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes out what an earlier life left, but nothing that is published now.</summary>
    internal async ValueTask<bool> WithdrawAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        var nodes = Layout.NodesOf([facade]);
        lock (_lock)
        {
            if (_groups.TryGetValue(Layout.GroupOf(facade), out var group) && !group.IsEmpty)
            {
                return false;
            }
        }

        var isFound = false;
        foreach (var node in nodes.Where(static n => n.IsEphemeral || n.Entry is not null).OrderBy(static n => n.Entry is not null))
        {
            isFound |= (await Writer.RemoveAsync(node, isOwn: false, cancellationToken).ConfigureAwait(false)).Value;
        }

        return isFound;
    }

    /// <summary>There is a connection: another session has none of our nodes, and what failed for want of a connection can be tried again.</summary>
    internal void OnConnected(long session)
    {
        lock (_lock)
        {
            foreach (var group in _groups.Values.Where(g => session != _session || g.HasFailed))
            {
                group.Wake();
            }

            _session = session;
        }
    }

    /// <summary>Waits for a connection for as long as an operation would, outside of the turns: others need not wait as well.</summary>
    internal async Task<bool> IsConnectedAsync(CancellationToken cancellationToken)
    {
        var connected = _client.Connected;
        if (connected.IsCompleted)
        {
            return true;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(connected, Task.Delay(_patience, Time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return connected.IsCompleted;
    }

    internal void Tell(RegistryNotice notice) => _notice?.Invoke(notice);

    internal async Task<T> WithTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>True when nobody published anything into the group since it found nothing to do: it is then known no longer.</summary>
    internal bool TryEnd(PublishedGroup group)
    {
        lock (_lock)
        {
            return group.IsEmpty && _groups.Remove(group.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        PublishedGroup[] groups;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            groups = [.. _groups.Values];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(groups.Select(static g => g.Running)).ConfigureAwait(false);
        _stopping.Dispose();
        _turns.Dispose();
    }

    private sealed class Publication(PublishedGroup group, long number) : IAsyncDisposable
    {
        /// <summary>Returns when it was tried; where no server can be reached, it is taken out when one is.</summary>
        public async ValueTask DisposeAsync() => await group.Remove(number).ConfigureAwait(false);
    }
}
