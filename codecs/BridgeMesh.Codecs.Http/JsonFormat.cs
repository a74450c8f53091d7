using BridgeMesh.Codecs.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http;

/// <summary>The JSON codec as this package uses it.</summary>
internal static class JsonFormat
{
    internal static JsonPayloadCodec Codec => JsonPayloadCodec.Instance;

    /// <summary>Tapes call their roots args[n]; a reply's only root is the result.</summary>
    internal static CodecStatus OfResult(in CodecStatus fault) =>
        fault.Path is { } path && path.StartsWith("args[0]", StringComparison.Ordinal)
            ? fault with { Path = string.Concat("result", path.AsSpan(7)) }
            : fault;
}
