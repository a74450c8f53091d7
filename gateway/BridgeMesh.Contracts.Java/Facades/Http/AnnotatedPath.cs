using System.Text;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>Paths as frameworks write them, made into those of contracts: a variable is a whole segment and has no pattern.</summary>
internal static class AnnotatedPath
{
    /// <summary>Joins parts with one slash between them; empty parts say nothing.</summary>
    public static string Join(params ReadOnlySpan<string?> parts)
    {
        var joined = new StringBuilder();
        foreach (var part in parts)
        {
            var trimmed = part?.Trim().Trim('/') ?? string.Empty;
            if (trimmed.Length > 0)
            {
                joined.Append('/').Append(trimmed);
            }
        }

        return joined.Length == 0 ? "/" : joined.ToString();
    }

    /// <summary>The path with its variables renamed; null with a fault for what contracts have no form for.</summary>
    /// <param name="nameOf">The parameter that a variable is; null when there is none.</param>
    public static string? Translate(string path, Func<string, string?> nameOf, List<string> notes, out string fault)
    {
        fault = string.Empty;
        if (path.Contains("${", StringComparison.Ordinal) || path.Contains("#{", StringComparison.Ordinal))
        {
            fault = $"the path {path} holds a placeholder, which only the running application knows";
            return null;
        }

        var segments = new List<string>();
        foreach (var segment in Segments(path))
        {
            if (Segment(segment, nameOf, notes, ref fault) is not { } translated)
            {
                return null;
            }

            segments.Add(translated);
        }

        return "/" + string.Join('/', segments);
    }

    private static string? Segment(string segment, Func<string, string?> nameOf, List<string> notes, ref string fault)
    {
        if (segment.AsSpan().IndexOfAny("{}") < 0)
        {
            if (segment.AsSpan().IndexOfAny("*? ") < 0)
            {
                return segment;
            }

            fault = $"'{segment}' in the path is a pattern";
            return null;
        }

        if (segment is not ['{', .. var inner, '}'] || inner.StartsWith('}') || Depth(segment) > 1)
        {
            fault = $"in the path a variable is not a whole segment: '{segment}'";
            return null;
        }

        var colon = inner.IndexOf(':');
        var isRest = inner.StartsWith('*') || (colon > 0 && inner[(colon + 1)..].Trim() is ".*" or ".+" or "**");
        var variable = (colon > 0 ? inner[..colon] : inner.TrimStart('*')).Trim();
        if (nameOf(variable) is not { } name)
        {
            fault = $"the path's variable {variable} is no parameter";
            return null;
        }

        if (colon > 0 && !isRest)
        {
            notes.Add($"the pattern of the path's variable {variable} is left to the service: {inner[(colon + 1)..].Trim()}");
        }

        return inner.StartsWith('*') ? $"{{*{name}}}" : isRest ? $"{{{name}:*}}" : $"{{{name}}}";
    }

    /// <summary>Variables that stand in one segment.</summary>
    private static int Depth(string segment)
    {
        var (open, variables) = (0, 0);
        foreach (var c in segment)
        {
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            variables += c == '{' && open == 1 ? 1 : 0;
        }

        return variables;
    }

    /// <summary>Parts between slashes; a slash inside a variable's pattern is none.</summary>
    private static IEnumerable<string> Segments(string path)
    {
        var (start, open) = (1, 0);
        for (var i = 1; i <= path.Length; i++)
        {
            if (i == path.Length || (path[i] == '/' && open == 0))
            {
                yield return path[Math.Min(start, i)..i];
                start = i + 1;
            }
            else
            {
                open += path[i] == '{' ? 1 : path[i] == '}' ? -1 : 0;
            }
        }
    }
}
