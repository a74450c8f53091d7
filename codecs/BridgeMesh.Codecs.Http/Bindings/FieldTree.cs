using System.Globalization;
using System.Numerics;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>
/// Sorts the pairs of a query or form below the fields of an object parameter, by the names that Spring's data binder takes:
/// <c>address.city</c>, <c>items[0].sku</c>, <c>attrs[key]</c>, <c>attrs['a.b']</c>, <c>tags</c> repeated, <c>tags[]</c>. Source:
/// org.springframework.beans.AbstractNestablePropertyAccessor and WebDataBinder.adaptEmptyArrayIndices. A name that the class does not have
/// is nobody's and is left out, as Spring leaves it.
/// </summary>
internal static class FieldTree
{
    /// <summary>Pairs of one parameter; Tomcat's maxParameterCount, as Boot sets it.</summary>
    internal const int MaxPairs = 1_000;

    /// <summary>Highest place in a list that a name can have; DataBinder.DEFAULT_AUTO_GROW_COLLECTION_LIMIT.</summary>
    internal const int MaxPlace = 255;

    /// <summary>Longest name in encoded units.</summary>
    internal const int MaxNameLength = 1_024;

    /// <summary>Segments of one name.</summary>
    internal const int MaxDepth = 32;

    /// <summary>Whether a value of this type is spread over several names.</summary>
    internal static bool Spreads(TypeShape type) =>
        type.Kind is ShapeKind.Struct or ShapeKind.Map
        || (type is { Kind: ShapeKind.List or ShapeKind.Set or ShapeKind.Array, Element: { } element } && !IsPlain(element));

    /// <summary>Whether a value of this type is one text.</summary>
    internal static bool IsPlain(TypeShape type) =>
        type.Kind is not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct);

    /// <summary>Returns what is wrong, or null with the root filled.</summary>
    /// <param name="root">Its name is the parameter's in the request; empty for one whose fields stand there themselves.</param>
    /// <param name="taken">Names that belong to other parameters: a map without a name of its own takes all but these.</param>
    internal static string? Fill<T>(ReadOnlySpan<T> text, FieldNode root, IReadOnlyCollection<string> taken)
        where T : unmanaged, IBinaryInteger<T>
    {
        var pairs = new FieldPairs<T>(text);
        var count = 0;
        while (pairs.MoveNext())
        {
            if (pairs.Name.Length > MaxNameLength)
            {
                return $"a name is longer than {MaxNameLength}";
            }

            if (UrlText.Decode(pairs.Name, plusIsSpace: true) is not { } name)
            {
                return "a name has a broken escape or is not UTF-8";
            }

            if (!name.StartsWith(root.Name, StringComparison.Ordinal) || taken.Contains(name))
            {
                continue;
            }

            if (Find(root, name, out var node) is { } problem)
            {
                return problem;
            }

            if (node is not null)
            {
                if (++count > MaxPairs)
                {
                    return $"more than {MaxPairs} values";
                }

                node.Add(pairs.ValueRange);
            }
        }

        return null;
    }

    /// <summary>The node that a name means; null when it means none.</summary>
    private static string? Find(FieldNode root, string name, out FieldNode? node)
    {
        node = null;
        var at = root.Name.Length;
        if (at == 0 && root.Type is { Kind: ShapeKind.Map, Element: { } value })
        {
            node = root.Member(name, value, name);
            return null;
        }

        var found = root;
        for (var depth = 0; at < name.Length; depth++)
        {
            if (depth == MaxDepth)
            {
                return $"'{name}' is deeper than {MaxDepth}";
            }

            if (name.AsSpan(at) is "[]")
            {
                break;
            }

            if (Segment(name, ref at, out var isBracket) is not { } segment)
            {
                return null;
            }

            if (Child(found, segment, isBracket, name[..at], out found!) is { } problem)
            {
                return problem;
            }

            if (found is null)
            {
                return null;
            }
        }

        node = found;
        return null;
    }

    /// <summary>The next segment; null where the name is no path.</summary>
    private static string? Segment(string name, ref int at, out bool isBracket)
    {
        isBracket = name[at] == '[';
        if (isBracket)
        {
            var close = name.IndexOf(']', at);
            if (close < 0)
            {
                return null;
            }

            var key = name.AsSpan(at + 1, close - at - 1);
            at = close + 1;
            return key is ['\'', .., '\''] or ['"', .., '"'] ? key[1..^1].ToString() : key.ToString();
        }

        if (name[at] == '.')
        {
            at++;
        }
        else if (at > 0)
        {
            return null;
        }

        var length = name.AsSpan(at).IndexOfAny('.', '[');
        var end = length < 0 ? name.Length : at + length;
        var segment = name[at..end];
        at = end;
        return segment.Length == 0 ? null : segment;
    }

    private static string? Child(FieldNode parent, string segment, bool isBracket, string fullName, out FieldNode? child)
    {
        child = null;
        switch (parent.Type.Kind)
        {
            case ShapeKind.Struct when parent.Type.Struct is { } fields && fields.Find(segment) is >= 0 and var ordinal:
                child = parent.Member(segment, fields.Fields[ordinal].Type, fullName);
                return null;
            case ShapeKind.Map when isBracket && parent.Type.Element is { } value:
                child = parent.Member(segment, value, fullName);
                return null;
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array when isBracket && parent.Type.Element is { } element:
                if (!int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place > MaxPlace)
                {
                    return $"'{fullName}' has no place from 0 to {MaxPlace} between its brackets";
                }

                child = parent.Element(place, element, fullName);
                return null;
            default:
                return null;
        }
    }
}
