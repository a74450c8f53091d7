using System.Collections.Concurrent;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Channels;

/// <summary>One channel per protocol and address, whatever services share it. Channels are made on first use. Safe for any thread.</summary>
internal sealed class ChannelPool : IAsyncDisposable
{
    private readonly PluginCatalog _plugins;
    private readonly UpstreamModel _model;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DeadlineSweeper _sweeper;
    private readonly ConcurrentDictionary<(string Protocol, string Host, int Port), Lazy<IUpstreamChannel>> _channels = new();

    internal ChannelPool(PluginCatalog plugins, UpstreamModel model, TimeProvider time, ILogger log)
    {
        _plugins = plugins;
        _model = model;
        _time = time;
        _log = log;
        _sweeper = new DeadlineSweeper(time, log);
    }

    internal bool Knows(string protocol) => _plugins.FrameCodecs.ContainsKey(protocol) || _plugins.Channels.ContainsKey(protocol);

    internal IUpstreamChannel Get(ServiceInstance instance) =>
        _channels.GetOrAdd(
            (instance.Protocol, instance.Host, instance.Port),
            static (_, x) => new(() => x.Self.Create(x.Instance)),
            (Self: this, Instance: instance))
            .Value;

    /// <summary>Closes the channels to addresses that no snapshot holds any longer, once their calls have settled or their time is up.</summary>
    internal void Retain(IReadOnlySet<(string Protocol, string Host, int Port)> wanted)
    {
        foreach (var (key, channel) in _channels)
        {
            if (!wanted.Contains(key) && _channels.TryRemove(key, out _) && channel.IsValueCreated)
            {
                _ = RetireAsync(channel.Value);
            }
        }
    }

    internal IEnumerable<(string Protocol, string Host, int Port, int InFlight, bool Available)> List() =>
        _channels.Where(c => c.Value.IsValueCreated)
            .Select(c => (c.Key.Protocol, c.Key.Host, c.Key.Port, c.Value.Value.InFlight, c.Value.Value.IsAvailable));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values.Where(c => c.IsValueCreated))
        {
            await channel.Value.DisposeAsync().ConfigureAwait(false);
        }

        _channels.Clear();
        _sweeper.Dispose();
    }

    private IUpstreamChannel Create(ServiceInstance instance)
    {
        if (_plugins.Channels.TryGetValue(instance.Protocol, out var factory))
        {
            return factory.Create(instance, new ChannelSettings(_model.Limits, _model.ConnectTimeoutMs, _time));
        }

        var codec = _plugins.FrameCodecs[instance.Protocol];
        return new LanedChannel(Connections(codec, instance), Connections(codec, instance));
    }

    private FramedChannel[] Connections(IFrameCodec codec, ServiceInstance instance)
    {
        FramedChannel[] connections = [.. Enumerable.Range(0, _model.ConnectionsPerInstance)
            .Select(_ => new FramedChannel(codec, instance.Host, instance.Port, _model, _time, _log))];
        foreach (var connection in connections)
        {
            _sweeper.Add(connection);
        }

        return connections;
    }

    private async Task RetireAsync(IUpstreamChannel channel)
    {
        // Long enough for the longest of ordinary calls; what is still in flight then is failed by the disposal.
        var giveUp = _time.GetTimestamp() + (30 * _time.TimestampFrequency);
        while (channel.InFlight > 0 && _time.GetTimestamp() < giveUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time).ConfigureAwait(false);
        }

        if (channel is LanedChannel laned)
        {
            foreach (var connection in laned.Channels)
            {
                _sweeper.Remove(connection);
            }
        }

        await channel.DisposeAsync().ConfigureAwait(false);
    }
}
