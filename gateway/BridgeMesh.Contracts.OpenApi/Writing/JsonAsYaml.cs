using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Writes a JSON document as YAML, an entry a line. Source: YAML 1.2.2, chapter 8.</summary>
internal static class JsonAsYaml
{
    public static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        Entries(document, 0, text);
        return text.ToString();
    }

    private static void Entries(JsonObject map, int indent, StringBuilder text)
    {
        foreach (var (key, value) in map)
        {
            text.Append(' ', indent).Append(YamlText.Quoted(key)).Append(':');
            Value(value, indent + 2, text);
        }
    }

    private static void Value(JsonNode? value, int indent, StringBuilder text)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('\n');
                Entries(map, indent, text);
                break;
            case JsonArray { Count: > 0 } list when list.All(static i => i is JsonValue):
                text.Append(' ').Append(YamlText.FlowList(list.Select(Scalar))).Append('\n');
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append('-');
                    Item(item, indent + 2, text);
                }

                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void Item(JsonNode? item, int indent, StringBuilder text)
    {
        if (item is not JsonObject { Count: > 0 } map)
        {
            Value(item, indent, text);
            return;
        }

        // The first entry stands behind the dash.
        var block = new StringBuilder();
        Entries(map, indent, block);
        text.Append(' ').Append(block, indent, block.Length - indent);
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => YamlText.Quoted((string?)value ?? string.Empty),
        _ => value.ToJsonString(),
    };
}
