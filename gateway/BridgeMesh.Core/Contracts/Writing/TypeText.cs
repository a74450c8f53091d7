using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>Resolved types as contracts write them.</summary>
internal static class TypeText
{
    public static string Of(TypeShape type) => type.Kind switch
    {
        ShapeKind.List or ShapeKind.Set or ShapeKind.Map => $"{NameOf(type)}<{(type.Key is { } key ? $"{Of(key)}, " : string.Empty)}{(type.Element is { } element ? Of(element) : "any")}>",
        ShapeKind.Array when type.Element is { } element => $"{Of(element)}[]",
        ShapeKind.Struct when type.Struct is { Arguments: { IsEmpty: false } arguments } generic =>
            $"{generic.JavaType.Text}<{string.Join(", ", arguments.Select(Of))}>",
        ShapeKind.Struct when type.Struct is { } fields => fields.JavaType.Text,
        ShapeKind.UInt32 => "uint32",
        ShapeKind.UInt64 => "uint64",
        _ => NameOf(type),
    };

    private static string NameOf(TypeShape type) => BuiltInTypes.ShortName(type.JavaType.Text) ?? type.JavaType.Text;
}
