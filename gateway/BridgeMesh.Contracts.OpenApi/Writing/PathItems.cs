using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>
/// Operations by path and verb. Methods that share both, as overloads on their canonical path do, become one operation that takes what any
/// of them takes; each by itself stands in its extension.
/// </summary>
internal sealed class PathItems(OperationWriter operations)
{
    private readonly Dictionary<string, string> _pathsByPattern = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, string Verb), List<JsonObject>> _operations = [];
    private readonly List<(string Path, string Verb)> _order = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public void Add(MethodShape method, ServiceContract contract, string tag)
    {
        var template = method.Http?.PathTemplate ?? $"/{contract.Service.Interface}/{method.Name}";
        var verb = (method.Http?.Verb ?? "POST").ToLowerInvariant();
        var pattern = Paths.Pattern(template);
        if (!_pathsByPattern.TryGetValue(pattern, out var path))
        {
            path = Paths.Plain(template);
            _pathsByPattern.Add(pattern, path);
        }

        var operation = operations.Write(method, contract, tag, Id(contract, method), path);
        if (_operations.TryGetValue((path, verb), out var others))
        {
            others.Add(operation);
            return;
        }

        _operations.Add((path, verb), [operation]);
        _order.Add((path, verb));
    }

    public JsonObject ToJson()
    {
        var paths = new JsonObject();
        foreach (var (path, verb) in _order)
        {
            var item = paths[path] as JsonObject;
            if (item is null)
            {
                paths[path] = item = [];
            }

            item[verb] = _operations[(path, verb)] is [var only] ? only : Join(_operations[(path, verb)]);
        }

        return paths;
    }

    private string Id(ServiceContract contract, MethodShape method)
    {
        var name = contract.Service.Interface;
        var wanted = $"{name[(name.LastIndexOfAny(['.', '$']) + 1)..]}_{method.Name}";
        var id = wanted;
        for (var i = 2; !_ids.Add(id); i++)
        {
            id = $"{wanted}_{i}";
        }

        return id;
    }

    private static JsonObject Join(List<JsonObject> alternatives)
    {
        var first = alternatives[0];
        var parameters = alternatives.SelectMany(static a => (JsonArray)a["parameters"]!) // Every operation has them.
            .DistinctBy(static p => ((string?)p!["$ref"], (string?)p["name"], (string?)p["in"])).Select(static p => p!.DeepClone()).ToList();

        // What one overload needs another may not have.
        parameters.OfType<JsonObject>().Where(static p => (string?)p["in"] != "path").ToList().ForEach(static p => p.Remove("required"));
        parameters.Add(new JsonObject
        {
            ["name"] = "x-bridge-types",
            ["in"] = "header",
            ["description"] = "Java types of the parameters with commas, where the body alone does not tell which overload is meant.",
            ["schema"] = new JsonObject { ["type"] = "string" },
        });
        var joined = new JsonObject
        {
            ["operationId"] = (string?)first["operationId"],
            ["tags"] = new JsonArray([.. alternatives.SelectMany(static a => (JsonArray)a["tags"]!).Select(static t => (string?)t)
                .Distinct(StringComparer.Ordinal).Select(static t => JsonValue.Create(t))]), // Every operation has one.
            ["parameters"] = new JsonArray([.. parameters]),
        };
        var bodies = alternatives.Select(static a => a["requestBody"]).OfType<JsonObject>().ToList();
        if (bodies.Count > 0)
        {
            joined["requestBody"] = new JsonObject { ["content"] = Contents([.. bodies.Select(static b => (JsonObject)b["content"]!)]) };
        }

        joined["responses"] = Responses(alternatives);
        joined[Extensions.Bridge] = new JsonObject { ["overloads"] = new JsonArray([.. alternatives]) };
        return joined;
    }

    private static JsonObject Responses(List<JsonObject> alternatives)
    {
        var responses = new JsonObject();
        foreach (var code in alternatives.SelectMany(static a => ((JsonObject)a["responses"]!).Select(static r => r.Key)) // Every operation has them.
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var each = alternatives.Select(a => a["responses"]![code]).OfType<JsonObject>().ToList();
            var response = (JsonObject)each[0].DeepClone();
            var contents = each.Select(static r => r["content"]).OfType<JsonObject>().ToList();
            if (contents.Count > 0)
            {
                response["content"] = Contents(contents);
            }

            responses[code] = response;
        }

        return responses;
    }

    /// <summary>For each media type what any of them has.</summary>
    private static JsonObject Contents(List<JsonObject> contents)
    {
        var joined = new JsonObject();
        foreach (var mediaType in contents.SelectMany(static c => c.Select(static m => m.Key)).Distinct(StringComparer.Ordinal))
        {
            var schemas = contents.Select(c => c[mediaType]?["schema"]).OfType<JsonNode>()
                .DistinctBy(static s => s.ToJsonString(), StringComparer.Ordinal).Select(static s => s.DeepClone()).ToArray();
            joined[mediaType] = new JsonObject { ["schema"] = schemas is [var only] ? only : new JsonObject { ["anyOf"] = new JsonArray(schemas) } };
        }

        return joined;
    }
}
