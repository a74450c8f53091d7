using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Reads what a request holds: parameters and body.</summary>
internal sealed class RequestReader(Documents documents, SchemaReader schemas, ImportNotes notes, List<SourceProblem> problems, bool isOwn)
{
    /// <summary>Headers that OpenAPI leaves to other places. Source: OpenAPI 3.1, section 4.8.12.2.</summary>
    private static readonly string[] NoParameters = ["Accept", "Content-Type", "Authorization"];

    /// <summary>Parts in the order of the document. Null where the request has a form that contracts cannot say, which is noted.</summary>
    /// <param name="hint">Name for classes without one.</param>
    public List<RequestPart>? Read(Place operation, Place pathItem, string hint)
    {
        var parts = new List<RequestPart>();
        var seen = new HashSet<(string, string)>();
        var own = operation["parameters"].Items().Select(documents.Follow).ToList();
        var hidden = own.Select(KeyOf).ToHashSet();
        foreach (var parameter in pathItem["parameters"].Items().Select(documents.Follow).Where(p => !hidden.Contains(KeyOf(p))).Concat(own))
        {
            if (parameter.Node is null)
            {
                continue;
            }

            if (parameter.Text("name") is not { } name || parameter.Text("in") is not { } location)
            {
                problems.Add(parameter.Node.At, $"a parameter has no name or no in, at {parameter.Pointer}", "add both: name: id, in: path");
                continue;
            }

            if (!seen.Add((location, name)) || IsOfGateway(location, name))
            {
                continue;
            }

            if (Parameter(parameter, name, location, hint) is { } part)
            {
                parts.Add(part);
            }
            else if (parameter.Flag("required"))
            {
                return null;
            }
        }

        return Body(documents.Follow(operation["requestBody"]), hint, parts) ? Distinct(parts) : null;
    }

    /// <summary>An operation's parameter hides its path's of the same name and place.</summary>
    private static (string?, string?) KeyOf(Place parameter) => (parameter.Text("in"), parameter.Text("name"));

    private bool IsOfGateway(string location, string name) => location == "header"
        && (NoParameters.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (isOwn && (name is "traceparent" || name.StartsWith("x-bridge-", StringComparison.Ordinal))));

    private RequestPart? Parameter(Place parameter, string name, string location, string hint)
    {
        var source = location switch
        {
            "path" => HttpSource.Path,
            "query" => HttpSource.Query,
            "header" => HttpSource.Header,
            "cookie" => HttpSource.Cookie,
            _ => HttpSource.Body,
        };
        if (source == HttpSource.Body)
        {
            problems.Add(parameter["in"].Node!.At, $"in cannot be '{location}', at {parameter.Pointer}", NearMiss.Cure(location, ["path", "query", "header", "cookie"]));
            return null;
        }

        var read = parameter["content"].Node is null ? schemas.Read(parameter["schema"], hint + JavaNaming.Class(name, "Value")) : null;
        if (read is null)
        {
            notes.Add(parameter["content"], $"{name} is a text here: contracts have no media types in parameters");
            read = ReadType.Of(SchemaSort.Scalar, "string");
        }

        var style = parameter.Text("style") ?? (source is HttpSource.Query or HttpSource.Cookie ? "form" : "simple");
        var wire = name;
        if (read.Sort is SchemaSort.Class or SchemaSort.Map)
        {
            if (source != HttpSource.Query || parameter.Text("explode") == "false")
            {
                notes.Add(parameter, $"{name} is an object, which contracts spread over a query alone: it is left out");
                return null;
            }

            wire = style == "deepObject" ? name : string.Empty;
            if (style == "deepObject" && !isOwn)
            {
                notes.Add(parameter, $"the gateway writes the fields of {name} as {name}.field, and takes {name}[field] too");
            }
        }
        else if (read.Sort == SchemaSort.List
            && (source is HttpSource.Path or HttpSource.Cookie || (source == HttpSource.Header && read.Arguments is [{ Sort: not SchemaSort.Scalar }])))
        {
            notes.Add(parameter, $"{name} is a list, which contracts do not put into a {location}: it is a text with commas");
            read = ReadType.Of(SchemaSort.Scalar, "string");
        }
        else if (style is "spaceDelimited" or "pipeDelimited" or "matrix" or "label")
        {
            notes.Add(parameter, $"the style {style} of {name} is not carried over");
        }

        var isRequired = parameter.Flag("required") || source == HttpSource.Path;
        return Part(parameter, name, read, isRequired && !read.AdmitsNull, source, wire);
    }

