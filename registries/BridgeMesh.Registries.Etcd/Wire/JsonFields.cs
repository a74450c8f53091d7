using System.Globalization;
using System.Text.Json;

namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>
/// Fields as etcd's JSON gateway writes them: 64-bit integers are texts, and what has its default is left out
/// (https://protobuf.dev/programming-guides/json/). What is of another kind gives false or the default.
/// </summary>
internal static class JsonFields
{
    /// <summary>Deeper than any message of etcd's.</summary>
    private const int MaxDepth = 16;

    /// <summary>Null where it is no JSON object.</summary>
    internal static JsonElement? Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && !reader.Read() ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Undefined where it is not there or null.</summary>
    internal static JsonElement Field(JsonElement parent, string name)
    {
        try
        {
            return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null
                ? field
                : default;
        }
        catch (InvalidOperationException)
        {
            // A name beside it that is no text once its escapes are resolved.
            return default;
        }
    }

    /// <summary>0 where it is not there. False for what is no whole number of 64 bits.</summary>
    internal static bool TryInt64(JsonElement parent, string name, out long value)
    {
        value = 0;
        var field = Field(parent, name);
        return field.ValueKind switch
        {
            JsonValueKind.Undefined => true,
            JsonValueKind.Number => field.TryGetInt64(out value),
            JsonValueKind.String => TryText(field, out var text)
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
    }

    internal static bool IsTrue(JsonElement parent, string name) => Field(parent, name).ValueKind == JsonValueKind.True;

    /// <summary>Empty where it is not there or no text.</summary>
    internal static string Text(JsonElement parent, string name) => TryText(Field(parent, name), out var text) ? text : string.Empty;

    /// <summary>False too for escapes that are no text, such as half of a surrogate pair.</summary>
    internal static bool TryText(JsonElement field, out string text)
    {
        text = string.Empty;
        if (field.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = field.GetString() ?? string.Empty;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>No bytes where it is not there. False for what is no base64.</summary>
    internal static bool TryBytes(JsonElement parent, string name, out byte[] bytes)
    {
        bytes = [];
        var field = Field(parent, name);
        if (field.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }

        try
        {
            if (field.ValueKind == JsonValueKind.String && field.TryGetBytesFromBase64(out var found))
            {
                bytes = found;
                return true;
            }
        }
        catch (InvalidOperationException)
        {
            // An escape that is no text.
        }

        return false;
    }

    internal static bool TryKeyValue(JsonElement element, out KeyValue value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object
            || !TryBytes(element, "key", out var key) || key.Length == 0
            || !TryBytes(element, "value", out var content)
            || !TryInt64(element, "mod_revision", out var revision) || revision <= 0)
        {
            return false;
        }

        value = new KeyValue(Convert.ToBase64String(key), content, revision);
        return true;
    }
}
