using System.Globalization;
using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>One method as an operation: what the HTTP listener takes for it, and every answer that it gives.</summary>
internal sealed class OperationWriter(SchemaWriter schemas)
{
    private const string Json = "application/json";

    /// <param name="tag">The service's.</param>
    /// <param name="path">As the document writes it.</param>
    public JsonObject Write(MethodShape method, ServiceContract contract, string tag, string operationId, string path)
    {
        var operation = new JsonObject { ["operationId"] = operationId, ["tags"] = new JsonArray(tag) };
        SchemaWriter.Described(operation, method.Doc);
        var request = BoundRequest.Of(method, contract.Policy, schemas);
        RenameVariables(request.Parameters, method.Http?.PathTemplate, path);
        request.Parameters.Add((JsonNode)new JsonObject { ["$ref"] = "#/components/parameters/Timeout" });
        request.Parameters.Add((JsonNode)new JsonObject { ["$ref"] = "#/components/parameters/Traceparent" });
        operation["parameters"] = request.Parameters;
        if (request.Body is { } body)
        {
            operation["requestBody"] = body;
        }

        operation["responses"] = Responses(method, contract);
        operation[Extensions.Bridge] = About(method, path);
        return operation;
    }

    private JsonObject Responses(MethodShape method, ServiceContract contract)
    {
        var responses = new JsonObject();
        var (code, result) = Result(method, contract.Policy);
        responses[code] = SchemaWriter.Described(result, method.ReturnsDoc);
        foreach (var group in ProblemSchemas.OfMethod(method, contract).GroupBy(ProblemSchemas.StatusOf).OrderBy(static g => g.Key))
        {
            var names = string.Join(", ", group.Select(static e => e.JavaType.Text));
            var problems = group.Select(e => schemas.ReferenceToProblem(e, contract.Policy)).ToArray();
            var schema = problems is [var only] ? only : new JsonObject { ["anyOf"] = new JsonArray([.. problems]) };
            responses[group.Key.ToString(CultureInfo.InvariantCulture)] = Response(names, (ProblemSchemas.MediaType, schema));
        }

        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Fault" };
        return responses;
    }

    private (string Code, JsonObject Response) Result(MethodShape method, ValuePolicy policy)
    {
        if (method.OneWay)
        {
            return ("202", Response("Sent; nobody waits for an answer."));
        }

        if (method.ServerStreaming)
        {
            return ("200", Stream(schemas.Of(method.Returns, policy)));
        }

        if (method.Returns.Kind == ShapeKind.Void)
        {
            return ("204", Response("Done."));
        }

        var json = (Json, schemas.Of(method.Returns, policy));
        return ("200", method.Returns.Kind switch
        {
            ShapeKind.String => Response("The result.", json, ("text/plain", new JsonObject { ["type"] = "string" })),
            ShapeKind.Bytes => Response("The result.", json, ("application/octet-stream", Octets())),
            _ => Response("The result.", json),
        });
    }

    /// <summary>OpenAPI 3.1 has no word for the messages of a stream: the schema is that of the whole text.</summary>
    private static JsonObject Stream(JsonObject message)
    {
        var content = new JsonObject();
        foreach (var (mediaType, form) in ((string, string)[])[
            ("application/x-ndjson", "One message a line; a failure is a last line of {\"$problem\": ...}."),
            ("text/event-stream", "One message an event; the last is named end, or error with a problem document.")])
        {
            content[mediaType] = new JsonObject
            {
                ["schema"] = new JsonObject { ["type"] = "string", ["description"] = form },
                [Extensions.Item] = message.DeepClone(),
            };
        }

        return new JsonObject { ["description"] = "Any number of messages, each sent as soon as it is there.", ["content"] = content };
    }

    private static JsonObject About(MethodShape method, string path)
    {
        var about = new JsonObject { ["method"] = method.Name };
        if (method.Parameters.Length > 0)
        {
            about["parameters"] = new JsonArray([.. method.Parameters.Select(static p => JsonValue.Create(p.Name))]);
        }

        if (method.Http is not { } http)
        {
            about["canonical"] = true;
        }
        else if (http.PathTemplate != path)
        {
            about["path"] = http.PathTemplate;
        }

        if (method.Idempotent)
        {
            about["idempotent"] = true;
        }

        if (!method.Exceptions.IsEmpty)
        {
            about["throws"] = new JsonArray([.. method.Exceptions.Select(static e => JsonValue.Create(TypeText.Of(e)))]);
        }

        if (method.Returns.Kind == ShapeKind.Void && method.OneWay)
        {
            return about;
        }

        if (method.OneWay)
        {
            about["returns"] = TypeText.Of(method.Returns);
        }

        return about;
    }

    /// <summary>A path's variables go by the names of the first path of that form: OpenAPI takes two that differ in names alone for one.</summary>
    private static void RenameVariables(JsonArray parameters, string? template, string path)
    {
        if (template is null)
        {
            return;
        }

        var own = Paths.VariablesOf(template);
        var shown = Paths.VariablesOf(path);
        foreach (var parameter in parameters.OfType<JsonObject>().Where(static p => (string?)p["in"] == "path"))
        {
            var name = (string?)parameter["name"] ?? string.Empty;
            var at = own.IndexOf(name);
            if (at >= 0 && shown[at] != name)
            {
                parameter["name"] = shown[at];
                parameter.TryAdd(Extensions.Name, name);
            }
        }
    }

    private static JsonObject Octets() => new() { ["type"] = "string", ["contentMediaType"] = "application/octet-stream" };

    private static JsonObject Response(string description, params ReadOnlySpan<(string MediaType, JsonObject Schema)> forms)
    {
        var response = new JsonObject { ["description"] = description };
        if (forms.Length > 0)
        {
            var content = new JsonObject();
            foreach (var (mediaType, schema) in forms)
            {
                content[mediaType] = new JsonObject { ["schema"] = schema };
            }

            response["content"] = content;
        }

        return response;
    }
}
