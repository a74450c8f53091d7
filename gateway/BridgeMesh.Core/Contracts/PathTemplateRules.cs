using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>What a path of an HTTP binding can look like: <c>/orders/{id}/items</c>, <c>/files/{path:*}</c>, <c>/files/{*path}</c>.</summary>
internal static class PathTemplateRules
{
    /// <summary>Names of the variables, in order; empty after a problem.</summary>
    public static IReadOnlyList<Named> Check(Named path, bool isPrefix, List<SourceProblem> problems)
    {
        var text = path.Text;
        if (!text.StartsWith('/'))
        {
            problems.Add(path.At, $"the path '{text}' does not begin with /", $"write /{text}");
            return [];
        }

        if (text.AsSpan().IndexOfAny(" ?#\\\t") >= 0)
        {
            problems.Add(
                path.At,
                $"the path '{text}' holds a sign that a path cannot hold",
                "leave query and spaces out; parameters go into query:");
            return [];
        }

        if (isPrefix && (text.EndsWith('/') || text.Contains('{', StringComparison.Ordinal)))
        {
            problems.Add(path.At, $"the prefix '{text}' ends with / or has a variable", "write it like /shop");
            return [];
        }

        return Variables(path, problems);
    }

    /// <summary>The path without its variables' names: two methods of one verb must not share it.</summary>
    public static string Pattern(string path) => string.Join('/', path.Split('/').Select(static part =>
        part is ['{', .., ':', '*', '}'] or ['{', '*', .., '}'] ? "{*}" : part is ['{', .., '}'] ? "{}" : part));

    private static List<Named> Variables(Named path, List<SourceProblem> problems)
    {
        var variables = new List<Named>();
        var parts = path.Text.Split('/');
        for (var i = 1; i < parts.Length; i++)
        {
            var part = parts[i];
            if (part is not ['{', .. var inner, '}'])
            {
                if (part.AsSpan().IndexOfAny('{', '}') >= 0)
                {
                    problems.Add(path.At, $"in '{path}' a variable is not a whole segment: '{part}'", "write it between slashes: /{name}/");
                }

                continue;
            }

            var isSpringRest = inner.StartsWith('*');
            var isRest = isSpringRest || inner.EndsWith(":*", StringComparison.Ordinal);
            var name = isSpringRest ? inner[1..] : isRest ? inner[..^2] : inner;
            if (name.Length == 0 || !name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '$' or '-'))
            {
                problems.Add(
                    path.At,
                    $"in '{path}' the variable '{part}' has no proper name",
                    "write {name}, or {name:*} for the rest of the path, {*name} for the rest with its slash");
            }
            else if (isRest && i < parts.Length - 1)
            {
                problems.Add(path.At, $"in '{path}' something follows '{part}', which takes the whole rest", "move it to the end");
            }
            else if (variables.Any(v => v.Text == name))
            {
                problems.Add(path.At, $"in '{path}' the variable {name} is there twice", "give each its own name");
            }
            else
            {
                variables.Add(new Named(name, path.At));
            }
        }

        return variables;
    }
}
