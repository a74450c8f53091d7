using System.Collections.Frozen;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>Java's collection classes by name, and the names under which each dialect's Java writes them.</summary>
internal static class JavaCollections
{
    private static readonly TypeName ArrayList = TypeName.Of("java.util.ArrayList");
    private static readonly TypeName HashSet = TypeName.Of("java.util.HashSet");
    private static readonly TypeName ObjectArray = TypeName.Of("[object");

    private static readonly FrozenSet<string> Sets = new[]
    {
        "java.util.Set", "java.util.HashSet", "java.util.LinkedHashSet", "java.util.TreeSet", "java.util.SortedSet", "java.util.NavigableSet",
        "java.util.concurrent.ConcurrentSkipListSet", "java.util.concurrent.CopyOnWriteArraySet", "java.util.Collections$EmptySet",
        "java.util.Collections$SingletonSet", "java.util.Collections$UnmodifiableSet", "java.util.Collections$SynchronizedSet",
        "java.util.HashMap$KeySet", "java.util.LinkedHashMap$LinkedKeySet", "java.util.TreeMap$KeySet", "java.util.RegularEnumSet",
    }.ToFrozenSet(StringComparer.Ordinal);

    internal static bool IsSet(TypeName type) => Sets.Contains(type.Text);

    /// <summary>
    /// The type name to write for a list or array: hessian-lite names ArrayList, sofa-hessian does not; a list of unknown origin stays
    /// untyped, which both read as an ArrayList; a set must say so.
    /// </summary>
    internal static TypeName? ListType(HessianDialect dialect, in ValueToken token, TypeShape? shape)
    {
        var type = token.Type ?? (shape?.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array ? shape.TapeType : null);
        if (type is null)
        {
            return token.Kind == ValueKind.Array ? ObjectArray
                : (token.Flags & ValueFlags.Set) != 0 || shape?.Kind == ShapeKind.Set ? HashSet
                : shape?.Kind == ShapeKind.List && dialect == HessianDialect.Final ? ArrayList
                : null;
        }

        return dialect == HessianDialect.Draft && HessianClasses.Same(type, ArrayList) ? null : ObjectForms.Translate(type, dialect);
    }

    /// <summary>The type name to write for a map; both leave HashMap out.</summary>
    internal static TypeName? MapType(HessianDialect dialect, in ValueToken token, TypeShape? shape)
    {
        var type = token.Type ?? (shape?.Kind == ShapeKind.Map ? shape.TapeType : null);
        return type is null || type.Text == "java.util.HashMap" ? null : ObjectForms.Translate(type, dialect);
    }
}
