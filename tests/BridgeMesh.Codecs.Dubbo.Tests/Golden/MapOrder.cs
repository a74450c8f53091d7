using System.Text.Json;
using System.Text.Json.Nodes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>Puts the entries of a recorded view's maps into the order in which a tape has them; a HashMap promises none.</summary>
internal static class MapOrder
{
    internal static JsonElement Of(JsonElement view, ValueTape tape)
    {
        if (view.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return JsonDocument.Parse("null").RootElement;
        }

        var node = JsonNode.Parse(view.GetRawText());
        Sort(node, tape, 0);
        return JsonDocument.Parse(node?.ToJsonString() ?? "null").RootElement;
    }

    private static void Sort(JsonNode? view, ValueTape tape, int index)
    {
        var at = tape.Resolve(index);
        if (view is JsonObject map && map["entries"] is JsonArray entries && tape[at].Kind == ValueKind.Map && at == index)
        {
            var byKey = entries.ToDictionary(e => e?[0]?["value"]?.ToString() ?? string.Empty, e => e?.DeepClone());
            var sorted = new JsonArray();
            var end = tape.Next(at);
            for (var key = at + 1; key < end;)
            {
                var value = tape.Next(key);
                if (byKey.TryGetValue(tape.Text(tape.Resolve(key)), out var entry))
                {
                    Sort(entry?[1], tape, value);
                    sorted.Add(entry);
                }

                key = tape.Next(value);
            }

            map["entries"] = sorted;
        }
        else if (view is JsonObject list && list["items"] is JsonArray items && at == index)
        {
            var child = at + 1;
            foreach (var item in items)
            {
                Sort(item, tape, child);
                child = tape.Next(child);
            }
        }
    }
}
