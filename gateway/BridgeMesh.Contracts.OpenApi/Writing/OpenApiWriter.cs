using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>What contracts come to as OpenAPI.</summary>
/// <param name="Notes">What the form cannot carry; one line each.</param>
internal sealed record OpenApiText(string Text, IReadOnlyList<string> Notes);

/// <summary>
/// Writes contracts as an OpenAPI 3.1 document: one operation a method, on the path of its binding, or on its canonical path where it has
/// none. The same contracts give the same bytes.
/// </summary>
internal sealed class OpenApiWriter
{
    private const string Version = "3.1.0";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",

        // Read by people and tools, never put into HTML by the gateway.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IReadOnlyList<ServiceContract> _contracts;
    private readonly ComponentCollector _components = new();
    private readonly List<string> _notes = [];
    private readonly ComponentNames _names;
    private readonly SchemaWriter _schemas;

    private OpenApiWriter(IReadOnlyList<ServiceContract> contracts)
    {
        _contracts = contracts;
        foreach (var contract in contracts)
        {
            foreach (var method in contract.Methods.Where(static m => !m.ClientStreaming))
            {
                _components.Add(method, contract);
            }
        }

        _names = new ComponentNames(_components.Found.Select(static c => c.Key));
        _schemas = new SchemaWriter(_names);
    }

    public static OpenApiText Write(IReadOnlyList<ServiceContract> contracts, bool asYaml)
    {
        var writer = new OpenApiWriter(contracts);
        var document = writer.Document();
        return new OpenApiText(asYaml ? JsonAsYaml.Write(document) : document.ToJsonString(Indented) + "\n", writer._notes);
    }

    private JsonObject Document()
    {
        var tags = Tags();
        var paths = new PathItems(new OperationWriter(_schemas));
        foreach (var (contract, tag) in _contracts.Zip(tags))
        {
            foreach (var method in contract.Methods)
            {
                if (method.ClientStreaming)
                {
                    _notes.Add($"{contract.Service.Interface}.{method.Name} takes a stream of requests, which HTTP callers cannot send: it is left out");
                }
                else
                {
                    paths.Add(method, contract, tag);
                }
            }
        }

        var names = _contracts.Select(static c => c.Service.Interface).Distinct(StringComparer.Ordinal).ToList();
        return new JsonObject
        {
            ["openapi"] = Version,
            ["info"] = new JsonObject
            {
                ["title"] = names is [var only] ? only : $"{names.Count} services",
                ["version"] = _contracts.Select(static c => c.Service.Version).Distinct(StringComparer.Ordinal).ToList() is [{ Length: > 0 } version] ? version : "1",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["tags"] = new JsonArray([.. _contracts.Zip(tags).Select(static p => (JsonNode)Tag(p.First, p.Second))]),
            ["paths"] = paths.ToJson(),
            ["components"] = Components(),
            [Extensions.Bridge] = new JsonObject { ["form"] = 1 },
        };
    }

    /// <summary>The services' names, with all parts of them where the interface alone is not one service.</summary>
    private List<string> Tags()
    {
        var shared = _contracts.GroupBy(static c => c.Service.Interface, StringComparer.Ordinal).Where(static g => g.Count() > 1)
            .Select(static g => g.Key).ToHashSet(StringComparer.Ordinal);
        return [.. _contracts.Select(c => !shared.Contains(c.Service.Interface)
            ? c.Service.Interface
            : string.Join(':', ((string[])[c.Service.Interface, c.Service.Version, c.Service.Group, c.Service.UniqueId]).Where(static p => p.Length > 0)))];
    }

    private static JsonObject Tag(ServiceContract contract, string name)
    {
        var about = new JsonObject { ["service"] = contract.Service.Interface };
        foreach (var (key, value) in ((string, string?)[])[
            ("version", contract.Service.Version), ("group", contract.Service.Group), ("uniqueId", contract.Service.UniqueId), ("proto", contract.ProtoName)])
        {
            if (value is { Length: > 0 })
            {
                about[key] = value;
            }
        }

        var values = ValuePolicyText.Of(contract.Policy);
        if (values.Count > 0)
        {
            about["values"] = new JsonObject(values.Select(static v => KeyValuePair.Create<string, JsonNode?>(v.Key, v.Value.Trim('"'))));
        }

        var tag = SchemaWriter.Described(new JsonObject { ["name"] = name }, contract.Doc);
        tag[Extensions.Bridge] = about;
        return tag;
    }

    private JsonObject Components()
    {
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal) { [ProblemSchemas.Name] = ProblemSchemas.Any() };
        foreach (var (key, type, exception) in _components.Found)
        {
            schemas[_names.Of(key)] = exception is not null ? ProblemSchemas.Of(exception, key, _schemas)
                : _schemas.Component(key, type ?? throw new InvalidOperationException("a component is a type or an exception"));
        }

        return new JsonObject
        {
            ["schemas"] = new JsonObject(schemas.Select(static s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value))),
            ["parameters"] = new JsonObject
            {
                ["Timeout"] = Header(
                    "x-bridge-timeout-ms",
                    "Milliseconds that the caller still waits; the callee gets what is left of them.",
                    new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
                ["Traceparent"] = Header("traceparent", "The caller's trace, by W3C Trace Context.", new JsonObject { ["type"] = "string" }),
            },
            ["responses"] = new JsonObject
            {
                ["Fault"] = new JsonObject
                {
                    ["description"] = "The call failed.",
                    ["content"] = new JsonObject
                    {
                        [ProblemSchemas.MediaType] = new JsonObject { ["schema"] = SchemaWriter.ReferenceTo(ProblemSchemas.Name) },
                    },
                },
            },
        };
    }

    private static JsonObject Header(string name, string description, JsonObject schema) => new()
    {
        ["name"] = name,
        ["in"] = "header",
        ["description"] = description,
        ["schema"] = schema,
    };
}
