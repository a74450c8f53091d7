using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Registries;

namespace BridgeMesh.Gateway.Tests;

/// <summary>
/// Brings protocol <c>probe</c>: a listener that binds a port and serves nobody, all that the host's own tests need; and registries of kind
/// <c>memory</c>.
/// </summary>
internal sealed class FakePlugin : IBridgePlugin
{
    public int ContractVersion => PluginContract.Version;

    /// <summary>What the settings check says.</summary>
    public IReadOnlyList<SettingProblem> SettingProblems { get; init; } = [];

    /// <summary>By configured name; their clients call Dubbo's and SOFARPC's services.</summary>
    public Dictionary<string, MemoryRegistry> Registries { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes when a listener may be told to be stopped; a drain waits for it.</summary>
    public Task MayStop { get; init; } = Task.CompletedTask;

    public static PluginSet Set(FakePlugin? fake = null)
    {
        var catalog = new PluginCatalog();
        var builtIn = BuiltInPlugins.Register(catalog);
        catalog.Add(fake ?? new FakePlugin());
        return new(catalog, builtIn);
    }

    public void Configure(IPluginBuilder builder) => builder
        .AddListener(new Factory(this)).AddRegistry(new MemoryRegistryFactory(Registries, ["dubbo", "bolt"]));

    private sealed class Factory(FakePlugin plugin) : IListenerFactory
    {
        public string Protocol => "probe";

        public IReadOnlyList<SettingProblem> Check(ListenerSettings settings) => plugin.SettingProblems;

        public IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher) => new Listener(plugin, settings);
    }

    private sealed class Listener(FakePlugin plugin, ListenerSettings settings) : IListener
    {
        private readonly TcpListener _socket = new(IPAddress.Parse(settings.Host), settings.Port);

        public int Port => ((IPEndPoint)_socket.LocalEndpoint).Port;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                _socket.Start();
                return Task.CompletedTask;
            }
            catch (SocketException e)
            {
                throw new IOException($"listener {settings.Name}: {e.Message}", e);
            }
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            _socket.Stop();
            try
            {
                await plugin.MayStop.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The grace is over.
            }
        }

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
