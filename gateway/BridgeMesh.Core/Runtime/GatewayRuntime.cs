using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Callers;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Registries;
using BridgeMesh.Core.Registries.Stored;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>A running gateway: listeners, registries, routes and channels of one model. Safe for any thread.</summary>
public sealed class GatewayRuntime : IAsyncDisposable
{
    /// <summary>
    /// From one table to the next while registries tell of changes in a row. Short against the time in which anybody could notice a dead
    /// instance, and long against the time that a table takes.
    /// </summary>
    private static readonly TimeSpan FollowingRest = TimeSpan.FromMilliseconds(20);

    /// <summary>Time for registries to take what they are told at the end, or before another configuration of theirs takes over.</summary>
    private static readonly TimeSpan WithdrawPatience = TimeSpan.FromSeconds(5);

    private readonly PluginCatalog _plugins;
    private readonly string _baseDirectory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PipelineCounters _counters = new();
    private readonly ExchangeDispatcher _dispatcher;
    private readonly ITransport _transport;
    private readonly ChannelPool _channels;
    private readonly ListenerSet _listeners;
    private readonly RegistrySet _registries;
    private readonly Lock _tableLock = new();
    private readonly ServiceDirectory _directory;
    private readonly PacedWork _following;
    private readonly InstanceProbe _probe = new();
    private readonly RefusedMethods _refusals;
    private readonly FacadeListeners _facadeListeners;
    private readonly FacadeSet _facades;
    private volatile MachineAddresses _machine = MachineAddresses.Read();
    private GatewayModel _model;

    /// <param name="baseDirectory">Directory to which relative paths in the settings of registries and listeners refer.</param>
    public GatewayRuntime(PluginCatalog plugins, GatewayModel model, string baseDirectory, TimeProvider time, ILoggerFactory logs)
    {
        _plugins = plugins;
        _model = model;
        _baseDirectory = baseDirectory;
        _time = time;
        _log = logs.CreateLogger("BridgeMesh");
        _refusals = new RefusedMethods(_log);
        _dispatcher = new ExchangeDispatcher(time, _counters);
        _transport = Transports.Create(model, time, _log);
        _channels = new ChannelPool(plugins, model.Upstream, _transport, time, _log);
        _listeners = new ListenerSet(CreateListener, SettingsOf, time, _log);
        _directory = new ServiceDirectory(_channels);
        _following = new PacedWork(Follow, FollowingRest, time);
        _registries = new RegistrySet(CreateRegistry, time, _log);
        _facadeListeners = new FacadeListeners(CreateListener, SettingsOf, UseOwnAddresses, time, _log);
        _facades = new FacadeSet(
            Ground, _registries.AdapterOf, _registries.IsAway, _facadeListeners, new FacadeLedger(model.StatePath, _log), time, _log);
    }

    /// <summary>Ports bound, by listener's name.</summary>
    public IReadOnlyDictionary<string, int> Ports => _listeners.Ports;

    public GatewayModel Model => Volatile.Read(ref _model);

    /// <summary>Makes the single calls that registries ask for; null where they have to do without.</summary>
    public IInstanceCalls? Calls { get; init; }

    /// <summary>Whether every listener is bound and every registry has told all it knows at least once.</summary>
    public bool IsReady => _listeners.IsComplete && _registries.IsReady;

    /// <summary>Listeners that are configured and not bound.</summary>
    public IReadOnlyList<string> Unbound
    {
        get
        {
            var ports = Ports;
            return _listeners.IsComplete ? [] : [.. Model.Listeners.Select(l => l.Name).Where(name => !ports.ContainsKey(name))];
        }
    }

