using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>Types of resolved contracts as a contract writes them, all names in full: <c>map&lt;string, com.acme.Order[]&gt;</c>.</summary>
internal static class TypeText
{
    public static string Of(TypeShape type) => type.Kind switch
    {
        ShapeKind.Struct when type.Struct is { } fields => Of(fields),
        ShapeKind.Enum when type.Enum is { } constants => constants.JavaType.Text,
        ShapeKind.Array when type.Element is { } element => $"{Of(element)}[]",
        ShapeKind.List or ShapeKind.Set => $"{Collection(type)}<{Element(type.Element)}>",
        ShapeKind.Map => $"{Collection(type)}<{Element(type.Key)}, {Element(type.Element)}>",
        ShapeKind.UInt32 => "uint32",
        ShapeKind.UInt64 => "uint64",
        ShapeKind.Any => "any",
        _ => Scalar(type),
    };

    public static string Of(StructShape type) =>
        type.Arguments.IsEmpty ? type.JavaType.Text : $"{type.JavaType.Text}<{string.Join(", ", type.Arguments.Select(Of))}>";

    /// <summary>The Java type that a signature declares, where it is not the one of <see cref="Of(TypeShape)"/>; null otherwise.</summary>
    public static string? JavaClassOf(TypeShape type)
    {
        var own = type.Kind switch
        {
            ShapeKind.Struct => type.Struct?.JavaType.Text,
            ShapeKind.Enum => type.Enum?.JavaType.Text,
            ShapeKind.UInt32 or ShapeKind.UInt64 => "long",
            ShapeKind.Any => "java.lang.Object",
            ShapeKind.Array when type.Element is { } element => JavaDescriptors.ToDescriptor($"{element.JavaType.Text}[]").Replace('/', '.'),
            ShapeKind.List or ShapeKind.Set or ShapeKind.Map => BuiltInTypes.TryCollection(Collection(type), out _, out var java) ? java : null,
            _ => BuiltInTypes.Scalar(Scalar(type))?.JavaType.Text,
        };

        // Of dates and the like a signature may name a supertype, and their values another class.
        var named = type.JavaDescriptor is ['L', .. var name, ';'] ? name.Replace('/', '.') : type.JavaType.Text;
        return own == named || own == type.JavaType.Text && type.Kind == ShapeKind.Array ? null : named;
    }

    /// <summary>char[] is a text with an array's name, which no type expression has.</summary>
    private static bool IsName(string javaType) => !javaType.StartsWith('[') || BuiltInTypes.ShortName(javaType) is not null;

    private static string Element(TypeShape? type) => type is null ? "any" : Of(type);

    private static string Collection(TypeShape type) =>
        BuiltInTypes.TryCollection(type.JavaType.Text, out var kind, out _) && kind == type.Kind
            ? BuiltInTypes.ShortName(type.JavaType.Text) ?? type.JavaType.Text
            : type.Kind switch { ShapeKind.List => "list", ShapeKind.Set => "set", _ => "map" };

    private static string Scalar(TypeShape type) =>
        BuiltInTypes.Scalar(type.JavaType.Text) is { } known && known.Kind == type.Kind && IsName(type.JavaType.Text)
            ? BuiltInTypes.ShortName(type.JavaType.Text) ?? type.JavaType.Text
            : type.Kind switch
            {
                ShapeKind.Void => "void",
                ShapeKind.Bool => "Boolean",
                ShapeKind.Int8 => "Byte",
                ShapeKind.Int16 => "Short",
                ShapeKind.Int32 => "Integer",
                ShapeKind.Int64 => "Long",
                ShapeKind.Float32 => "Float",
                ShapeKind.Float64 => "Double",
                ShapeKind.Char => "Character",
                ShapeKind.Bytes => "bytes",
                ShapeKind.Decimal => "decimal",
                ShapeKind.BigInteger => "bigint",
                ShapeKind.Instant => "date",
                _ => "string",
            };
}
