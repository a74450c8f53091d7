namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Types of schemas that are neither objects nor arrays, by type and format. Source: the OpenAPI Format Registry.</summary>
internal static class ScalarReader
{
    /// <param name="types">The schema's types but null, at least one.</param>
    /// <returns>Null for types that no one contract type has.</returns>
    public static ReadType? Of(Place schema, IReadOnlyList<string> types)
    {
        var format = schema.Text("format") ?? string.Empty;
        if (types.Count > 1)
        {
            // What JavaScript cannot hold is a string: a number either way.
            return types.Contains("string") && types.Count == 2 && types.Any(static t => t is "integer" or "number")
                ? format == "uint64" ? ReadType.Primitive("uint64", "uint64") : types.Contains("integer") ? Integer(format) : Number(format)
                : null;
        }

        return types[0] switch
        {
            "boolean" => ReadType.Primitive("boolean", "Boolean"),
            "integer" => Integer(format),
            "number" => Number(format),
            "string" => Text(schema, format),
            _ => null,
        };
    }

    private static ReadType Integer(string format) => format switch
    {
        "int8" => ReadType.Primitive("byte", "Byte"),
        "int16" or "uint8" => ReadType.Primitive("short", "Short"),
        "int32" or "uint16" => ReadType.Primitive("int", "Integer"),
        "uint32" => ReadType.Primitive("uint32", "uint32"),
        "uint64" => ReadType.Primitive("uint64", "uint64"),
        _ => ReadType.Primitive("long", "Long"),
    };

    private static ReadType Number(string format) => format switch
    {
        "float" => ReadType.Primitive("float", "Float"),
        "double" => ReadType.Primitive("double", "Double"),
        _ => ReadType.Of(SchemaSort.Scalar, "decimal"),
    };

    private static ReadType Text(Place schema, string format)
    {
        if (schema.Text("contentEncoding") is "base64" or "base64url" || format is "byte" or "base64url")
        {
            return ReadType.Of(SchemaSort.Bytes, "bytes");
        }

        if (format == "binary" || schema.Text("contentMediaType") == "application/octet-stream")
        {
            return ReadType.Of(SchemaSort.Bytes, "bytes");
        }

        return format switch
        {
            "date-time" => ReadType.Of(SchemaSort.Scalar, "date"),
            "date" => ReadType.Of(SchemaSort.Scalar, "localdate"),
            "time" => ReadType.Of(SchemaSort.Scalar, "offsettime"),
            "duration" => ReadType.Of(SchemaSort.Scalar, "duration"),
            "uuid" => ReadType.Of(SchemaSort.Scalar, "uuid"),
            "decimal" => ReadType.Of(SchemaSort.Scalar, "decimal"),
            "int64" => ReadType.Primitive("long", "Long"),
            "uint64" => ReadType.Primitive("uint64", "uint64"),
            "int32" => ReadType.Primitive("int", "Integer"),
            _ => ReadType.Of(SchemaSort.Scalar, "string"),
        };
    }
}
