using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>A type as written: <c>map&lt;string, Order[]&gt;</c>. An array is a name <c>[]</c> with one argument.</summary>
/// <param name="At">Place of the name inside the file.</param>
internal sealed record TypeExpression(string Name, YamlMark At, IReadOnlyList<TypeExpression> Arguments)
{
    public const string ArrayName = "[]";

    public bool IsArray => Name == ArrayName;

    public override string ToString() => IsArray ? $"{Arguments[0]}[]"
        : Arguments.Count == 0 ? Name
        : $"{Name}<{string.Join(", ", Arguments)}>";
}
