using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Following;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Registries.ZooKeeper.Publishing;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>
/// A registry in ZooKeeper's tree: one session for what is followed and what is published. It connects when somebody watches or publishes.
/// Nothing is told before the whole tree was read once; from then on each change is. While no server can be reached, what was known stays,
/// marked stale.
/// </summary>
internal sealed class ZooKeeperAdapter : IRegistryAdapter
{
    /// <summary>
    /// Time from telling of changes to telling of the next ones, in ms: a thousand providers that come within a second are twenty changes.
    /// The first is told at once.
    /// </summary>
    private const int CoalesceMs = 50;

    private readonly RegistrySettings _settings;
    private readonly IRegistryLayout _layout;
    private readonly ServiceFeed _feed = new();
    private readonly ServiceParts _parts = new();
    private readonly ToldOnce _told;
    private readonly SessionHealth _health;
    private readonly ZooKeeperOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _lock = new();
    private ZooKeeperClient? _client;
    private NodePublisher? _publisher;
    private Task? _following;
    private bool _disposed;

    internal ZooKeeperAdapter(ZooKeeperOptions options, RegistrySettings settings)
    {
        (_options, _settings) = (options, settings);
        _layout = options.Layout.Create(options.LayoutSettings with { Calls = settings.Calls, Time = settings.Time });
        _told = new ToldOnce(settings.Notice);
        _health = new SessionHealth(settings.Time, settings.Notice, OnChanged);
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken)
    {
        Follow();
        return _feed.WatchAsync(service, cancellationToken);
    }

    public IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken)
    {
        Follow();
        return _feed.WatchCatalogAsync(cancellationToken);
    }

    public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        return Publisher().PublishAsync(facade, cancellationToken);
    }

    public ValueTask<bool> WithdrawAsync(ServiceInstance facade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facade);
        return Publisher().WithdrawAsync(facade, cancellationToken);
    }

    /// <summary>Ends the session, and with it what was published.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_following is { } following)
        {
            await following.ConfigureAwait(false);
        }

        if (_publisher is { } publisher)
        {
            await publisher.DisposeAsync().ConfigureAwait(false);
        }

        if (_client is { } client)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }

        _health.Dispose();
        _feed.End();
        _stopping.Dispose();
        _changed.Dispose();
    }

    /// <summary>The session, for tests that end it as a server would.</summary>
    internal ZooKeeperClient Client()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_client is null)
            {
                _health.OnLost(string.Empty);
                _client = new ZooKeeperClient(_options.Client with { Notice = OnNotice });
            }

            return _client;
        }
    }

    private NodePublisher Publisher()
    {
        var client = Client();
        lock (_lock)
        {
            return _publisher ??= new NodePublisher(client, _layout, _options, _settings.Time, _settings.Notice);
        }
    }

    private void Follow()
    {
        var client = Client();
        lock (_lock)
        {
            _following ??= FollowAsync(client, _stopping.Token);
        }
    }

    private void OnNotice(SessionNotice notice)
    {
        _health.OnNotice(notice);
        if (notice.State == SessionState.Connected)
        {
            NodePublisher? publisher;
            lock (_lock)
            {
                publisher = _publisher;
            }

            publisher?.OnConnected(notice.SessionId);
        }
    }

    /// <summary>Something is to be looked at; many such are one.</summary>
    private void OnChanged()
    {
        if (_changed.CurrentCount == 0 && !_stopping.IsCancellationRequested)
        {
            _changed.Release();
        }
    }

    private async Task FollowAsync(ZooKeeperClient client, CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await using var follower = new TreeFollower(client, _layout, _settings.Time, OnChanged, _told.Tell);
        await using var asking = _layout as IAskingLayout;
        asking?.Begin(follower.Touch, _told.Tell);
        var (isKnown, isStale) = (false, false);
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stopping).ConfigureAwait(false);
                if (!isKnown && !follower.IsSettled)
                {
                    continue;
                }

                Read(follower);
                if (_health.IsAway)
                {
                    isStale = true;
                    _feed.MarkStale();
                }
                else if (isKnown ? !isStale || await IsUpToDateAsync(client, follower, stopping).ConfigureAwait(false) : follower.IsSettled)
                {
                    Read(follower);
                    (isKnown, isStale) = (true, false);
                    _feed.Publish(_parts.Build(), isStale: false);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(CoalesceMs), _settings.Time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody watches any longer.
        }
    }

    private void Read(TreeFollower follower)
    {
        foreach (var part in follower.TakeTouched())
        {
            try
            {
                var reading = _layout.Read(part, follower);
                follower.Need(part, reading.Also);
                _parts.Put(part, reading.Instances);
                foreach (var problem in reading.Problems)
                {
                    _told.Tell(problem);
                }
            }
            catch (Exception failed)
            {
                // A bug of the layout's: it costs this part its changes, and no other.
                _told.Tell(new NodeProblem(part, $"could not be understood: {failed.Message}; what was known of it stays in use"));
            }
        }
    }

    /// <summary>
    /// Whether what happened while no server could be reached is known: watches that fire for it do so before anything that is asked behind
    /// them is answered.
    /// </summary>
    private async Task<bool> IsUpToDateAsync(ZooKeeperClient client, TreeFollower follower, CancellationToken stopping)
    {
        var asked = await client.ExistsAsync(_layout.Roots[0], stopping).ConfigureAwait(false);
        if (asked.Error is KeeperError.Ok or KeeperError.NoNode)
        {
            return follower.IsSettled;
        }

        OnChanged();
        return false;
    }
}
