namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// The shortest names by which types of a document find one another again when it is read from one file: built-in short names, names
/// without their package inside it, else the full ones.
/// </summary>
internal sealed class TypeNames(TypeIndex index)
{
    /// <param name="scope">Where the expression stands.</param>
    /// <param name="variables">Type variables that it may use; they hide types.</param>
    public string Shortest(TypeExpression type, NameScope scope, IReadOnlyList<Named> variables)
    {
        if (type.IsArray)
        {
            return type.Arguments[0] is { Name: "byte" } && IsFree("bytes", scope, variables)
                ? "bytes"
                : $"{Shortest(type.Arguments[0], scope, variables)}[]";
        }

        var name = Shortest(type.Name, scope, variables);
        return type.Arguments.Count == 0
            ? name
            : $"{name}<{string.Join(", ", type.Arguments.Select(a => Shortest(a, scope, variables)))}>";
    }

    private string Shortest(string name, NameScope scope, IReadOnlyList<Named> variables)
    {
        if (IsVariable(name, variables))
        {
            return name;
        }

        if (index.Find(name, scope) is { } declared)
        {
            var full = declared.Name.Text;
            var dot = full.LastIndexOf('.');
            var isInPackage = dot > 0 && dot == scope.Package.Length && full.StartsWith(scope.Package, StringComparison.Ordinal);
            var brief = full[(dot + 1)..];
            return isInPackage && !IsVariable(brief, variables) && ReferenceEquals(index.Find(brief, scope), declared) ? brief : full;
        }

        return BuiltInTypes.ShortName(name) is { } known && IsFree(known, scope, variables) ? known : name;
    }

    private bool IsFree(string name, NameScope scope, IReadOnlyList<Named> variables) =>
        !IsVariable(name, variables) && index.Find(name, scope) is null;

    private static bool IsVariable(string name, IReadOnlyList<Named> variables)
    {
        foreach (var variable in variables)
        {
            if (variable.Text == name)
            {
                return true;
            }
        }

        return false;
    }
}
