using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>Types as a page names them, with links; gathers the classes and enums that it must then tell of, each once.</summary>
internal sealed class TypeList
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(StructShape? Type, EnumShape? Constants)> _open = new();

    public bool IsEmpty => _open.Count == 0;

    public static string NameOf(StructShape type) => type.Arguments.IsEmpty
        ? type.JavaType.Text
        : $"{type.JavaType.Text}<{string.Join(", ", type.Arguments.Select(TypeText.Of))}>";

    /// <summary>The next one that was named and not yet told of.</summary>
    public bool TryTake(out StructShape? type, out EnumShape? constants)
    {
        var isThere = _open.TryDequeue(out var next);
        (type, constants) = next;
        return isThere;
    }

    public string Text(TypeShape type)
    {
        switch (type.Kind)
        {
            case ShapeKind.List or ShapeKind.Set when type.Element is { } element:
                return $"{Name(type)}\\<{Text(element)}\\>";
            case ShapeKind.Map when type is { Key: { } key, Element: { } value }:
                return $"{Name(type)}\\<{Text(key)}, {Text(value)}\\>";
            case ShapeKind.Array when type.Element is { } element:
                return $"{Text(element)}\\[\\]";
            case ShapeKind.Struct when type.Struct is { } fields:
                return Text(fields);
            case ShapeKind.Enum when type.Enum is { } constants:
                if (_seen.Add(constants.JavaType.Text))
                {
                    _open.Enqueue((null, constants));
                }

                return MarkdownText.Link(Short(constants.JavaType.Text), constants.JavaType.Text);
            default:
                return MarkdownText.Line(TypeText.Of(type));
        }
    }

    public string Text(StructShape type)
    {
        if (_seen.Add(NameOf(type)))
        {
            _open.Enqueue((type, null));
        }

        var arguments = type.Arguments.IsEmpty ? string.Empty : $"<{string.Join(", ", type.Arguments.Select(static a => Short(TypeText.Of(a))))}>";
        return MarkdownText.Link(Short(type.JavaType.Text) + arguments, NameOf(type));
    }

    private static string Name(TypeShape type) => MarkdownText.Line(BuiltInTypes.ShortName(type.JavaType.Text) ?? type.JavaType.Text);

    private static string Short(string name) => name[(name.LastIndexOf('.') + 1)..];
}
