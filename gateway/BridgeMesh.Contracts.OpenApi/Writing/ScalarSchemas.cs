using System.Text.Json.Nodes;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>
/// JSON Schemas of values that are neither classes nor collections, as the JSON codec writes and reads them under a policy. Source: JSON
/// Schema 2020-12, Validation; the OpenAPI Format Registry.
/// </summary>
internal static class ScalarSchemas
{
    /// <summary>Digits that stand in a string for a 64-bit integer.</summary>
    private const string IntegerText = "^-?[0-9]{1,20}$";

    private const string DecimalText = "^-?[0-9]+(\\.[0-9]+)?$";

    /// <summary>Null for what is no scalar. Null as a value is not in it.</summary>
    public static JsonObject? Of(TypeShape type, ValuePolicy policy) =>
        policy.ProtoJson && OfProto(type) is { } proto ? proto : type.Kind switch
        {
            ShapeKind.Bool => Typed("boolean"),
            ShapeKind.Int8 => Ranged(sbyte.MinValue, sbyte.MaxValue),
            ShapeKind.Int16 => Ranged(short.MinValue, short.MaxValue),
            ShapeKind.Int32 => Typed("integer", "int32"),
            ShapeKind.UInt32 => Ranged(0, uint.MaxValue),
            ShapeKind.Int64 => Long(policy.ProtoJson ? LongForm.AlwaysString : policy.Long, "int64"),
            ShapeKind.UInt64 => Long(policy.ProtoJson ? LongForm.AlwaysString : policy.Long, "uint64"),
            ShapeKind.BigInteger => Long(policy.Long, null),
            ShapeKind.Float32 => Typed("number", "float"),
            ShapeKind.Float64 => Typed("number", "double"),
            ShapeKind.Char => new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 1 },
            ShapeKind.String => Typed("string"),
            ShapeKind.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
            ShapeKind.Decimal => policy.Decimal == DecimalForm.Number ? Typed("number", "decimal") : Text("decimal", DecimalText),
            ShapeKind.Instant => policy.InstantAsEpochMs ? Typed("integer", "int64") : Typed("string", "date-time"),
            ShapeKind.Text => type.JavaType.Text switch
            {
                "java.time.LocalDate" => Typed("string", "date"),
                "java.util.UUID" => Typed("string", "uuid"),
                _ => Typed("string"),
            },
            _ => null,
        };

    /// <summary>What stands for a value in a map's key, a path or a query: its text.</summary>
    public static JsonObject OfText(TypeShape type, ValuePolicy policy) =>
        (type.Kind == ShapeKind.Bytes ? null : Of(type, policy)) ?? Typed("string");

    /// <summary>Whether an import reads the schema as this very type.</summary>
    public static bool IsPlain(TypeShape type, ValuePolicy policy) => type.Kind switch
    {
        ShapeKind.Bool or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Float32 or ShapeKind.Float64 or ShapeKind.Any => true,
        ShapeKind.String => type.JavaType.Text == "java.lang.String",
        ShapeKind.Bytes => true,
        ShapeKind.Decimal => true,
        ShapeKind.Instant => type.JavaType.Text == "java.util.Date" && !policy.InstantAsEpochMs,
        ShapeKind.Text => type.JavaType.Text is "java.time.LocalDate" or "java.util.UUID",
        _ => false,
    };

    private static JsonObject? OfProto(TypeShape type) => ProtoForm.KindOf(type) switch
    {
        ProtoKind.Timestamp => Typed("string", "date-time"),
        ProtoKind.Duration => Text(null, "^-?[0-9]+(\\.[0-9]{1,9})?s$"),
        ProtoKind.Date => Object(("year", Typed("integer", "int32")), ("month", Typed("integer", "int32")), ("day", Typed("integer", "int32"))),
        ProtoKind.Decimal => Object(("value", Text(null, DecimalText))),
        ProtoKind.FieldMask => Typed("string"),
        ProtoKind.Value => new JsonObject(),
        ProtoKind.Struct => Typed("object"),
        ProtoKind.ListValue => Typed("array"),
        ProtoKind.NullValue => Typed("null"),
        ProtoKind.Any => new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["@type"] = Typed("string") } },
        _ => null,
    };

    private static JsonObject Long(LongForm form, string? format)
    {
        var schema = form switch
        {
            LongForm.AlwaysNumber => Typed("integer"),
            LongForm.AlwaysString => Typed("string"),
            _ => new JsonObject { ["type"] = new JsonArray("integer", "string") },
        };
        if (format is not null)
        {
            schema["format"] = format;
        }

        if (form != LongForm.AlwaysNumber)
        {
            schema["pattern"] = IntegerText;
        }

        return schema;
    }

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    private static JsonObject Typed(string type, string format) => new() { ["type"] = type, ["format"] = format };

    private static JsonObject Ranged(long least, long most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    private static JsonObject Text(string? format, string pattern)
    {
        var schema = Typed("string");
        if (format is not null)
        {
            schema["format"] = format;
        }

        schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject Object(params (string Name, JsonObject Schema)[] members)
    {
        var properties = new JsonObject();
        foreach (var (name, schema) in members)
        {
            properties[name] = schema;
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }
}
