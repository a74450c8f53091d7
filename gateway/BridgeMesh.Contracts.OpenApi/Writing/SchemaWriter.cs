using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>JSON Schemas (2020-12) of contract types, as the gateway's JSON codec writes and reads their values.</summary>
internal sealed class SchemaWriter(ComponentNames names)
{
    private const string ReferenceStart = "#/components/schemas/";

    /// <summary>Whether a type has a schema of its own below components: classes and enums, but not messages that are one JSON value.</summary>
    public static bool IsComponent(TypeShape type, ValuePolicy policy) => type.Kind switch
    {
        ShapeKind.Struct => type.Struct is not null && !(policy.ProtoJson && ScalarSchemas.Of(type, policy) is not null),
        ShapeKind.Enum => type.Enum is not null && !(policy.ProtoJson && ScalarSchemas.Of(type, policy) is not null),
        _ => false,
    };

    public static ComponentKey KeyOf(TypeShape type, ValuePolicy policy) =>
        new(TypeText.Of(type), policy, SubtypesOf(type).Any() ? ComponentRole.OrSubclass : ComponentRole.Value);

    /// <summary>Classes that a caller may ask for in place of a declared one, in a fixed order. Any value may be of any class: none are listed.</summary>
    public static IEnumerable<TypeShape> SubtypesOf(TypeShape type) => type is { Kind: ShapeKind.Struct, Subtypes: { Count: > 0 } subtypes }
        ? subtypes.All.OrderBy(static s => s.JavaType.Text, StringComparer.Ordinal)
        : [];

    /// <summary>The class alone.</summary>
    public static TypeShape WithoutSubtypes(TypeShape type) => type.Subtypes is null ? type : new TypeShape
    {
        Kind = type.Kind,
        JavaType = type.JavaType,
        JavaDescriptor = type.JavaDescriptor,
        Struct = type.Struct,
        Proto = type.Proto,
    };

