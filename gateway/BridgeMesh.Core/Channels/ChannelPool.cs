using System.Collections.Concurrent;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Channels;

/// <summary>One channel per protocol, address and variant, whatever services share it. Channels are made on first use. Safe for any thread.</summary>
internal sealed class ChannelPool : IAsyncDisposable
{
    /// <summary>A call that was planned with a channel before it was let go may still be about to be sent on it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Long enough for the longest of ordinary calls; what is still in flight then is failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PluginCatalog _plugins;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DeadlineSweeper _sweeper;
    private readonly ConcurrentDictionary<IUpstreamChannel, bool> _retiring = new();
    private readonly CancellationTokenSource _stopping = new();
    private Generation _current;

    internal ChannelPool(PluginCatalog plugins, UpstreamModel model, TimeProvider time, ILogger log)
    {
        _plugins = plugins;
        _current = new Generation(model);
        _time = time;
        _log = log;
        _sweeper = new DeadlineSweeper(time, log);
    }

    internal bool Knows(string protocol) => _plugins.FrameCodecs.ContainsKey(protocol) || _plugins.Channels.ContainsKey(protocol);

    /// <summary>Why calls cannot go to this instance; null when they can.</summary>
    internal string? WhyNotCallable(ServiceInstance instance) =>
        _plugins.FrameCodecs.TryGetValue(instance.Protocol, out var codec) ? codec.WhyNotCallable(instance) : null;

    internal IUpstreamChannel Get(ServiceInstance instance)
    {
        var generation = Volatile.Read(ref _current);
        return generation.Channels.GetOrAdd(
            KeyOf(instance),
            static (_, x) => new(() => x.Self.Create(x.Instance, x.Model)),
            (Self: this, Instance: instance, generation.Model))
            .Value;
    }

    /// <summary>Other settings for the calls that come next: they get new channels. The old ones close once their calls have settled.</summary>
    internal void Use(UpstreamModel model)
    {
        if (model != Volatile.Read(ref _current).Model)
        {
            _ = RetireAsync(Interlocked.Exchange(ref _current, new Generation(model)));
        }
    }

    /// <summary>Closes the channels to addresses that no snapshot holds any longer, once their calls have settled or their time is up.</summary>
    internal void Retain(IEnumerable<ServiceInstance> instances)
    {
        var wanted = instances.Where(i => Knows(i.Protocol)).Select(KeyOf).ToHashSet();
        var channels = Volatile.Read(ref _current).Channels;
        foreach (var (key, channel) in channels)
        {
            if (!wanted.Contains(key) && channels.TryRemove(key, out _) && channel.IsValueCreated)
            {
                _retiring.TryAdd(channel.Value, true);
                _ = RetireAsync(channel.Value);
            }
        }
    }

    internal IEnumerable<(string Protocol, string Host, int Port, int InFlight, bool Available)> List() =>
        Volatile.Read(ref _current).Channels.Where(c => c.Value.IsValueCreated)
            .Select(c => (c.Key.Protocol, c.Key.Host, c.Key.Port, c.Value.Value.InFlight, c.Value.Value.IsAvailable));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        var channels = Volatile.Read(ref _current).Channels;
        foreach (var channel in channels.Values.Where(c => c.IsValueCreated).Select(c => c.Value).Concat(_retiring.Keys))
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }

        channels.Clear();
        _sweeper.Dispose();
    }

    private ChannelKey KeyOf(ServiceInstance instance) => new(
        instance.Protocol,
        instance.Host,
        instance.Port,
        _plugins.Channels.TryGetValue(instance.Protocol, out var factory) ? factory.VariantOf(instance) : string.Empty);

    private IUpstreamChannel Create(ServiceInstance instance, UpstreamModel model)
    {
        if (_plugins.Channels.TryGetValue(instance.Protocol, out var factory))
        {
            return factory.Create(instance, new ChannelSettings(model.Limits, model.ConnectTimeoutMs, _time) { Tls = model.Tls });
        }

        var codec = _plugins.FrameCodecs[instance.Protocol];
        return new LanedChannel(Connections(codec, instance, model), Connections(codec, instance, model));
    }

    private FramedChannel[] Connections(IFrameCodec codec, ServiceInstance instance, UpstreamModel model)
    {
        FramedChannel[] connections = [.. Enumerable.Range(0, model.ConnectionsPerInstance)
            .Select(_ => new FramedChannel(codec, instance.Host, instance.Port, model, _time, _log))];
        foreach (var connection in connections)
        {
            _sweeper.Add(connection);
        }

        return connections;
    }

    /// <summary>Channels of other settings. A call that read the old generation may still add one, so they are counted after the grace.</summary>
    private async Task RetireAsync(Generation generation)
    {
        if (!await PauseAsync(Grace).ConfigureAwait(false))
        {
            foreach (var channel in generation.Channels.Values.Where(c => c.IsValueCreated))
            {
                await channel.Value.DisposeAsync().ConfigureAwait(false);
            }

            return;
        }

        foreach (var channel in generation.Channels.Values.Where(c => c.IsValueCreated))
        {
            _retiring.TryAdd(channel.Value, true);
            _ = RetireAsync(channel.Value);
        }
    }

    private async Task RetireAsync(IUpstreamChannel channel)
    {
        var giveUp = _time.GetTimestamp() + (long)(Patience.TotalSeconds * _time.TimestampFrequency);
        var pause = Grace;
        do
        {
            if (!await PauseAsync(pause).ConfigureAwait(false))
            {
                return; // The pool is disposed of, and with it what retires.
            }

            pause = TimeSpan.FromMilliseconds(50);
        }
        while (channel.InFlight > 0 && _time.GetTimestamp() < giveUp);

        if (channel is LanedChannel laned)
        {
            foreach (var connection in laned.Channels)
            {
                _sweeper.Remove(connection);
            }
        }

        await channel.DisposeAsync().ConfigureAwait(false);
        _retiring.TryRemove(channel, out _);
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The channels that were made with the same settings.</summary>
    private sealed class Generation(UpstreamModel model)
    {
        internal UpstreamModel Model => model;

        internal ConcurrentDictionary<ChannelKey, Lazy<IUpstreamChannel>> Channels { get; } = new();
    }
}
