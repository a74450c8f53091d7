using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Problem documents (RFC 9457) as the HTTP listener answers faults with: one for any fault, one for each exception.</summary>
internal static class ProblemSchemas
{
    /// <summary>Name of the component that describes any fault.</summary>
    public const string Name = "Problem";

    public const string MediaType = "application/problem+json";

    /// <summary>Code of a declared exception whose contract gives none. Source: docs/http.md, "Answers".</summary>
    private const int DefaultStatus = 422;

    /// <summary>Members of the document itself: an exception's field of such a name stands below <c>fields</c>.</summary>
    public static readonly FrozenSet<string> OwnMembers = FrozenSet.Create(
        StringComparer.Ordinal, "type", "title", "status", "detail", "instance", "cause", "fields", "omitted", "mayHaveExecuted");

    public static int StatusOf(StructShape exception) => exception.CodeInHttp ?? DefaultStatus;

    public static ComponentKey KeyOf(StructShape exception, ValuePolicy policy) => new(TypeText.Of(exception), policy, ComponentRole.Problem);

    /// <summary>The exceptions that a method declares, and their subclasses that the contract knows, in a fixed order.</summary>
    public static IEnumerable<StructShape> OfMethod(MethodShape method, ServiceContract contract)
    {
        var known = contract.Types?.All.Select(static t => t.Struct).OfType<StructShape>().Where(static s => s.IsException)
            .OrderBy(static s => s.JavaType.Text, StringComparer.Ordinal).ToList() ?? [];
        return method.Exceptions.Concat(known.Where(k => method.Exceptions.Any(e => Extends(k, e)))).DistinctBy(static e => TypeText.Of(e));
    }

    /// <summary>Any fault.</summary>
    public static JsonObject Any()
    {
        var schema = Frame("A fault. type is a class of an exception or urn:bridgemesh: and the outcome; detail says what is wrong.");
        Properties(schema)["mayHaveExecuted"] = new JsonObject
        {
            ["type"] = "boolean",
            ["description"] = "Whether the call may have been executed all the same.",
        };
        return schema;
    }

    public static JsonObject Of(StructShape exception, ComponentKey key, SchemaWriter schemas)
    {
        var schema = Frame(exception.Doc);
        var properties = Properties(schema);
        properties["type"] = new JsonObject { ["const"] = exception.JavaType.Text };
        var colliding = new JsonObject();
        foreach (var field in exception.Fields)
        {
            var into = OwnMembers.Contains(field.Name.Text) ? colliding : properties;
            into[field.Name.Text] = SchemaWriter.Described(schemas.Of(field.Type, key.Policy), field.Doc);
        }

        if (colliding.Count > 0)
        {
            properties["fields"] = new JsonObject { ["type"] = "object", ["properties"] = colliding };
        }

        var about = new JsonObject { ["exception"] = key.Type };
        if (exception.Parent is { } parent)
        {
            about["extends"] = TypeText.Of(parent);
        }

        if (exception.HttpStatus is { } status)
        {
            about["httpStatus"] = status;
        }

        about["fields"] = new JsonArray([.. exception.Fields.Select(static f => JsonValue.Create(f.Name.Text))]);
        schema[Extensions.Bridge] = about;
        return schema;
    }

    private static bool Extends(StructShape type, StructShape parent)
    {
        for (var at = type.Parent; at is not null; at = at.Parent)
        {
            if (at.JavaType == parent.JavaType)
            {
                return true;
            }
        }

        return false;
    }

    private static JsonObject Properties(JsonObject schema) => (JsonObject)schema["properties"]!; // Frame gives every problem properties.

    private static JsonObject Frame(string? doc)
    {
        var schema = SchemaWriter.Described(new JsonObject { ["type"] = "object" }, doc);
        schema["properties"] = new JsonObject
        {
            ["type"] = Text(),
            ["title"] = Text(),
            ["status"] = new JsonObject { ["type"] = "integer", ["minimum"] = 400, ["maximum"] = 599 },
            ["detail"] = Text(),
            ["cause"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["type"] = Text(), ["detail"] = Text() },
                    ["required"] = new JsonArray("type"),
                },
            },
        };
        schema["required"] = new JsonArray("type", "title", "status");
        return schema;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
