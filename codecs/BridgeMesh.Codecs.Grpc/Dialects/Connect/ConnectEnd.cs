using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>
/// The frame that ends a stream, flag 2.
/// <code>
/// { "error": { as <see cref="ConnectError"/> }, "metadata": { "name": [ "value" ] } }
/// </code>
/// Source: Connect protocol, "EndStreamResponse".
/// </summary>
internal static class ConnectEnd
{
    internal const byte Flag = 2;

    /// <param name="sent">Metadata that went out before.</param>
    internal static void Write(Exchange exchange, SentMetadata sent, FrameWriter output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        if (exchange.Status != ExchangeStatus.Ok)
        {
            json.WritePropertyName("error");
            ConnectError.Write(exchange, json);
        }

        var trailers = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (!sent.Contains(pair) && MetadataRules.OnWire(pair.Key, pair.Value) is { } onWire)
            {
                (trailers.TryGetValue(onWire.Name, out var values) ? values : trailers[onWire.Name] = []).Add(onWire.Value);
            }
        }

        if (trailers.Count > 0)
        {
            json.WriteStartObject("metadata");
            foreach (var (name, values) in trailers)
            {
                json.WriteStartArray(name);
                values.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
