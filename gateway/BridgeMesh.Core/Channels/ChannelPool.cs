using System.Collections.Concurrent;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Channels;

/// <summary>
/// One channel per protocol, address and variant, whatever services share it. Channels are made on first use and closed when nobody holds
/// them any longer. Safe for any thread.
/// </summary>
internal sealed class ChannelPool : IAsyncDisposable
{
    /// <summary>A call that was planned with a channel before it was let go may still be about to be sent on it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Long enough for the longest of ordinary calls; what is still in flight then is failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PluginCatalog _plugins;
    private readonly ITransport _transport;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DeadlineSweeper[] _sweepers;
    private readonly ConcurrentDictionary<IUpstreamChannel, bool> _retiring = new();
    private readonly CancellationTokenSource _stopping = new();
    private ChannelGeneration _current;

    internal ChannelPool(PluginCatalog plugins, UpstreamModel model, ITransport transport, TimeProvider time, ILogger log)
    {
        _plugins = plugins;
        _transport = transport;
        _current = new ChannelGeneration(model);
        _time = time;
        _log = log;
        _sweepers = [.. Enumerable.Range(0, transport.Reactors).Select(reactor => new DeadlineSweeper(transport, reactor, time, log))];
    }

    internal TimeProvider Time => _time;

    /// <summary>Instances that are this gateway itself, and so nobody to call.</summary>
    internal OwnAddresses Own { get; } = new();

    internal bool Knows(string protocol) => _plugins.FrameCodecs.ContainsKey(protocol) || _plugins.Channels.ContainsKey(protocol);

    /// <summary>Why calls cannot go to this instance; null when they can.</summary>
    internal string? WhyNotCallable(ServiceInstance instance) =>
        _plugins.FrameCodecs.TryGetValue(instance.Protocol, out var codec) ? codec.WhyNotCallable(instance) : null;

    /// <summary>For as long as the pool lasts.</summary>
    internal IUpstreamChannel Get(ServiceInstance instance) => Hold(instance).Channel;

    /// <summary>To be let go of once.</summary>
    internal HeldChannel Hold(ServiceInstance instance)
    {
        var generation = Volatile.Read(ref _current);
        var key = KeyOf(instance);
        lock (generation.Lock)
        {
            if (!generation.Channels.TryGetValue(key, out var held))
            {
                held = new HeldChannel(key, generation, Create(instance, generation.Model));
                generation.Channels[key] = held;
            }

            held.Holders++;
            return held;
        }
    }

    /// <summary>
    /// The last who lets go closes the channel: after a moment, in which somebody else may take it, and once its calls have settled or their
    /// time is up.
    /// </summary>
    internal void LetGo(HeldChannel held)
    {
        lock (held.Generation.Lock)
        {
            if (--held.Holders > 0)
            {
                return;
            }
        }

        _ = RetireAsync(held);
    }

    /// <summary>Other settings for the calls that come next: they get new channels. The old ones close once their calls have settled.</summary>
    /// <returns>Whether they are other ones.</returns>
    internal bool Use(UpstreamModel model)
    {
        if (model == Volatile.Read(ref _current).Model)
        {
            return false;
        }

        _ = RetireAsync(Interlocked.Exchange(ref _current, new ChannelGeneration(model)));
        return true;
    }

    internal IEnumerable<(string Protocol, string Host, int Port, int InFlight, bool Available)> List() =>
        Volatile.Read(ref _current).Held()
            .Select(c => (c.Key.Protocol, c.Key.Host, c.Key.Port, c.Channel.InFlight, c.Channel.IsAvailable));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        var generation = Volatile.Read(ref _current);
        foreach (var channel in generation.Held().Select(static h => h.Channel).Concat(_retiring.Keys))
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }

        lock (generation.Lock)
        {
            generation.Channels.Clear();
        }

        foreach (var sweeper in _sweepers)
        {
            sweeper.Dispose();
        }
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
            return factory.Create(instance, new ChannelSettings(model.Limits, model.ConnectTimeoutMs, _time)
            {
                Tls = model.Tls,
                ReconnectMs = model.ReconnectMs,
                MaxReconnectMs = model.MaxReconnectMs,
            });
        }

        var codec = _plugins.FrameCodecs[instance.Protocol];
        return new LanedChannel(codec, _transport, model.ConnectionsPerInstance, reactor =>
        {
            var connection = new FramedChannel(codec, instance.Host, instance.Port, model, _transport, reactor, _time, _log);
            _sweepers[reactor].Add(connection);
            return connection;
        });
    }

    /// <summary>Channels of other settings. A call that read the old generation may still add one, so they are counted after the grace.</summary>
    private async Task RetireAsync(ChannelGeneration generation)
    {
        var isDue = await PauseAsync(Grace).ConfigureAwait(false);
        foreach (var held in generation.Held())
        {
            if (!isDue)
            {
                await held.Channel.DisposeAsync().ConfigureAwait(false);
            }
            else if (_retiring.TryAdd(held.Channel, true))
            {
                _ = RetireAsync(held.Channel);
            }
        }
    }

    private async Task RetireAsync(HeldChannel held)
    {
        if (!await PauseAsync(Grace).ConfigureAwait(false))
        {
            return;
        }

        lock (held.Generation.Lock)
        {
            if (held.Holders > 0 || !held.Generation.Channels.TryGetValue(held.Key, out var now) || now != held)
            {
                return;
            }

            held.Generation.Channels.Remove(held.Key);
            if (!_retiring.TryAdd(held.Channel, true))
            {
                return; // With its generation.
            }
        }

        await RetireAsync(held.Channel).ConfigureAwait(false);
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

        await channel.DisposeAsync().ConfigureAwait(false);
        if (channel is LanedChannel laned)
        {
            foreach (var connection in laned.Channels)
            {
                _sweepers[connection.Reactor].Remove(connection);
            }
        }

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
}
