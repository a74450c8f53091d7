using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Registries.Stored;

/// <summary>A service and its instances as one JSON object. What an instance does not say is left out.</summary>
internal static class InstanceJson
{
    internal static void Write(Utf8JsonWriter json, ServiceSnapshot service)
    {
        json.WriteStartObject();
        json.WriteString("interface"u8, service.Service.Interface);
        Write(json, "version", service.Service.Version);
        Write(json, "group", service.Service.Group);
        Write(json, "uniqueId", service.Service.UniqueId);
        json.WriteStartArray("instances"u8);
        foreach (var instance in service.Instances)
        {
            Write(json, instance);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Null where it is not what <see cref="Write(Utf8JsonWriter, ServiceSnapshot)"/> makes.</summary>
    internal static ServiceSnapshot? Read(JsonElement root)
    {
        if (Text(root, "interface") is not { Length: > 0 } name
            || !root.TryGetProperty("instances"u8, out var listed) || listed.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var service = new ServiceKey(
            name, Text(root, "version") ?? string.Empty, Text(root, "group") ?? string.Empty, Text(root, "uniqueId") ?? string.Empty);
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>(listed.GetArrayLength());
        foreach (var element in listed.EnumerateArray())
        {
            if (Instance(service, element) is not { } instance)
            {
                return null;
            }

            instances.Add(instance);
        }

        return new ServiceSnapshot(service, 0, Stale: true, instances.MoveToImmutable());
    }

    private static void Write(Utf8JsonWriter json, ServiceInstance instance)
    {
        json.WriteStartObject();
        json.WriteString("protocol"u8, instance.Protocol);
        json.WriteString("host"u8, instance.Host);
        json.WriteNumber("port"u8, instance.Port);
        if (instance.IsSecure)
        {
            json.WriteBoolean("secure"u8, true);
        }

        Write(json, "application", instance.Application);
        json.WriteNumber("weight"u8, instance.Weight);
        if (instance.WarmUpMs > 0)
        {
            json.WriteNumber("warmUpMs"u8, instance.WarmUpMs);
        }

        if (instance.StartedAt is { } started)
        {
            json.WriteNumber("startedAt"u8, started.ToUnixTimeMilliseconds());
        }

        Write(json, "zone", instance.Zone);
        if (instance.Health != InstanceHealth.Up)
        {
            json.WriteString("health"u8, instance.Health.ToString());
        }

        Write(json, "tags", instance.Tags);
        Write(json, "serializations", instance.Serializations);
        Write(json, "methods", instance.Methods);
        if (instance.Metadata.Count > 0)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var (name, value) in instance.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static ServiceInstance? Instance(in ServiceKey service, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object
            || Text(element, "protocol") is not { Length: > 0 } protocol
            || Text(element, "host") is not { Length: > 0 } host
            || Number(element, "port", 1, 65_535, 0) is not { } port
            || Number(element, "weight", 0, 10_000, 100) is not { } weight
            || Number(element, "warmUpMs", 0, int.MaxValue, 0) is not { } warmUpMs
            || Number(element, "startedAt", 0, 253_402_300_799_999, -1) is not { } startedAt // To the end of the year 9999.
            || !Enum.TryParse<InstanceHealth>(Text(element, "health") ?? nameof(InstanceHealth.Up), out var health)
            || !Enum.IsDefined(health)
            || Texts(element, "tags") is not { } tags
            || Texts(element, "serializations") is not { } serializations
            || Texts(element, "methods") is not { } methods
            || Metadata(element) is not { } metadata
            || port == 0)
        {
            return null;
        }

        return new ServiceInstance
        {
            Service = service,
            Protocol = protocol,
            Host = host,
            Port = (int)port,
            IsSecure = element.TryGetProperty("secure"u8, out var secure) && secure.ValueKind == JsonValueKind.True,
            Application = Text(element, "application") ?? string.Empty,
            Weight = (int)weight,
            WarmUpMs = (int)warmUpMs,
            StartedAt = startedAt < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(startedAt),
            Zone = Text(element, "zone") ?? string.Empty,
            Health = health,
            Tags = tags,
            Serializations = serializations,
            Methods = methods,
            Metadata = metadata,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Number(JsonElement element, string name, long min, long max, long missing)
    {
        if (!element.TryGetProperty(name, out var number))
        {
            return missing;
        }

        return number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) && value >= min && value <= max ? value : null;
    }

    private static ImmutableArray<string>? Texts(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var texts))
        {
            return ImmutableArray<string>.Empty;
        }

        if (texts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var all = ImmutableArray.CreateBuilder<string>(texts.GetArrayLength());
        foreach (var text in texts.EnumerateArray())
        {
            if (text.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            all.Add(text.GetString() ?? string.Empty);
        }

        return all.MoveToImmutable();
    }

    private static ImmutableDictionary<string, string>? Metadata(JsonElement element)
    {
        if (!element.TryGetProperty("metadata"u8, out var map))
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var all = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            all[property.Name] = property.Value.GetString() ?? string.Empty;
        }

        return all.ToImmutable();
    }
}
