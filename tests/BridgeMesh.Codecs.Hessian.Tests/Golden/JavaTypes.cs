namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Which names on the wire go with a class that Java showed.</summary>
internal static class JavaTypes
{
    internal static bool IsCollection(string java, string? wire)
    {
        if (java.EndsWith("[]", StringComparison.Ordinal))
        {
            // getTypeName writes the dollar of a nested class as a dot.
            return wire?.Replace('$', '.') == ArrayName(java).Replace('$', '.');
        }

        // Untyped lists are ArrayLists; a peer in another language may name the interface.
        return wire switch
        {
            null or "java.util.List" or "java.util.Collection" => java is "java.util.ArrayList" or "java.util.HashSet",
            "java.util.Collections$UnmodifiableList" => java == "java.util.Collections$UnmodifiableRandomAccessList" || java == "java.util.ArrayList",
            "java.util.Collections$SynchronizedList" => java == "java.util.Collections$SynchronizedRandomAccessList" || java == "java.util.ArrayList",
            _ => java == wire || (IsAdapter(wire) && java is "java.util.ArrayList" or "java.util.HashSet"),
        };
    }

    internal static bool IsMap(string java, string? wire) => wire switch
    {
        null or "java.util.Map" => java == "java.util.HashMap",
        _ => java == wire || java == "java.util.HashMap",
    };

    // Classes without a public constructor, which Java's decoders replace.
    private static bool IsAdapter(string wire) => wire.Contains('$', StringComparison.Ordinal) || wire.StartsWith("com.no.", StringComparison.Ordinal);

    private static string ArrayName(string java) => "[" + java[..^2] switch
    {
        "java.lang.String" => "string",
        "java.lang.Object" => "object",
        "java.util.Date" => "date",
        var inner when inner.EndsWith("[]", StringComparison.Ordinal) => ArrayName(inner),
        var element => element,
    };
}
