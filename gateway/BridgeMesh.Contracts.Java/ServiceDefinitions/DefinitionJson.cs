using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>
/// Reads the JSON of org.apache.dubbo.metadata.definition.model's ServiceDefinition and FullServiceDefinition, in both forms: 2.7 nests the
/// types of properties and writes fastjson's references for those that stood before ({"$ref": "$.types[2].properties.id"}); 3.x names them.
/// </summary>
internal sealed class DefinitionJson
{
    /// <summary>A node of ZooKeeper's holds 1 MiB unless its server is told otherwise.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Objects around one another; 2.7 nests types as their fields do.</summary>
    private const int MaxDepth = 256;

    /// <summary>Types of one definition.</summary>
    private const int MaxTypes = 20_000;

    /// <summary>Methods of one definition.</summary>
    private const int MaxMethods = 10_000;

    /// <summary>Steps of one reference.</summary>
    private const int MaxSteps = 64;

    private readonly JsonElement _root;
    private readonly Dictionary<string, DefinedType> _types = new(StringComparer.Ordinal);

    private DefinitionJson(JsonElement root) => _root = root;

    /// <summary>Null and why, as the end of a sentence, where the text is no definition.</summary>
    public static DefinedService? Read(ReadOnlyMemory<byte> json, out string problem)
    {
        if (json.Length > MaxBytes)
        {
            problem = $"has more than {MaxBytes} bytes";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return new DefinitionJson(document.RootElement).ReadService(out problem);
        }
        catch (JsonException broken)
        {
            var line = (broken.LineNumber ?? 0) + 1;
            problem = string.Create(CultureInfo.InvariantCulture, $"is no JSON, at line {line}, byte {(broken.BytePositionInLine ?? 0) + 1} of it");
            return null;
        }
        catch (InvalidOperationException)
        {
            // A text that is half a surrogate pair shows only when it is asked for.
            problem = "has a text that is no Unicode";
            return null;
        }
    }

    private DefinedService? ReadService(out string problem)
    {
        if (Text(_root, "canonicalName") is not { Length: > 0 } name || Member(_root, "methods") is not { ValueKind: JsonValueKind.Array } methods)
        {
            problem = "has no canonicalName with methods, as a service definition has";
            return null;
        }

        foreach (var type in Items(Member(_root, "types")))
        {
            ReadType(type, 0);
        }

        if (methods.GetArrayLength() > MaxMethods || _types.Count > MaxTypes)
        {
            problem = $"has more than {MaxMethods} methods or {MaxTypes} types";
            return null;
        }

        var read = ImmutableArray.CreateBuilder<DefinedMethod>();
        foreach (var method in methods.EnumerateArray())
        {
            if (Text(method, "name") is not { Length: > 0 } methodName || Text(method, "returnType") is not { Length: > 0 } returns
                || Texts(Member(method, "parameterTypes")) is not { } parameters)
            {
                problem = $"has a method, the {read.Count + 1}. of them, without name, parameterTypes or returnType";
                return null;
            }

            read.Add(new DefinedMethod(methodName, parameters, returns));
        }

        var settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var parameter in Members(Member(_root, "parameters")))
        {
            settings[parameter.Name] = parameter.Value.ValueKind == JsonValueKind.String ? parameter.Value.GetString() ?? string.Empty : string.Empty;
        }

        problem = string.Empty;
        return new DefinedService(name, read.ToImmutable(), settings.ToImmutable(), _types.ToImmutableDictionary(StringComparer.Ordinal));
    }

    /// <summary>Keeps a type and those nested in it; the name of it, or null.</summary>
    private string? ReadType(JsonElement type, int depth)
    {
        if (type.ValueKind == JsonValueKind.String)
        {
            return type.GetString();
        }

        if (depth > MaxDepth || type.ValueKind != JsonValueKind.Object || _types.Count > MaxTypes)
        {
            return null;
        }

        var name = Text(type, "type");
        if (name is null || Text(type, "$ref") is { } reference && reference.StartsWith('$'))
        {
            // What it leads to is read where it stands.
            return Follow(Text(type, "$ref") ?? string.Empty) is { } target ? Text(target, "type") : name;
        }

        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var property in Members(Member(type, "properties")))
        {
            if (ReadType(property.Value, depth + 1) is { Length: > 0 } propertyType)
            {
                properties[property.Name] = propertyType;
            }
        }

        foreach (var item in Items(Member(type, "items")))
        {
            ReadType(item, depth + 1);
        }

        // A class that leads to itself is written again without anything in it.
        var read = new DefinedType(Texts(Member(type, "enums")) ?? Texts(Member(type, "enum")) ?? [], properties.ToImmutable());
        if (!_types.TryGetValue(name, out var known) || (known.Properties.IsEmpty && known.Constants.IsEmpty))
        {
            _types[name] = read;
        }

        return name;
    }

    /// <summary>What a path such as <c>$.types[2].properties.id</c> leads to.</summary>
    private JsonElement? Follow(string path)
    {
        if (!path.StartsWith('$'))
        {
            return null;
        }

        JsonElement? at = _root;
        var i = 1;
        for (var step = 0; step < MaxSteps && i < path.Length && at is { } here; step++)
        {
            if (path[i] == '.')
            {
                var end = path.AsSpan(i + 1).IndexOfAny('.', '[') is >= 0 and var found ? i + 1 + found : path.Length;
                at = Member(here, path[(i + 1)..end]);
                i = end;
            }
            else if (path[i] == '[' && path.IndexOf(']', i) is >= 0 and var close)
            {
                var inside = path[(i + 1)..close];
                at = int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    ? here.ValueKind == JsonValueKind.Array && index < here.GetArrayLength() ? here[index] : null
                    : Member(here, inside.Trim('"', '\''));
                i = close + 1;
            }
            else
            {
                return null;
            }
        }

        // A reference to a reference is one more than fastjson writes.
        return i == path.Length ? at : null;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) ? found : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static JsonElement.ObjectEnumerator Members(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static ImmutableArray<string>? Texts(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array && array.EnumerateArray().All(static i => i.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(static i => i.GetString() ?? string.Empty)]
            : null;
}