    private RequestPart Part(Place place, string name, ReadType read, bool isNeverNull, HttpSource source, string wire)
    {
        var at = place.Node?.At ?? default;
        var own = isOwn ? place.Text(Extensions.Name) ?? name : JavaNaming.Member(name, "value");
        var schema = place.Map?.FindKey("schema") is not null ? place["schema"] : place;
        var doc = place.Text("description") is null ? SchemaDoc.Of(schema, isOwn) : Join(SchemaDoc.Of(place, isOwn: true), isOwn ? null : Demands(schema));
        return new RequestPart(new ValueDeclaration(new Named(own, at), read.ToExpression(at, isNeverNull), read.Java) { Doc = doc }, source, wire, read.Sort);
    }

    private static string? Demands(Place schema) => schema.Map?.FindKey("description") is null ? SchemaDoc.Of(schema, isOwn: false) : null;

    private static string? Join(string? left, string? right) => left is null ? right : right is null ? left : $"{left}; {right}";

    /// <summary>False where the body has no form that contracts can say.</summary>
    private bool Body(Place body, string hint, List<RequestPart> parts)
    {
        if (body.Node is null)
        {
            return true;
        }

        var content = body["content"];
        if (MediaTypes.Json(content) is { } json)
        {
            Json(body, json, hint, parts);
            return true;
        }

        if (MediaTypes.Find(content, "application/x-www-form-urlencoded") is { } form)
        {
            Form(documents.Follow(form["schema"]), HttpSource.Form, hint, parts);
            return true;
        }

        if (MediaTypes.Find(content, "multipart/form-data") is { } multipart)
        {
            Form(documents.Follow(multipart["schema"]), HttpSource.Part, hint, parts);
            return true;
        }

        if (MediaTypes.Plain(content, out var isBytes) is { } plain)
        {
            parts.Add(Part(body, "body", ReadType.Of(SchemaSort.Scalar, isBytes ? "bytes" : "string"), isNeverNull: false, HttpSource.Body, "body"));
            _ = plain;
            return true;
        }

        notes.Add(content.Node is null ? body : content, "the body is of no media type that contracts have: the operation is left out");
        return content.Node is null or YamlMap { Entries.Count: 0 };
    }

    private void Json(Place body, Place json, string hint, List<RequestPart> parts)
    {
        var schema = json["schema"];
        if (isOwn && schema["properties"].Node is YamlMap && schema.Map?.FindKey(Extensions.JavaType) is null)
        {
            // Members of an object of named arguments.
            foreach (var (key, _) in schema["properties"].Map?.Entries ?? [])
            {
                var member = schema["properties"][key.Text];
                var type = schemas.Read(member, hint + JavaNaming.Class(key.Text, "Value"));
                parts.Add(Part(member, key.Text, type, !type.AdmitsNull, HttpSource.BodyMember, key.Text));
            }

            return;
        }

        var read = schemas.Read(schema, $"{hint}Body");
        var name = body.Text("x-codegen-request-body-name") ?? "body";
        parts.Add(Part(body, name, read, !read.AdmitsNull && (isOwn || body.Flag("required")), HttpSource.Body, name));
    }

    private void Form(Place schema, HttpSource source, string hint, List<RequestPart> parts)
    {
        if (isOwn)
        {
            foreach (var spread in schema["allOf"].Items().Where(static p => p.Text(Extensions.Name) is not null))
            {
                parts.Add(Part(spread, string.Empty, schemas.Read(spread, hint), isNeverNull: false, source, string.Empty));
            }
        }

        foreach (var part in schemas.PartsOf(schema).Where(p => !isOwn || p.Text(Extensions.JavaType) is null))
        {
            var required = part["required"].Items().Select(static r => (r.Node as YamlScalar)?.Text).ToHashSet(StringComparer.Ordinal);
            foreach (var (key, _) in part["properties"].Map?.Entries ?? [])
            {
                var member = part["properties"][key.Text];
                var read = schemas.Read(member, hint + JavaNaming.Class(key.Text, "Value"));
                var place = source == HttpSource.Part && member["x-bridgemesh"].Text("in") == "form" ? HttpSource.Form : source;
                parts.Add(Part(member, key.Text, read, !read.AdmitsNull && required.Contains(key.Text), place, key.Text));
            }
        }
    }

    /// <summary>Parameters of one name in two places are two in a contract.</summary>
    private List<RequestPart> Distinct(List<RequestPart> parts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return isOwn ? parts : parts.ConvertAll(part =>
        {
            var name = part.Name;
            for (var i = 2; !seen.Add(name); i++)
            {
                name = $"{part.Name}{i}";
            }

            return name == part.Name ? part : part with { Declared = part.Declared with { Name = part.Declared.Name with { Text = name } } };
        });
    }
}
