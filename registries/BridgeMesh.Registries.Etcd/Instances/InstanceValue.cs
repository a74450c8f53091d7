using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd.Instances;

/// <summary>
/// Values of instances: a JSON object whose members are all optional, so that <c>{}</c>, or nothing at all, is an instance that is up. What is
/// not known is passed over, so that others may add to it; what is of the wrong kind makes the whole value count as broken.
/// </summary>
internal static class InstanceValue
{
    /// <summary>Longest value.</summary>
    internal const int MaxBytes = 64 << 10;

    private const int MaxWeight = 10_000;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly (string Word, InstanceHealth Health)[] Healths =
    [
        ("up", InstanceHealth.Up),
        ("starting", InstanceHealth.Starting),
        ("down", InstanceHealth.Down),
        ("out-of-service", InstanceHealth.OutOfService),
        ("unknown", InstanceHealth.Unknown),
    ];

    /// <summary>The same for equal instances: nothing in it tells one life of the gateway from the next.</summary>
    /// <exception cref="FormatException">It has too much to say.</exception>
    internal static byte[] Write(ServiceInstance instance)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            Text(json, "application", instance.Application);
            if (instance.IsSecure)
            {
                json.WriteBoolean("secure", true);
            }

            Number(json, "weight", instance.Weight, unless: 100);
            Number(json, "warmUpMs", instance.WarmUpMs, unless: 0);
            Text(json, "startedAt", instance.StartedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) ?? string.Empty);
            Text(json, "zone", instance.Zone);
            Text(json, "health", instance.Health == InstanceHealth.Up ? string.Empty : Healths.First(h => h.Health == instance.Health).Word);
            Texts(json, "tags", instance.Tags);
            Texts(json, "serializations", instance.Serializations);
            Texts(json, "methods", instance.Methods);
            if (!instance.Metadata.IsEmpty)
            {
                json.WriteStartObject("metadata");
                foreach (var (name, value) in instance.Metadata.OrderBy(static m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenCount <= MaxBytes
            ? buffer.WrittenSpan.ToArray()
            : throw new FormatException($"'{instance}' has more to say than the {MaxBytes} bytes that a value may have");
    }

    /// <summary>Null, and why, where it is broken.</summary>
    /// <param name="named">What the key says.</param>
    /// <param name="zone">Where the value names none.</param>
    internal static ServiceInstance? Read(byte[] value, ServiceInstance named, string zone, out string problem)
    {
        if (value.Length > MaxBytes)
        {
            problem = $"the value has more than {MaxBytes} bytes";
            return null;
        }

        var reader = new Fields(value.Length == 0 ? JsonFields.Parse("{}"u8) : JsonFields.Parse(value));
        var health = InstanceHealth.Up;
        if (reader.Text("health") is { Length: > 0 } word)
        {
            var found = Array.FindIndex(Healths, h => h.Word == word);
            health = found >= 0 ? Healths[found].Health : reader.Wrong("health", health);
        }

        DateTimeOffset? startedAt = null;
        if (reader.Text("startedAt") is { Length: > 0 } text)
        {
            // A time of day without a zone would mean another one on each machine.
            startedAt = text.AsSpan(text.IndexOf('T', StringComparison.Ordinal) + 1).ContainsAny("Z+-")
                && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : reader.Wrong("startedAt", startedAt);
        }

        var said = reader.Text("zone");
        var instance = named with
        {
            Application = reader.Text("application"),
            IsSecure = reader.Flag("secure"),
            Weight = reader.Number("weight", 100, MaxWeight),
            WarmUpMs = reader.Number("warmUpMs", 0, int.MaxValue),
            StartedAt = startedAt,
            Zone = said.Length > 0 ? said : zone,
            Health = health,
            Tags = reader.Texts("tags"),
            Serializations = reader.Texts("serializations"),
            Methods = [.. reader.Texts("methods").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Metadata = reader.Map("metadata"),
        };
        problem = reader.Problem;
        return problem.Length == 0 ? instance : null;
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int value, int unless)
    {
        if (value != unless)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Members of one value; keeps the first thing that is wrong.</summary>
    private sealed class Fields(JsonElement? value)
    {
        private readonly JsonElement _value = value ?? default;

        internal string Problem { get; private set; } = value is null ? "the value is no JSON object" : string.Empty;

        internal T Wrong<T>(string name, T fallback)
        {
            Problem = Problem.Length > 0 ? Problem : $"'{name}' is not what docs/etcd.md says that it is";
            return fallback;
        }

        internal string Text(string name) => JsonFields.Field(_value, name) switch
        {
            { ValueKind: JsonValueKind.Undefined } => string.Empty,
            var field when JsonFields.TryText(field, out var text) => text,
            _ => Wrong(name, string.Empty),
        };

        internal bool Flag(string name) => JsonFields.Field(_value, name).ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => Wrong(name, false),
        };

        internal int Number(string name, int fallback, int max) => JsonFields.Field(_value, name) switch
        {
            { ValueKind: JsonValueKind.Undefined } => fallback,
            { ValueKind: JsonValueKind.Number } field when field.TryGetInt32(out var number) && number >= 0 && number <= max => number,
            _ => Wrong(name, fallback),
        };

        internal ImmutableArray<string> Texts(string name)
        {
            var field = JsonFields.Field(_value, name);
            if (field.ValueKind != JsonValueKind.Array)
            {
                return field.ValueKind == JsonValueKind.Undefined ? [] : Wrong<ImmutableArray<string>>(name, []);
            }

            var texts = ImmutableArray.CreateBuilder<string>(field.GetArrayLength());
            foreach (var item in field.EnumerateArray())
            {
                if (!JsonFields.TryText(item, out var text))
                {
                    return Wrong<ImmutableArray<string>>(name, []);
                }

                texts.Add(text);
            }

            return texts.DrainToImmutable();
        }

        internal ImmutableDictionary<string, string> Map(string name)
        {
            var field = JsonFields.Field(_value, name);
            var map = ImmutableDictionary<string, string>.Empty;
            if (field.ValueKind != JsonValueKind.Object)
            {
                return field.ValueKind == JsonValueKind.Undefined ? map : Wrong(name, map);
            }

            var texts = map.ToBuilder();
            foreach (var member in field.EnumerateObject())
            {
                if (!TryName(member, out var key) || !JsonFields.TryText(member.Value, out var text))
                {
                    return Wrong(name, map);
                }

                texts[key] = text;
            }

            return texts.ToImmutable();
        }

        private static bool TryName(JsonProperty member, out string name)
        {
            try
            {
                name = member.Name;
                return true;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair.
                name = string.Empty;
                return false;
            }
        }
    }
}
