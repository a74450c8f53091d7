namespace BridgeMesh.Core.Contracts;

/// <summary>What can name a Java class. Source: The Java Language Specification, section 3.8.</summary>
internal static class JavaNames
{
    /// <summary>Identifiers joined by dots.</summary>
    public static bool IsClass(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            if (!IsIdentifier(name[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A class, a primitive, or an array in Class.getName form (<c>[I</c>, <c>[Lcom.acme.Item;</c>) or as T[].</summary>
    public static bool IsType(ReadOnlySpan<char> name)
    {
        while (name.EndsWith("[]"))
        {
            name = name[..^2];
        }

        if (!name.StartsWith('['))
        {
            return IsClass(name);
        }

        var element = name.TrimStart('[');
        return element is ['L', .. var inner, ';'] ? IsClass(inner) : element is ['B' or 'C' or 'D' or 'F' or 'I' or 'J' or 'S' or 'Z'];
    }

    /// <summary>What can name a variable, field or parameter.</summary>
    public static bool IsIdentifier(string text) => IsIdentifier(text.AsSpan());

    private static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '$'))
            {
                return false;
            }
        }

        return true;
    }
}
