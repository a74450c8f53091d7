namespace BridgeMesh.Core.Channels;

/// <summary>Which instances share a channel.</summary>
/// <param name="Variant">What of the instance's metadata makes another channel; empty for most.</param>
internal readonly record struct ChannelKey(string Protocol, string Host, int Port, string Variant);
