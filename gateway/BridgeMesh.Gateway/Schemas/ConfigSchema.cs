using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Configuration.Binding;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Schemas;

/// <summary>
/// JSON Schema (2020-12) of the configuration, made from the records that the binder fills and from what plugins tell of their settings,
/// so that it cannot say anything else. What only the whole configuration tells, such as names that must exist, is left to <c>validate</c>.
/// </summary>
internal sealed class ConfigSchema(PluginCatalog plugins, DocComments docs)
{
    private readonly JsonObject _definitions = [];

    public JsonObject Build()
    {
        var root = Record(typeof(GatewayConfig));
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "BridgeMesh configuration",
        };
        foreach (var (name, value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }

        schema["$defs"] = _definitions;
        return schema;
    }

    private JsonObject Record(Type type)
    {
        var keys = ConfigKey.Of(type).ToList();
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            properties[key.Name] = Key(key);
        }

        var schema = new JsonObject { ["description"] = docs.Of(type), ["type"] = "object", ["properties"] = properties };
        var required = keys.Where(k => k.IsRequired).Select(k => (JsonNode)k.Name).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        if (!Array.Exists(type.GetProperties(), p => p.IsDefined(typeof(OtherKeysAttribute))))
        {
            schema["additionalProperties"] = false;
        }
        else
        {
            schema["allOf"] = type == typeof(ListenerConfig) ? ListenerSettings(keys) : RegistrySettings(keys);
        }

