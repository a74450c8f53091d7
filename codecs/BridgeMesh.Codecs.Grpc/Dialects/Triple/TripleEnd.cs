using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// The frame that ends a stream of Triple's own framing, flag 2.
/// <code>
/// { "error": { as <see cref="TripleError"/> }, "metadata": { "name": [ "value" ] } }
/// </code>
/// Source: end-stream of dubbo-js.
/// </summary>
internal static class TripleEnd
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
            TripleError.Write(exchange, json);
        }

        json.WriteStartObject("metadata");
        var entries = exchange.ReplyMetadata.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            // Values of one name stand together, where the name comes first.
            if (!sent.Contains(entries[i]) && TripleMetadata.OnWire(entries[i].Key, entries[i].Value) is { Name: var name }
                && !IsRepeated(entries[..i], sent, name))
            {
                WriteValues(entries[i..], sent, name, json);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    private static bool IsRepeated(ReadOnlySpan<KeyValuePair<string, string>> before, SentMetadata sent, string name)
    {
        foreach (ref readonly var pair in before)
        {
            if (!sent.Contains(pair) && TripleMetadata.OnWire(pair.Key, pair.Value)?.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteValues(ReadOnlySpan<KeyValuePair<string, string>> entries, SentMetadata sent, string name, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (ref readonly var pair in entries)
        {
            if (!sent.Contains(pair) && TripleMetadata.OnWire(pair.Key, pair.Value) is { } onWire && onWire.Name == name)
            {
                json.WriteStringValue(onWire.Value);
            }
        }

        json.WriteEndArray();
    }
}
