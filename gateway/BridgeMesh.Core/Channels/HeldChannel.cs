using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Channels;

/// <summary>A channel of the pool, and how many hold it.</summary>
internal sealed class HeldChannel(ChannelKey key, ChannelGeneration generation, IUpstreamChannel channel)
{
    internal ChannelKey Key => key;

    internal ChannelGeneration Generation => generation;

    internal IUpstreamChannel Channel => channel;

    /// <summary>Guarded by the generation's lock.</summary>
    internal int Holders { get; set; }
}

/// <summary>The channels that were made with the same settings.</summary>
internal sealed class ChannelGeneration(UpstreamModel model)
{
    internal UpstreamModel Model => model;

    /// <summary>Guards <see cref="Channels"/> and who holds them.</summary>
    internal Lock Lock { get; } = new();

    internal Dictionary<ChannelKey, HeldChannel> Channels { get; } = [];

    internal HeldChannel[] Held()
    {
        lock (Lock)
        {
            return [.. Channels.Values];
        }
    }
}
