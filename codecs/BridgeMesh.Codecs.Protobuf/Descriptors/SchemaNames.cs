using System.Text;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Names in a schema: of what Java names, by rules that depend on nothing but the contract. Stateless.</summary>
internal static class SchemaNames
{
    /// <summary>
    /// A class's full name: the message that the contract names, else the Java name; behind it the type arguments of a generic class, as
    /// <c>PageOfOrder</c>. A nested class keeps Java's dollar sign, by which <see cref="SchemaTypes"/> knows it.
    /// </summary>
    public static string Of(StructShape type)
    {
        // A name that is Java's own, as of a class with reservations alone, keeps the sign that tells nesting.
        var name = type.Proto?.FullName is { } given && given != type.JavaType.Text.Replace('$', '.') ? given : type.JavaType.Text;
        return type.Arguments.IsEmpty ? name : $"{name}Of{string.Join("And", type.Arguments.Select(static a => Short(a)))}";
    }

    public static string Of(MethodShape method) => method.ProtoName ?? method.Name;

    public static string Of(ServiceContract contract) => contract.ProtoName ?? contract.Service.Interface;

    public static string Of(EnumShape type) => type.Proto?.FullName ?? type.JavaType.Text;

    /// <summary>
    /// The message that stands for several parameters, or for a result that is no class: beside its service and with the service's name,
    /// as two services of a package may have a method of one name.
    /// </summary>
    public static string OfBody(string service, StructShape body) => $"{service}{Of(body)}";

    public static bool IsIdentifier(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static bool IsFullName(string name) => name.Split('.').All(IsIdentifier);

    /// <summary>The name with what protobuf does not take as underscores.</summary>
    public static string Identifier(string name)
    {
        if (IsIdentifier(name))
        {
            return name;
        }

        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        }

        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? $"_{text}" : text.ToString();
    }

    /// <summary>item_prices and itemPrices to ItemPrices, as protoc names the entries of maps.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder(name.Length);
        var upper = true;
        foreach (var c in name)
        {
            if (c != '_')
            {
                text.Append(upper ? char.ToUpperInvariant(c) : c);
            }

            upper = c == '_';
        }

        return text.ToString();
    }

    /// <summary>
    /// itemPrices and URLPath to item_prices and url_path, which <see cref="FieldRecord.JsonNameOf"/> takes back wherever Java's name is in
    /// camel case. A name without letters or digits stays as it is.
    /// </summary>
    public static string LowerSnake(string name)
    {
        var plain = Identifier(name).Trim('_');
        var text = new StringBuilder(plain.Length + 4);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            var startsWord = i > 0 && char.IsAsciiLetterUpper(c)
                && (!char.IsAsciiLetterUpper(plain[i - 1]) || (i + 1 < plain.Length && char.IsAsciiLetterLower(plain[i + 1])));
            if ((startsWord || c == '_') && text.Length > 0 && text[^1] != '_')
            {
                text.Append('_');
            }

            if (c != '_')
            {
                text.Append(char.ToLowerInvariant(c));
            }
        }

        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? Identifier(name) : text.ToString();
    }

    /// <summary>By what older compilers, and those that ignore case, tell names apart.</summary>
    public static string Key(string name) => name.Replace("_", string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>OrderStatus to ORDER_STATUS, as constants begin where their own names would meet others.</summary>
    public static string UpperSnake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]) && name[i - 1] != '_')
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary>The last step of a full name.</summary>
    public static string LastOf(string fullName) => fullName[(fullName.LastIndexOfAny(['.', '$']) + 1)..];

    private static string Short(TypeShape type) => type switch
    {
        { Struct: { } fields } => LastOf(Of(fields)),
        { Enum: { } constants } => LastOf(Of(constants)),
        { Kind: ShapeKind.Map } => $"{Short(type.Key ?? NeutralShapes.Text)}{Short(type.Element ?? NeutralShapes.Any)}Map",
        { Element: { } element } => $"{Short(element)}List",
        { Kind: ShapeKind.Bytes } => "Bytes",
        _ => Identifier(LastOf(type.JavaType.Text)),
    };
}
