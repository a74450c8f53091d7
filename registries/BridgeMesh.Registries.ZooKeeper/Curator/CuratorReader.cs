using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

/// <summary>Reads the JSON of Curator's instances, whoever wrote it. Never throws.</summary>
internal static class CuratorReader
{
    /// <summary>Instances have some hundred bytes; with every piece of metadata that a person would write, some thousand.</summary>
    internal const int MaxBytes = 256 << 10;

    /// <summary>Names of metadata in one instance.</summary>
    internal const int MaxMetadata = 1_024;

    /// <summary>The payload's metadata lies at 3; what strangers add beside may lie deeper.</summary>
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <param name="problem">Why there is none, as the end of a sentence.</param>
    internal static CuratorInstance? Read(ReadOnlyMemory<byte> json, out string problem)
    {
        problem = string.Empty;
        if (json.Length > MaxBytes)
        {
            problem = $"has more than {MaxBytes} bytes";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement, ref problem);
        }
        catch (JsonException)
        {
            problem = "is not JSON";
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair.
            problem = "has text that is not Unicode";
        }

        return null;
    }

    private static CuratorInstance? Read(JsonElement root, ref string problem)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = "is no JSON object";
            return null;
        }

        var (port, sslPort) = (Port(root, "port"), Port(root, "sslPort"));
        var address = Text(root, "address");
        if (address.Length == 0 || (port is null && sslPort is null))
        {
            problem = address.Length == 0 ? "has no address" : "has no port";
            return null;
        }

        var payload = root.TryGetProperty("payload", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("metadata", out var entries) && entries.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in entries.EnumerateObject())
            {
                if (metadata.Count == MaxMetadata)
                {
                    problem = $"has more than {MaxMetadata} names of metadata";
                    return null;
                }

                metadata[entry.Name] = entry.Value.ValueKind switch
                {
                    JsonValueKind.String => entry.Value.GetString() ?? string.Empty,
                    JsonValueKind.Null => string.Empty,
                    _ => entry.Value.GetRawText(),
                };
            }
        }

        return new CuratorInstance
        {
            Name = Text(root, "name"),
            Id = Text(root, "id"),
            Address = address,
            Port = port,
            SslPort = sslPort,
            PayloadClass = Text(payload, "@class"),
            PayloadId = Text(payload, "id"),
            PayloadName = Text(payload, "name"),
            Metadata = metadata.ToImmutable(),
            RegisteredAt = root.TryGetProperty("registrationTimeUTC", out var time) && time.ValueKind == JsonValueKind.Number
                && time.TryGetInt64(out var ms) ? Math.Max(ms, 0) : 0,
            ServiceType = Text(root, "serviceType") is { Length: > 0 } type ? type : CuratorInstance.Dynamic,
            IsEnabled = !root.TryGetProperty("enabled", out var enabled) || enabled.ValueKind != JsonValueKind.False,
            UriSpec = UriSpec(root),
        };
    }

    private static string Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? string.Empty
            : string.Empty;

    private static int? Port(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var port) && port is > 0 and <= 65_535
            ? port
            : null;

    private static string UriSpec(JsonElement root)
    {
        if (!root.TryGetProperty("uriSpec", out var spec) || spec.ValueKind != JsonValueKind.Object
            || !spec.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (var part in parts.EnumerateArray())
        {
            var isVariable = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("variable", out var flag) && flag.ValueKind == JsonValueKind.True;
            text.Append(isVariable ? $"{{{Text(part, "value")}}}" : Text(part, "value"));
        }

        return text.ToString();
    }
}
