using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>
/// A fault as Connect tells it.
/// <code>
/// { "code": "invalid_argument", "message": "…", "details": [ { "type": "google.rpc.ErrorInfo", "value": "base64 without padding" } ] }
/// </code>
/// Source: Connect protocol, "Error".
/// </summary>
internal static class ConnectError
{
    internal static void Write(Exchange exchange, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code", ConnectCodes.Of(OutboundStatuses.CodeOf(exchange)).Name);
        if (!string.IsNullOrEmpty(exchange.Message))
        {
            json.WriteString("message", exchange.Message);
        }

        var details = StatusDetails.Of(exchange);
        if (details.Count > 0)
        {
            json.WriteStartArray("details");
            foreach (var (type, value) in details)
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteString("value", Convert.ToBase64String(value).TrimEnd('='));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
