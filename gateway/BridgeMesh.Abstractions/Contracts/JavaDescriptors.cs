using System.Collections.Immutable;

namespace BridgeMesh.Contracts;

/// <summary>Java's ways to write a type. Source: The Java Virtual Machine Specification, section 4.3.2; Class.getName.</summary>
public static class JavaDescriptors
{
    /// <summary>
    /// Class.getName or source form to descriptor: <c>int</c> to <c>I</c>, <c>com.acme.A[]</c> to <c>[Lcom/acme/A;</c>. What cannot name one
    /// type comes back as a text that is not a descriptor.
    /// </summary>
    public static string ToDescriptor(string typeName)
    {
        // Names come from peers: dimensions are counted, not recursed into.
        var element = typeName.AsSpan();
        var dimensions = 0;
        while (element.EndsWith("[]", StringComparison.Ordinal))
        {
            element = element[..^2];
            dimensions++;
        }

        var descriptor = dimensions == 0 && element.StartsWith('[') ? typeName.Replace('.', '/') : ElementDescriptor(element.ToString());
        if (LengthOfOne(descriptor) != descriptor.Length)
        {
            return NoDescriptor;
        }

        return dimensions == 0 ? descriptor : string.Concat(new string('[', dimensions), descriptor);
    }

    /// <summary>Stands for a name that has no descriptor, so that a signature with it is not well formed.</summary>
    private const string NoDescriptor = "?";

    private static string ElementDescriptor(string typeName) =>
        typeName switch
        {
            "boolean" => "Z",
            "byte" => "B",
            "char" => "C",
            "short" => "S",
            "int" => "I",
            "long" => "J",
            "float" => "F",
            "double" => "D",
            "void" => "V",
            _ => $"L{typeName.Replace('.', '/')};",
        };

    /// <summary>A run of descriptors to Class.getName forms. What follows a malformed place is left out.</summary>
    public static ImmutableArray<string> ToTypeNames(string descriptors, out bool wellFormed)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var at = 0;
        while (at < descriptors.Length)
        {
            var length = LengthOfOne(descriptors.AsSpan(at));
            if (length < 0)
            {
                wellFormed = false;
                return names.ToImmutable();
            }

            names.Add(ToTypeName(descriptors.Substring(at, length)));
            at += length;
        }

        wellFormed = true;
        return names.ToImmutable();
    }

    private static string ToTypeName(string descriptor) => descriptor[0] switch
    {
        '[' => descriptor.Replace('/', '.'),
        'L' => descriptor[1..^1].Replace('/', '.'),
        'Z' => "boolean",
        'B' => "byte",
        'C' => "char",
        'S' => "short",
        'I' => "int",
        'J' => "long",
        'F' => "float",
        'D' => "double",
        _ => "void",
    };

    private static int LengthOfOne(ReadOnlySpan<char> text)
    {
        var dimensions = text.IndexOfAnyExcept('[');
        if (dimensions < 0)
        {
            return -1;
        }

        var element = text[dimensions..];
        if (element[0] != 'L')
        {
            return "ZBCSIJFDV".Contains(element[0], StringComparison.Ordinal) ? dimensions + 1 : -1;
        }

        var end = element.IndexOf(';');
        return end < 2 || element[..end].Contains('[') ? -1 : dimensions + end + 1;
    }
}