    /// <summary>Starts registries, then listeners. Throws <see cref="IOException"/> naming the listener when a port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Rebuild();
        await _registries.StartAsync(Model.Registries, cancellationToken).ConfigureAwait(false);
        Rebuild();
        await _listeners.StartAsync(Model.Listeners, cancellationToken).ConfigureAwait(false);
        UseOwnAddresses();
        Rebuild();
        _facades.Start();
    }

    /// <summary>
    /// Puts another model in force for the calls that come next, or leaves everything as it is and says why. What may fail is done first:
    /// new registries must have answered and new addresses must be bound. Then routes, contracts, instances and the way to callees change in
    /// one step; calls in flight end as they began. Listeners that go drain in the background. Only a listener that takes over the address
    /// of another, or cannot take other settings, is bound after that step, and its failure is told in the outcome. One call at a time.
    /// </summary>
    public async Task<ApplyOutcome> ApplyAsync(GatewayModel model, CancellationToken cancellationToken)
    {
        var registries = await _registries.PrepareAsync(model.Registries, cancellationToken).ConfigureAwait(false);
        if (!registries.Problems.IsEmpty)
        {
            await _registries.LetGoAsync(registries.Started).ConfigureAwait(false);
            return new ApplyOutcome(false, registries.Problems);
        }

        ListenerChange listeners;
        try
        {
            listeners = await _listeners.PrepareAsync(model.Listeners, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or FormatException)
        {
            await _registries.LetGoAsync(registries.Started).ConfigureAwait(false);
            return new ApplyOutcome(false, [refused.Message]);
        }

        ImmutableArray<WatchedRegistry> replaced;
        lock (_tableLock)
        {
            Volatile.Write(ref _model, model);
            replaced = _registries.Commit(registries);
            var isOtherWay = _channels.Use(model.Upstream);
            Rebuild(isOtherWay);
        }

        var failures = await _listeners.CommitAsync(listeners, model.DrainMs).ConfigureAwait(false);
        _machine = MachineAddresses.Read();
        UseOwnAddresses();
        Rebuild();
        await LeaveAsync(replaced).ConfigureAwait(false);
        await _registries.SettleAsync(replaced).ConfigureAwait(false);
        return new ApplyOutcome(true, failures);
    }

    /// <summary>Puts other contracts in force for the calls that come next; everything else stays. Safe before the start.</summary>
    public void UseContracts(ImmutableArray<ServiceContract> contracts)
    {
        lock (_tableLock)
        {
            Volatile.Write(ref _model, Model with { Contracts = contracts });
            Rebuild();
        }
    }

    /// <summary>
    /// Tells those who ask for the gateway's health that it is about to stop, and withdraws its facades in the background. Calls go on.
    /// </summary>
    public void AnnounceStop()
    {
        Enter(ServingPhase.Announcing);
        _facades.Announce();
    }

    /// <summary>
    /// Drains: facades that stand are withdrawn while callers are still taken; then nothing new is accepted, and calls in flight finish until
    /// the token is cancelled.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Callers hear that facades go before their listeners do; where there are none, listeners are told at once.
        var facades = StopFacadesAsync(cancellationToken);
        if (!Model.Facades.IsEmpty || !_facades.Status.IsEmpty)
        {
            await facades.ConfigureAwait(false);
        }

        Enter(ServingPhase.Draining);
        await Task.WhenAll(_listeners.StopAsync(cancellationToken), _facadeListeners.StopAsync(cancellationToken), facades).ConfigureAwait(false);
        await _registries.StopAsync().ConfigureAwait(false);
        _following.Dispose();
        await _channels.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    internal IEnumerable<RegistryStatus> RegistryStatuses() => _registries.Statuses();

    /// <summary>What the gateway is doing, for the admin endpoint.</summary>
    public GatewayStatus Status() => GatewayStatus.Of(this, _dispatcher, _counters, _channels, _facades);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _listeners.DisposeAsync().ConfigureAwait(false);
        await _facadeListeners.DisposeAsync().ConfigureAwait(false);
        await _facades.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StopFacadesAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WithdrawPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _facades.StopAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>What is published through registries that go is withdrawn first: afterwards nobody could.</summary>
    private async Task LeaveAsync(IEnumerable<WatchedRegistry> going)
    {
        using var limit = new CancellationTokenSource(WithdrawPatience, _time);
        await _facades.LeaveAsync([.. going.Select(static r => r.Watcher.Adapter)], limit.Token).ConfigureAwait(false);
    }

    private FacadeGround? Ground()
    {
        lock (_tableLock)
        {
            return _dispatcher.Table is { } table ? new FacadeGround(Model, Ports, table.Names, _channels, _plugins, _machine) : null;
        }
    }

    private void UseOwnAddresses()
    {
        var model = Model;
        var ports = Ports;
        _channels.Own.Use(
            model.Id,
            model.Listeners.Where(l => ports.ContainsKey(l.Name)).Select(l => (l.Host, ports[l.Name]))
                .Concat(_facadeListeners.Open.Select(static o => (o.Model.Host, o.Listener.Port))),
            model.Zones.Values.Select(static z => z.Advertise).Concat(model.Facades.Select(static f => f.Hostname)).OfType<string>(),
            _machine);
    }

    private RegistryWatcher CreateRegistry(RegistryModel model)
    {
        var settings = new RegistrySettings(model.Name, _baseDirectory, model.Settings, _time)
        {
            Calls = Calls,
            Notice = notice =>
            {
                if (notice.IsTrouble)
                {
                    Registries.Log.Trouble(_log, model.Name, notice.Text);
                }
                else
                {
                    Registries.Log.TroubleOver(_log, model.Name, notice.Text);
                }
            },
        };
        var factory = _plugins.Registries[model.Kind];
        return new RegistryWatcher(model.Name, factory.Create(settings), _following.Ask, _following.Flush, _time, _log)
        {
            Guard = model.Guard,
            Probe = _probe,
            IsOwn = _channels.Own.Contains,
            Store = Model.StatePath is { } state && !factory.IsCurated
                ? new SnapshotStore(Path.Combine(state, "registries"), model.Name, model.Kind, _time, _log)
                : null,
        };
    }

    private IListener CreateListener(ListenerModel model) => _plugins.FrameCodecs.TryGetValue(model.Protocol, out var codec)
        ? new FramedListener(SettingsOf(model), codec, _transport, _dispatcher, _log)
        : _plugins.Listeners[model.Protocol].Create(SettingsOf(model), _dispatcher);

    private ListenerSettings SettingsOf(ListenerModel model) => model.ToSettings() with
    {
        BaseDirectory = _baseDirectory,
        Notice = notice =>
        {
            if (notice.IsTrouble)
            {
                Log.ListenerTrouble(_log, model.Name, notice.Text);
            }
            else
            {
                Log.ListenerTroubleOver(_log, model.Name, notice.Text);
            }
        },
    };

    private void Enter(ServingPhase phase)
    {
        lock (_tableLock)
        {
            _dispatcher.Enter(phase);
        }
    }

    /// <summary>Makes the table anew from all that is known now. The lock keeps an older view from replacing a newer one.</summary>
    /// <param name="renew">Whether the way to callees has changed.</param>
    private void Rebuild(bool renew = false)
    {
        lock (_tableLock)
        {
            var change = _directory.Replace(_registries.TakeAll(), renew);
            var table = new RoutingTable(Model, change.Names, _channels, _plugins.Plans);
            _dispatcher.Use(table);
            change.Settle();
            _refusals.Tell(table.Refused());
        }

        _facades.Wake();
    }

    /// <summary>Puts what registries have told since in force; everything else stays.</summary>
    private void Follow()
    {
        lock (_tableLock)
        {
            var change = _directory.Apply(_registries.TakeChanges());
            if (change.IsEmpty || _dispatcher.Table is not { } before)
            {
                return;
            }

            var table = before.With(change);
            _dispatcher.Use(table);
            change.Settle();
            if (change.HasOtherProtocols)
            {
                _refusals.Tell(table.Refused());
            }
        }

        _facades.Wake();
    }
}
