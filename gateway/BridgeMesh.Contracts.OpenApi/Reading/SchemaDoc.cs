namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>What a schema says to people, and what it demands beyond its type, which contracts tell people alone.</summary>
internal static class SchemaDoc
{
    private const int MaxLength = 4_000;

    private static readonly string[] Demands =
        ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "minItems", "maxItems", "minProperties", "maxProperties"];

    /// <summary>Null where it says nothing.</summary>
    public static string? Of(Place schema, bool isOwn)
    {
        var parts = new List<string>();
        if ((schema.Text("description") ?? schema.Text("summary")) is { } text)
        {
            parts.Add(isOwn ? text : text.Trim());
        }

        if (!isOwn)
        {
            parts.AddRange(Demands.Where(d => schema.Text(d) is not null).Select(d => $"{d} {schema.Text(d)}"));
            if (schema.Flag("deprecated"))
            {
                parts.Add("deprecated");
            }
        }

        // An export wrote it as it is; a person's text may be any length.
        var joined = string.Join("; ", parts.Where(static p => p.Length > 0));
        return joined.Length == 0 ? null : joined.Length <= MaxLength || isOwn ? joined : joined[..MaxLength];
    }
}
