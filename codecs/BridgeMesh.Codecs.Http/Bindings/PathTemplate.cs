using System.Collections.Immutable;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>One part of a path template between two slashes.</summary>
/// <param name="Text">The literal, decoded, or the variable's name.</param>
/// <param name="IsVariable">Stands for one segment that is not empty.</param>
/// <param name="IsRest">Stands for everything behind the slash, empty or with more slashes; the last part only.</param>
/// <param name="KeepsSlash">The rest's value begins with that slash, as Spring's <c>{*name}</c> has it.</param>
internal readonly record struct PathPart(string Text, bool IsVariable, bool IsRest, bool KeepsSlash = false);

/// <summary>
/// A path with places for values: <c>/orders/{id}</c>, <c>/files/{path:*}</c>, <c>/files/{*path}</c>.
/// A variable is a whole segment; braces elsewhere are literal
/// text, which the loader of contracts reports. Immutable.
/// </summary>
internal sealed class PathTemplate
{
    private PathTemplate(string text, ImmutableArray<PathPart> parts)
    {
        Text = text;
        Parts = parts;
    }

    internal string Text { get; }

    internal ImmutableArray<PathPart> Parts { get; }

    internal bool HasVariables => Parts.Any(static p => p.IsVariable || p.IsRest);

    internal static PathTemplate Parse(string text)
    {
        var path = text.AsSpan();
        if (path.StartsWith('/'))
        {
            path = path[1..];
        }

        var parts = ImmutableArray.CreateBuilder<PathPart>();
        foreach (var range in path.Split('/'))
        {
            parts.Add(ParsePart(path[range]));
        }

        return new PathTemplate(text, parts.ToImmutable());
    }

    /// <summary>Which of the variables, in order, has this name; -1 when none has.</summary>
    internal int CaptureOf(string name)
    {
        var capture = 0;
        foreach (var part in Parts)
        {
            if (part.IsVariable || part.IsRest)
            {
                if (part.Text == name)
                {
                    return capture;
                }

                capture++;
            }
        }

        return -1;
    }

    /// <summary>Whether this variable is a rest whose value begins with the slash before it.</summary>
    internal bool KeepsSlash(string name)
    {
        foreach (var part in Parts)
        {
            if (part.KeepsSlash && part.Text == name)
            {
                return true;
            }
        }

        return false;
    }

    private static PathPart ParsePart(ReadOnlySpan<char> part)
    {
        if (part.Length < 3 || part[0] != '{' || part[^1] != '}')
        {
            return new PathPart(UrlText.Decode(part) ?? part.ToString(), false, false);
        }

        var name = part[1..^1];
        if (name[0] == '*')
        {
            return new PathPart(name[1..].ToString(), false, true, KeepsSlash: true);
        }

        return name.EndsWith(":*") ? new PathPart(name[..^2].ToString(), false, true) : new PathPart(name.ToString(), true, false);
    }
}
