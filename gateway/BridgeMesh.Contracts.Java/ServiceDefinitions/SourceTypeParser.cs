namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>A type as Java source and java.lang.reflect name it: <c>java.util.Map&lt;java.lang.String, com.acme.Item[]&gt;</c>.</summary>
/// <param name="Name">Without arguments and brackets; <c>?</c> for a wildcard without a bound.</param>
/// <param name="Dimensions">Of an array; 0 for none.</param>
internal sealed record SourceType(string Name, IReadOnlyList<SourceType> Arguments, int Dimensions);

/// <summary>Reads those names. Depth and length are bounded; what is no type is null.</summary>
internal static class SourceTypeParser
{
    private const int MaxDepth = 16;
    private const int MaxLength = 4_096;
    private const int MaxDimensions = 8;

    public static SourceType? Parse(string text)
    {
        var at = 0;
        return text.Length <= MaxLength && Read(text, ref at, 0) is { } read && at == text.Length ? read : null;
    }

    private static SourceType? Read(string text, ref int at, int depth)
    {
        if (depth > MaxDepth)
        {
            return null;
        }

        Skip(text, ref at);
        if (at < text.Length && text[at] == '?')
        {
            at++;
            Skip(text, ref at);
            foreach (var bound in (ReadOnlySpan<string>)["extends ", "super "])
            {
                if (string.CompareOrdinal(text, at, bound, 0, bound.Length) == 0)
                {
                    at += bound.Length;
                    return Read(text, ref at, depth + 1) is { } limit ? bound[0] == 'e' ? limit : new SourceType("?", [], 0) : null;
                }
            }

            return new SourceType("?", [], 0);
        }

        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '_' or '$'))
        {
            at++;
        }

        var name = text[start..at];
        var arguments = new List<SourceType>();
        if (at < text.Length && text[at] == '<')
        {
            do
            {
                at++;
                if (Read(text, ref at, depth + 1) is not { } argument)
                {
                    return null;
                }

                arguments.Add(argument);
                Skip(text, ref at);
            }
            while (at < text.Length && text[at] == ',');
            if (at >= text.Length || text[at++] != '>')
            {
                return null;
            }
        }

        var dimensions = 0;
        while (at + 1 < text.Length && text[at] == '[' && text[at + 1] == ']')
        {
            (at, dimensions) = (at + 2, dimensions + 1);
        }

        return name.Length == 0 || dimensions > MaxDimensions ? null : new SourceType(name, arguments, dimensions);
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }
}