        return schema;
    }

    private JsonObject Key(ConfigKey key)
    {
        var schema = key.IsRecord ? Reference(key.Type) : Scalar(key);
        if (key.MayBePlainText)
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = new JsonArray("string", "number") }, schema) };
        }

        if (key.IsList)
        {
            schema = new JsonObject { ["type"] = "array", ["items"] = schema };
            if (key.Property.GetCustomAttribute<MinLengthAttribute>() is { Length: var least })
            {
                schema["minItems"] = least;
            }
        }
        else if (key.IsMap)
        {
            schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = schema };
            if (key.Rule is { } names)
            {
                schema["propertyNames"] = new JsonObject { ["pattern"] = names.Pattern };
            }
        }
        else if (key.MayBeNull && schema["type"] is { } type)
        {
            schema["type"] = new JsonArray([.. (type as JsonArray)?.Select(t => t?.DeepClone()) ?? [type.DeepClone()], "null"]);
        }

        schema["description"] = docs.Of(key.Property);
        if (key.Default is { } value)
        {
            schema["default"] = value is Enum word ? JsonNamingPolicy.CamelCase.ConvertName(word.ToString()) : JsonSerializer.SerializeToNode(value);
        }

        return schema;
    }

    private static JsonObject Scalar(ConfigKey key)
    {
        if (key.Type == typeof(bool))
        {
            return new JsonObject { ["type"] = "boolean" };
        }

        if (key.Type == typeof(int))
        {
            var number = new JsonObject { ["type"] = "integer" };
            if (key.Range is { } range)
            {
                number["minimum"] = (int)range.Minimum;
                number["maximum"] = (int)range.Maximum;
            }

            return number;
        }

        if (key.Type.IsEnum)
        {
            return new JsonObject
            {
                ["enum"] = new JsonArray([.. Enum.GetNames(key.Type).Select(n => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(n))]),
            };
        }

        // The binder takes any scalar for a text, and YAML reads an unquoted 1.0 as a number.
        var text = new JsonObject { ["type"] = new JsonArray("string", "number") };
        if (key.Rule is { } rule)
        {
            text = new JsonObject { ["type"] = "string", ["pattern"] = rule.Pattern };
        }

        return text;
    }

    private JsonObject Reference(Type record)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(record.Name.Replace("Config", string.Empty, StringComparison.Ordinal));
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = null; // Holds the place in the order of first use.
            _definitions[name] = Record(record);
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    private JsonArray ListenerSettings(List<ConfigKey> keys)
    {
        var rules = new JsonArray();
        foreach (var protocol in plugins.FrameCodecs.Keys.Order(StringComparer.Ordinal))
        {
            rules.Add(Settings("protocol", protocol, keys.Select(k => k.Name), []));
        }

        foreach (var (protocol, factory) in plugins.Listeners.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            rules.Add(Settings("protocol", protocol, keys.Where(k => !k.IsFramedOnly).Select(k => k.Name), factory.Settings));
        }

        return rules;
    }

    private JsonArray RegistrySettings(List<ConfigKey> keys) =>
        [.. plugins.Registries.OrderBy(r => r.Key, StringComparer.Ordinal)
            .Select(r => (JsonNode)Settings("kind", r.Key, keys.Select(k => k.Name), r.Value.Settings))];

    /// <summary>Where the key has the value: the settings that go with it, and no others.</summary>
    private static JsonObject Settings(string key, string value, IEnumerable<string> own, IReadOnlyList<SettingDescription> settings)
    {
        var properties = new JsonObject();
        foreach (var setting in settings)
        {
            var at = properties;
            var steps = setting.Name.Split('.');
            foreach (var step in steps[..^1])
            {
                at[step] ??= new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = $"The settings of {step}.",
                    ["properties"] = new JsonObject(),
                    ["additionalProperties"] = false,
                };
                at = at[step]?["properties"] as JsonObject ?? at;
            }

            at[steps[^1]] = Setting(setting);
        }

        var names = own.Concat(properties.Select(p => p.Key)).Distinct(StringComparer.Ordinal).Select(n => (JsonNode)n);
        var then = new JsonObject { ["propertyNames"] = new JsonObject { ["enum"] = new JsonArray([.. names]) } };
        if (properties.Count > 0)
        {
            then["properties"] = properties;
        }

        foreach (var setting in settings)
        {
            if (setting.Needs is { } needed)
            {
                AddNeed(then, setting.Name.Split('.'), needed.Split('.'));
            }
        }

        return new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject { [key] = new JsonObject { ["const"] = value } },
                ["required"] = new JsonArray(key),
            },
            ["then"] = then,
        };
    }

    /// <summary>In the map that both settings are keys of: a schema cannot look beside it.</summary>
    private static void AddNeed(JsonObject schema, ReadOnlySpan<string> setting, ReadOnlySpan<string> needed)
    {
        while (setting.Length > 1 && needed.Length > 1 && setting[0] == needed[0] && schema["properties"]?[setting[0]] is JsonObject inner)
        {
            schema = inner;
            setting = setting[1..];
            needed = needed[1..];
        }

        schema["dependentRequired"] ??= new JsonObject();
        schema["dependentRequired"]?[setting[0]] = new JsonArray(needed[0]);
    }

    private static JsonObject Setting(SettingDescription setting)
    {
        var schema = setting.Kind switch
        {
            SettingKind.Number => new JsonObject { ["type"] = "integer" },
            SettingKind.Flag => new JsonObject { ["type"] = "boolean" },
            SettingKind.Texts => new JsonObject { ["type"] = new JsonArray("array", "string"), ["items"] = new JsonObject { ["type"] = "string" } },
            SettingKind.Map => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
            _ when setting.Choices.Count > 0 => new JsonObject { ["enum"] = new JsonArray([.. setting.Choices.Select(c => (JsonNode)c)]) },
            // YAML reads an unquoted 1.0 as a number, and the binder takes it for the text.
            _ => new JsonObject { ["type"] = new JsonArray("string", "number") },
        };
        schema["description"] = setting.Description;
        if (setting.Min is { } min)
        {
            schema["minimum"] = min;
        }

        if (setting.Max is { } max)
        {
            schema["maximum"] = max;
        }

        if (setting.Default is { } text)
        {
            schema["default"] = setting.Kind is SettingKind.Text or SettingKind.Texts ? text : JsonNode.Parse(text);
        }

        return schema;
    }
}
