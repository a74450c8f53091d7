using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Parameters and body of a method, by its binding or as its canonical path takes them.</summary>
internal sealed class BoundRequest(MethodShape method, ValuePolicy policy, SchemaWriter schemas)
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Parts = "multipart/form-data";

    public JsonArray Parameters { get; } = [];

    /// <summary>Null for a request without one.</summary>
    public JsonObject? Body { get; private set; }

    public static BoundRequest Of(MethodShape method, ValuePolicy policy, SchemaWriter schemas)
    {
        var request = new BoundRequest(method, policy, schemas);
        if (method.Http is { } http)
        {
            request.Bind(http);
        }
        else if (method.Parameters.Length > 0)
        {
            request.Body = Content(
                (Json, request.Members([.. method.Parameters.Select(static (p, i) => new HttpParameter(i, HttpSource.BodyMember, p.Name))])));
            request.Body["required"] = true;
        }

        return request;
    }

    private void Bind(HttpBinding http)
    {
        foreach (var bound in http.Parameters)
        {
            if (PlaceOf(bound.Source) is { } place)
            {
                Parameters.Add((JsonNode)Parameter(bound, place));
            }
        }

        var forms = http.Parameters.Where(static p => p.Source == HttpSource.Form).ToList();
        var parts = http.Parameters.Where(static p => p.Source == HttpSource.Part).ToList();
        var members = http.Parameters.Where(static p => p.Source == HttpSource.BodyMember).ToList();
        if (http.Parameters.FirstOrDefault(static p => p.Source == HttpSource.Body) is { } whole)
        {
            Body = Whole(method.Parameters[whole.Ordinal]);
        }
        else if (parts.Count > 0)
        {
            Body = Content((Parts, FormFields([.. forms, .. parts])));
        }
        else if (forms.Count > 0)
        {
            Body = Content((Form, FormFields(forms)), (Parts, FormFields(forms)));
        }
        else if (members.Count > 0)
        {
            Body = Content((Json, Members(members)));
            Body["required"] = true;
        }
    }

    private static string? PlaceOf(HttpSource source) => source switch
    {
        HttpSource.Path => "path",
        HttpSource.Query => "query",
        HttpSource.Header => "header",
        HttpSource.Cookie => "cookie",
        _ => null,
    };

    private JsonObject Parameter(HttpParameter bound, string place)
    {
        var shape = method.Parameters[bound.Ordinal];
        var isSpread = IsSpread(bound, shape.Type);
        var name = bound.WireName.Length > 0 ? bound.WireName : shape.Name;
        var parameter = SchemaWriter.Described(new JsonObject { ["name"] = name, ["in"] = place }, shape.Doc);
        if (place == "path" || !shape.Type.Nullable)
        {
            parameter["required"] = true;
        }

        if (isSpread)
        {
            // Spring's names: the fields' own, or name.field, which may be written name[field] too.
            parameter["style"] = bound.WireName.Length == 0 ? "form" : "deepObject";
            parameter["explode"] = true;
        }

        var schema = schemas.OfText(shape.Type, policy);
        if (place == "path" && shape.Type.Nullable && IsBoxed(shape.Type))
        {
            // Everything in a path is required, which else tells int from Integer.
            schema[Extensions.JavaType] = TypeText.Of(shape.Type);
        }

        parameter["schema"] = schema;
        Name(parameter, shape.Name, name);
        return parameter;
    }

    /// <summary>The one parameter that is the body.</summary>
    private JsonObject Whole(ParameterShape shape)
    {
        var content = new List<(string, JsonObject)> { (Json, schemas.Of(shape.Type, policy)) };
        if (shape.Type.Kind == ShapeKind.Bytes)
        {
            content.Add(("application/octet-stream", Octets()));
        }
        else if (shape.Type.Kind is (>= ShapeKind.Bool and <= ShapeKind.Enum) or ShapeKind.UInt32 or ShapeKind.UInt64)
        {
            content.Add(("text/plain", new JsonObject { ["type"] = "string" }));
        }

        var body = Content([.. content]);
        SchemaWriter.Described(body, shape.Doc);
        if (!shape.Type.Nullable)
        {
            body["required"] = true;
        }

        return body;
    }

    private JsonObject Members(IReadOnlyList<HttpParameter> members)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var bound in members)
        {
            var shape = method.Parameters[bound.Ordinal];
            var schema = SchemaWriter.Described(schemas.Of(shape.Type, policy), shape.Doc);
            Name(schema, shape.Name, bound.WireName);
            properties[bound.WireName] = schema;
            if (!shape.Type.Nullable && !policy.ProtoJson)
            {
                required.Add(bound.WireName);
            }
        }

        return Object(properties, required);
    }

    private JsonObject FormFields(IReadOnlyList<HttpParameter> fields)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var spread = new List<JsonObject>();
        foreach (var bound in fields)
        {
            var shape = method.Parameters[bound.Ordinal];
            if (bound.Source == HttpSource.Form && IsSpread(bound, shape.Type) && bound.WireName.Length == 0)
            {
                var part = SchemaWriter.Described(schemas.OfText(shape.Type, policy), shape.Doc);
                part[Extensions.Name] = shape.Name;
                spread.Add(part);
                continue;
            }

            var schema = bound.Source == HttpSource.Part ? Part(shape.Type) : schemas.OfText(shape.Type, policy);
            if (!shape.Type.Nullable)
            {
                required.Add(bound.WireName);
            }

            SchemaWriter.Described(schema, shape.Doc);
            Name(schema, shape.Name, bound.WireName);
            if (bound.Source == HttpSource.Form && fields.Any(static f => f.Source == HttpSource.Part))
            {
                schema[Extensions.Bridge] = new JsonObject { ["in"] = "form" };
            }

            properties[bound.WireName] = schema;
        }

        var own = Object(properties, required);
        return spread.Count == 0 ? own
            : new JsonObject { ["allOf"] = new JsonArray([.. properties.Count == 0 ? spread : spread.Append(own)]) };
    }

    /// <summary>Bytes, and a class with bytes among its fields, are files; other classes are JSON, plain values text.</summary>
    private JsonObject Part(TypeShape type)
    {
        var isList = type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array;
        if (!IsFile(isList && type.Element is { } element ? element : type))
        {
            return type.Kind is ShapeKind.Struct or ShapeKind.Map ? schemas.Of(type, policy) : schemas.OfText(type, policy);
        }

        var schema = isList ? new JsonObject { ["type"] = "array", ["items"] = Octets() } : Octets();
        if (type.Kind != ShapeKind.Bytes)
        {
            schema[Extensions.JavaType] = TypeText.Of(type);
        }

        return schema;
    }

    private static bool IsFile(TypeShape type) =>
        type.Kind == ShapeKind.Bytes || type.Struct?.Fields.Any(static f => f.Type.Kind == ShapeKind.Bytes) == true;

    private JsonObject Object(JsonObject properties, JsonArray required)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        if (policy.RejectUnknown)
        {
            schema["additionalProperties"] = false;
        }

        return schema;
    }

    private static bool IsSpread(HttpParameter bound, TypeShape type) =>
        bound.Source is HttpSource.Query or HttpSource.Form && type.Kind is ShapeKind.Struct or ShapeKind.Map;

    private static bool IsBoxed(TypeShape type) => type.Kind is >= ShapeKind.Bool and <= ShapeKind.Char or ShapeKind.UInt32 or ShapeKind.UInt64;

    private static void Name(JsonObject of, string inContract, string onWire)
    {
        if (inContract != onWire)
        {
            of[Extensions.Name] = inContract;
        }
    }

    private static JsonObject Octets() => new() { ["type"] = "string", ["contentMediaType"] = "application/octet-stream" };

    private static JsonObject Content(params ReadOnlySpan<(string MediaType, JsonObject Schema)> forms)
    {
        var content = new JsonObject();
        foreach (var (mediaType, schema) in forms)
        {
            content[mediaType] = new JsonObject { ["schema"] = schema };
        }

        return new JsonObject { ["content"] = content };
    }
}
