using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Checks what types say of each other, where resolving them alone would not tell.</summary>
internal static class TypeRules
{
    public static void Check(TypeIndex index, List<SourceProblem> problems)
    {
        foreach (var type in index.Types)
        {
            CheckNames(type, problems);
            if (type.Extends is { } parent)
            {
                CheckParent(type, parent, index, problems);
            }
        }
    }

    private static void CheckNames(TypeDeclaration type, List<SourceProblem> problems)
    {
        if (BuiltInTypes.Scalar(type.Name.Text) is not null || BuiltInTypes.IsAny(type.Name.Text)
            || BuiltInTypes.TryCollection(type.Name.Text, out _, out _))
        {
            problems.Add(type.Name.At, $"the type {type.Name} is built in", "remove it, or write its full name with a package");
        }

        foreach (var variable in type.Generics)
        {
            if (!JavaNames.IsClass(variable.Text) || variable.Text.Contains('.', StringComparison.Ordinal))
            {
                problems.Add(variable.At, $"'{variable}' is no name for a type variable", "write a letter, such as T");
            }
        }
    }

    private static void CheckParent(TypeDeclaration type, TypeExpression parent, TypeIndex index, List<SourceProblem> problems)
    {
        if (index.Find(parent.Name, type.Scope) is not { } found)
        {
            var (message, cure) = index.Explain(parent.Name, type.Scope);
            problems.Add(parent.At, message, cure);
        }
        else if (found.Form == TypeForm.Enum)
        {
            problems.Add(parent.At, $"{type.Name} cannot extend the enum {found.Name}", "extend a class");
        }
        else if (found.Form != type.Form)
        {
            var form = type.Form == TypeForm.Exception ? "an exception" : "no exception";
            problems.Add(parent.At, $"{type.Name} is {form}, its parent {found.Name} is the other", "give both exception:, or none");
        }
        else if (found.Generics.Count != parent.Arguments.Count)
        {
            problems.Add(
                parent.At,
                $"{found.Name} has {found.Generics.Count} type variables, not {parent.Arguments.Count}",
                $"write extends: {parent.Name}{(found.Generics.Count == 0 ? string.Empty : $"<{string.Join(", ", found.Generics)}>")}");
        }
        else if (IsOwnAncestor(type, index))
        {
            problems.Add(parent.At, $"{type.Name} extends itself by way of {found.Name}", "remove one of the extends");
        }
    }

    private static bool IsOwnAncestor(TypeDeclaration type, TypeIndex index)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = type; at?.Extends is { } parent && seen.Add(at.Name.Text);)
        {
            at = index.Find(parent.Name, at.Scope);
            if (ReferenceEquals(at, type))
            {
                return true;
            }
        }

        return false;
    }
}
