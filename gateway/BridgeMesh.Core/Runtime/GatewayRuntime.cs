using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Core.Callers;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Registries;
using BridgeMesh.Core.Routing;
using BridgeMesh.Plugins;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>A running gateway: listeners, registries, routes and channels of one model. Safe for any thread.</summary>
public sealed class GatewayRuntime : IAsyncDisposable
{
    private static readonly TimeSpan RegistryPatience = TimeSpan.FromSeconds(5);

    private readonly PluginCatalog _plugins;
    private readonly string _baseDirectory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PipelineCounters _counters = new();
    private readonly ExchangeDispatcher _dispatcher;
    private readonly ChannelPool _channels;
    private readonly Lock _tableLock = new();

    /// <summary>Filled while the admin endpoint already asks.</summary>
    private readonly ConcurrentDictionary<string, IListener> _listeners = new(StringComparer.Ordinal);
    private ImmutableArray<RegistryWatcher> _registries = [];
    private GatewayModel _model;

    /// <param name="baseDirectory">Directory to which relative paths in registry settings refer.</param>
    public GatewayRuntime(PluginCatalog plugins, GatewayModel model, string baseDirectory, TimeProvider time, ILoggerFactory logs)
    {
        _plugins = plugins;
        _model = model;
        _baseDirectory = baseDirectory;
        _time = time;
        _log = logs.CreateLogger("BridgeMesh");
        _dispatcher = new ExchangeDispatcher(time, _counters);
        _channels = new ChannelPool(plugins, model.Upstream, time, _log);
    }

    /// <summary>Ports bound, by listener's name.</summary>
    public IReadOnlyDictionary<string, int> Ports => _listeners.ToDictionary(l => l.Key, l => l.Value.Port, StringComparer.Ordinal);

    public GatewayModel Model => Volatile.Read(ref _model);

    /// <summary>Whether every listener is bound and every registry has told all it knows at least once.</summary>
    public bool IsReady => _listeners.Count == Model.Listeners.Length && _registries.All(r => r.Ready.IsCompletedSuccessfully);

    /// <summary>Starts registries, then listeners. Throws <see cref="IOException"/> naming the listener when a port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _registries = [.. Model.Registries.Select(CreateRegistry)];
        Rebuild();
        foreach (var registry in _registries)
        {
            registry.Start();
        }

        await AwaitRegistriesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var listener in Model.Listeners)
        {
            var created = CreateListener(listener);
            await created.StartAsync(cancellationToken).ConfigureAwait(false);
            _listeners.TryAdd(listener.Name, created);
        }
    }

    /// <summary>
    /// Puts another model's routes and contracts in force for the calls that come next. What differs in listeners, registries and upstream
    /// settings needs a restart: the names of those parts are returned.
    /// </summary>
    public IReadOnlyList<string> Apply(GatewayModel model)
    {
        var old = Model;
        Volatile.Write(ref _model, old with { Routes = model.Routes, Contracts = model.Contracts });
        Rebuild();
        var restart = new List<string>();
        restart.AddRange(Changed("listener", old.Listeners, model.Listeners, l => l.Name, SameListener));
        restart.AddRange(Changed("registry", old.Registries, model.Registries, r => r.Name, SameRegistry));
        if (old.Upstream != model.Upstream)
        {
            restart.Add("upstream");
        }

        return restart;
    }

    /// <summary>Drains: nothing new is accepted, calls in flight finish until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_listeners.Values.Select(l => l.StopAsync(cancellationToken))).ConfigureAwait(false);
        foreach (var registry in _registries)
        {
            await registry.DisposeAsync().ConfigureAwait(false);
        }

        _registries = [];
        await _channels.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the gateway is doing, for the admin endpoint.</summary>
    public GatewayStatus Status() => GatewayStatus.Of(this, _dispatcher, _counters, _channels);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        foreach (var listener in _listeners.Values)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        _listeners.Clear();
    }

    private static IEnumerable<string> Changed<T>(
        string kind, ImmutableArray<T> old, ImmutableArray<T> now, Func<T, string> name, Func<T, T, bool> same)
    {
        var before = old.ToDictionary(name, StringComparer.Ordinal);
        var after = now.ToDictionary(name, StringComparer.Ordinal);
        return before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(key => !before.TryGetValue(key, out var a) || !after.TryGetValue(key, out var b) || !same(a, b))
            .Select(key => $"{kind} {key}");
    }

    private static bool SameListener(ListenerModel a, ListenerModel b) =>
        a with { Settings = b.Settings } == b && SameSettings(a.Settings, b.Settings);

    private static bool SameRegistry(RegistryModel a, RegistryModel b) => a.Kind == b.Kind && SameSettings(a.Settings, b.Settings);

    private static bool SameSettings(ImmutableDictionary<string, string> a, ImmutableDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private RegistryWatcher CreateRegistry(RegistryModel model)
    {
        var settings = new RegistrySettings(model.Name, _baseDirectory, model.Settings, _time)
        {
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
        return new RegistryWatcher(model.Name, _plugins.Registries[model.Kind].Create(settings), Rebuild, _time, _log);
    }

    private IListener CreateListener(ListenerModel model)
    {
        var settings = new ListenerSettings(model.Name, model.Host, model.Port, model.Limits, model.Settings);
        return _plugins.FrameCodecs.TryGetValue(model.Protocol, out var codec)
            ? new FramedListener(settings, codec, _dispatcher, _log)
            : _plugins.Listeners[model.Protocol].Create(settings, _dispatcher);
    }

    private async Task AwaitRegistriesAsync(CancellationToken cancellationToken)
    {
        foreach (var registry in _registries)
        {
            try
            {
                await registry.Ready.WaitAsync(RegistryPatience, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Registries.Log.NotReady(_log, registry.Name, RegistryPatience.TotalSeconds);
            }
        }
    }

    /// <summary>Makes the table anew from what is known now. The lock keeps an older view from replacing a newer one.</summary>
    private void Rebuild()
    {
        lock (_tableLock)
        {
            var known = _registries.ToDictionary(r => r.Name, r => r.Snapshots(), StringComparer.Ordinal);
            var table = new RoutingTable(Model, known, _channels);
            _dispatcher.Use(table);
            _channels.Retain(table.Addresses());
        }
    }
}
