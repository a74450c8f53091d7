namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Paths of bindings in OpenAPI's form, which has variables of one segment alone.</summary>
internal static class Paths
{
    /// <summary><c>/files/{path:*}</c> and <c>/files/{*path}</c> to <c>/files/{path}</c>.</summary>
    public static string Plain(string template) => string.Join('/', template.Split('/').Select(static s => VariableOf(s) is { } name ? $"{{{name}}}" : s));

    /// <summary>The same for all paths that OpenAPI takes for one.</summary>
    public static string Pattern(string template) => string.Join('/', template.Split('/').Select(static s => VariableOf(s) is null ? s : "{}"));

    public static List<string> VariablesOf(string template) => [.. template.Split('/').Select(VariableOf).OfType<string>()];

    /// <summary>Null for a segment that is no variable, or more than one.</summary>
    private static string? VariableOf(string segment) => segment switch
    {
        [_, .. var inner, _] when inner.Contains('{', StringComparison.Ordinal) || inner.Contains('}', StringComparison.Ordinal) => null,
        ['{', '*', .. var name, '}'] => name,
        ['{', .. var name, ':', '*', '}'] => name,
        ['{', .. var name, '}'] => name,
        _ => null,
    };
}
