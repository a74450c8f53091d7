using System.Text;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Names for Java of what OpenAPI names freely.</summary>
internal static class JavaNaming
{
    private const int MaxLength = 200;

    /// <summary>pet-type to PetType.</summary>
    public static string Class(string text, string otherwise)
    {
        var name = Words(text);
        name = name.Length == 0 ? otherwise : char.IsAsciiDigit(name[0]) ? $"_{name}" : name;
        return name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
    }

    /// <summary>pet-type to petType; what is an identifier stays as it is.</summary>
    public static string Member(string text, string otherwise)
    {
        if (text.Length <= MaxLength && JavaNames.IsIdentifier(text))
        {
            return text;
        }

        var name = Words(text);
        name = name.Length == 0 ? otherwise : char.IsAsciiDigit(name[0]) ? $"_{name}" : name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>orders-v2.yaml to ordersv2.</summary>
    public static string Package(string file)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(file).ToLowerInvariant().Where(static c => char.IsAsciiLetterOrDigit(c)));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"api{name}" : name;
    }

    private static string Words(string text)
    {
        var name = new StringBuilder();
        var isStart = false;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '$'))
            {
                isStart = name.Length > 0;
                continue;
            }

            name.Append(isStart ? char.ToUpperInvariant(c) : c);
            isStart = false;
        }

        return name.ToString();
    }
}