    public static TypeShape OfClass(StructShape type) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = type.JavaType,
        JavaDescriptor = JavaDescriptors.ToDescriptor(type.JavaType.Text),
        Struct = type,
    };

    public static JsonObject ReferenceTo(string name) => new() { ["$ref"] = ReferenceStart + name };

    /// <summary>A value as a member, an element or a whole body.</summary>
    public JsonObject Of(TypeShape type, ValuePolicy policy)
    {
        // ProtoJSON leaves out what is not set.
        var schema = Bare(type, policy);
        return Marked(type.Nullable && !policy.ProtoJson ? OrNull(schema) : schema, type, policy);
    }

    /// <summary>A value that stands as text in a path, query, header, cookie or form, where none is null.</summary>
    public JsonObject OfText(TypeShape type, ValuePolicy policy)
    {
        var schema = type.Kind switch
        {
            ShapeKind.Enum when type.Enum is not null => Bare(type, policy),
            ShapeKind.Struct => Bare(type, policy),
            ShapeKind.List or ShapeKind.Set or ShapeKind.Array when type.Element is { } element =>
                new JsonObject { ["type"] = "array", ["items"] = OfText(element, policy) },
            ShapeKind.Map when type.Element is { } value =>
                new JsonObject { ["type"] = "object", ["additionalProperties"] = OfText(value, policy) },
            _ => ScalarSchemas.OfText(type, policy),
        };
        return Marked(schema, type, policy);
    }

    public JsonObject ReferenceToProblem(StructShape exception, ValuePolicy policy) =>
        ReferenceTo(names.Of(ProblemSchemas.KeyOf(exception, policy)));

    /// <summary>What a component holds.</summary>
    public JsonObject Component(ComponentKey key, TypeShape type)
    {
        if (key.Role == ComponentRole.OrSubclass)
        {
            var own = WithoutSubtypes(type);
            return new JsonObject
            {
                ["description"] = "The class or, by the name in \"@type\", one of its subclasses. Answers do not name their class.",
                ["anyOf"] = new JsonArray(
                [
                    .. SubtypesOf(type).Prepend(own).Select(t => ReferenceTo(names.Of(KeyOf(WithoutSubtypes(t), key.Policy)))),
                ]),
                [Extensions.JavaType] = key.Type,
            };
        }

        return type.Enum is { } constants ? Enum(constants) : Class(type.Struct ?? throw new InvalidOperationException($"{type} has fields"), key);
    }

    private static JsonObject Enum(EnumShape constants)
    {
        var schema = Described(new JsonObject(), constants.Doc);
        schema["type"] = "string";
        schema["enum"] = new JsonArray([.. constants.Constants.Select(static c => JsonValue.Create(c))]);
        schema[Extensions.JavaType] = constants.JavaType.Text;
        return schema;
    }

    private JsonObject Class(StructShape type, ComponentKey key)
    {
        var schema = Described(new JsonObject { ["type"] = "object" }, type.Doc);
        var properties = new JsonObject();
        if (type.Parent is not null && !key.Policy.ProtoJson)
        {
            properties["@type"] = new JsonObject { ["const"] = type.JavaType.Text };
        }

        foreach (var field in type.Fields)
        {
            properties[field.Name.Text] = Described(Of(field.Type, key.Policy), field.Doc);
        }

        if (type.IsException && !properties.ContainsKey("message"))
        {
            properties["message"] = new JsonObject { ["type"] = new JsonArray("string", "null") };
        }

        schema["properties"] = properties;
        if (key.Policy.RejectUnknown)
        {
            schema["additionalProperties"] = false;
        }

        schema[Extensions.JavaType] = key.Type;
        if (type.Parent is { } parent)
        {
            schema[Extensions.Extends] = TypeText.Of(parent);
        }

        return schema;
    }

    private JsonObject Bare(TypeShape type, ValuePolicy policy)
    {
        if (IsComponent(type, policy))
        {
            return ReferenceTo(names.Of(KeyOf(type, policy)));
        }

        return ScalarSchemas.Of(type, policy) ?? type.Kind switch
        {
            ShapeKind.List or ShapeKind.Array when type.Element is { } element =>
                new JsonObject { ["type"] = "array", ["items"] = Of(element, policy) },
            ShapeKind.Set when type.Element is { } element =>
                new JsonObject { ["type"] = "array", ["items"] = Of(element, policy), ["uniqueItems"] = true },
            ShapeKind.Map when type.Element is { } value => Map(type, value, policy),
            _ => new JsonObject(),
        };
    }

    private JsonObject Map(TypeShape type, TypeShape value, ValuePolicy policy)
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value, policy) };
        if (type.Key is { Kind: ShapeKind.Enum, Enum: not null } key)
        {
            schema["propertyNames"] = Bare(key, policy);
        }

        return schema;
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonValue single when single.GetValue<string>() != "null":
                schema["type"] = new JsonArray(single.GetValue<string>(), "null");
                return schema;
            case JsonArray several:
                several.Add("null");
                return schema;
            case null when schema.ContainsKey("$ref"):
                return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
            default:
                return schema;
        }
    }

    /// <summary>Adds the contract's type where the schema would not be read as it.</summary>
    private static JsonObject Marked(JsonObject schema, TypeShape type, ValuePolicy policy)
    {
        var java = TypeText.JavaClassOf(type);
        if (!IsPlain(type, policy))
        {
            schema[Extensions.JavaType] = TypeText.Of(type);
        }

        // Of a plain type the class says which: Integer is nullable, int is not.
        if (java is not null)
        {
            schema[Extensions.JavaClass] = java;
        }

        return schema;
    }

    private static bool IsPlain(TypeShape type, ValuePolicy policy) => type.Kind switch
    {
        ShapeKind.Struct or ShapeKind.Enum => IsComponent(type, policy),
        ShapeKind.List => type.JavaType.Text == "java.util.List" && IsPlainPart(type.Element, policy),
        ShapeKind.Set => type.JavaType.Text == "java.util.Set" && IsPlainPart(type.Element, policy),
        ShapeKind.Map => type.JavaType.Text == "java.util.Map" && type.Key?.Kind == ShapeKind.String && IsPlainPart(type.Element, policy),
        _ => ScalarSchemas.IsPlain(type, policy),
    };

    private static bool IsPlainPart(TypeShape? part, ValuePolicy policy) =>
        part is not null && part.Nullable && IsPlain(part, policy) && TypeText.JavaClassOf(part) is null;

    public static JsonObject Described(JsonObject schema, string? doc)
    {
        if (doc is { Length: > 0 })
        {
            schema["description"] = doc;
        }

        return schema;
    }
}
