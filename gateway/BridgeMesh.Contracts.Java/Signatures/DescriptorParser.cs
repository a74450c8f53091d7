using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.Signatures;

/// <summary>Reads erased types: <c>(ILjava/lang/String;[J)V</c>. Source: The Java Virtual Machine Specification, section 4.3.</summary>
internal static class DescriptorParser
{
    /// <summary>Source: the same, section 4.3.2: an array type descriptor is valid only if it represents a type with 255 or fewer dimensions.</summary>
    private const int MaxDimensions = 255;

    /// <summary>One whole descriptor; null for what is none.</summary>
    public static JavaType? Type(string text, bool allowVoid = false)
    {
        var at = 0;
        return allowVoid && text == "V" ? PrimitiveType.Void : One(text, ref at) is { } type && at == text.Length ? type : null;
    }

    /// <summary>Null for what is no method's descriptor.</summary>
    public static MethodSignature? Method(string text)
    {
        if (text is not ['(', ..])
        {
            return null;
        }

        var at = 1;
        var parameters = ImmutableArray.CreateBuilder<JavaType>();
        while (at < text.Length && text[at] != ')')
        {
            if (One(text, ref at) is not { } parameter)
            {
                return null;
            }

            parameters.Add(parameter);
        }

        return at < text.Length && Type(text[(at + 1)..], allowVoid: true) is { } returns
            ? new MethodSignature([], parameters.ToImmutable(), returns, [])
            : null;
    }

    /// <summary>The descriptor of an erased type.</summary>
    public static string Of(JavaType type) => type switch
    {
        PrimitiveType primitive => JavaDescriptors.ToDescriptor(primitive.Name),
        ArrayType array => "[" + Of(array.Element),
        ClassType named => $"L{named.Name.Replace('.', '/')};",
        _ => "Ljava/lang/Object;",
    };

    internal static PrimitiveType? Primitive(char letter) => letter switch
    {
        'B' => Byte,
        'C' => Char,
        'D' => Double,
        'F' => Float,
        'I' => Int,
        'J' => Long,
        'S' => Short,
        'Z' => Boolean,
        _ => null,
    };

    private static JavaType? One(string text, ref int at)
    {
        var dimensions = 0;
        while (at < text.Length && text[at] == '[')
        {
            dimensions++;
            at++;
        }

        if (at >= text.Length || dimensions > MaxDimensions)
        {
            return null;
        }

        JavaType? type;
        if (text[at] == 'L')
        {
            var end = text.IndexOf(';', at);
            if (end < at + 2 || text.AsSpan(at + 1, end - at - 1).IndexOfAny(".[<>") >= 0)
            {
                return null;
            }

            type = ClassType.Of(text[(at + 1)..end].Replace('/', '.'));
            at = end + 1;
        }
        else
        {
            type = Primitive(text[at++]);
        }

        for (; type is not null && dimensions > 0; dimensions--)
        {
            type = new ArrayType(type);
        }

        return type;
    }

    private static readonly PrimitiveType Byte = new("byte");
    private static readonly PrimitiveType Char = new("char");
    private static readonly PrimitiveType Double = new("double");
    private static readonly PrimitiveType Float = new("float");
    private static readonly PrimitiveType Int = new("int");
    private static readonly PrimitiveType Long = new("long");
    private static readonly PrimitiveType Short = new("short");
    private static readonly PrimitiveType Boolean = new("boolean");
}
