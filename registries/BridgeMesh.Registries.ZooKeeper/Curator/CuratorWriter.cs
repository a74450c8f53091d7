using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

/// <summary>
/// Writes instances as Curator's own serializer does, in the form that its clients of every version read
/// (org.apache.curator.x.discovery.details.OldServiceInstance): those before 4.1 refuse names that they do not know.
/// </summary>
internal static class CuratorWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same bytes for the same instance: metadata stands in ordinal order.</summary>
    internal static byte[] Write(CuratorInstance instance)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", instance.Name);
            json.WriteString("id", instance.Id);
            json.WriteString("address", instance.Address);
            Port(json, "port", instance.Port);
            Port(json, "sslPort", instance.SslPort);
            json.WriteStartObject("payload");
            json.WriteString("@class", instance.PayloadClass);
            json.WriteString("id", instance.PayloadId);
            json.WriteString("name", instance.PayloadName);
            json.WriteStartObject("metadata");
            foreach (var (name, value) in instance.Metadata.OrderBy(static m => m.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteNumber("registrationTimeUTC", instance.RegisteredAt);
            json.WriteString("serviceType", instance.ServiceType);
            UriSpec(json, instance.UriSpec);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Port(Utf8JsonWriter json, string name, int? port)
    {
        if (port is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void UriSpec(Utf8JsonWriter json, string spec)
    {
        if (spec.Length == 0)
        {
            json.WriteNull("uriSpec");
            return;
        }

        json.WriteStartObject("uriSpec");
        json.WriteStartArray("parts");
        foreach (var piece in spec.Split('{'))
        {
            // Behind each brace is a variable, up to the brace that closes it; before the first there is none.
            var close = piece.IndexOf('}', StringComparison.Ordinal);
            if (close > 0)
            {
                Part(json, piece[..close], isVariable: true);
            }

            if (piece.Length > close + 1)
            {
                Part(json, piece[(close + 1)..], isVariable: false);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string value, bool isVariable)
    {
        json.WriteStartObject();
        json.WriteString("value", value);
        json.WriteBoolean("variable", isVariable);
        json.WriteEndObject();
    }
}
