using System.Collections.Concurrent;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// The order in which each dialect's Java writer lists a class's fields. Both put simple fields (primitives and java.lang classes) and the
/// others into two groups. The draft's writer lists the simple ones, then the others; hessian-lite's the others, then the simple ones, each
/// backwards. Decoders go by name; the order only makes a stream look as the peer's own. Source: recorded class definitions.
/// </summary>
internal static class FieldOrder
{
    private const int MaxKept = 4_096;

    private static readonly ConcurrentDictionary<(StructShape Shape, HessianDialect Dialect), DeclaredClass> Declared = new();

    internal static HessianClass Class(HessianDialect dialect, string type, string[] simple, string[] others) =>
        HessianClass.Of(type, Arrange(dialect, simple, others));

    /// <summary>The definition of a declared class, as this dialect's Java would write it.</summary>
    internal static DeclaredClass Declare(HessianDialect dialect, StructShape shape)
    {
        if (Declared.TryGetValue((shape, dialect), out var known))
        {
            return known;
        }

        var simple = new List<string>();
        var others = new List<string>();
        foreach (var field in shape.Fields)
        {
            (IsSimple(field.Type) ? simple : others).Add(field.Name.Text);
        }

        var made = new DeclaredClass(Class(dialect, shape.JavaType.Text, [.. simple], [.. others]), shape);

        // Contracts are reloaded now and then: their old shapes must not pile up.
        if (Declared.Count >= MaxKept)
        {
            Declared.Clear();
        }

        Declared[(shape, dialect)] = made;
        return made;
    }

    internal static bool IsSimple(TypeShape type)
    {
        var name = type.JavaType.Text;
        return !type.Nullable || (name.StartsWith("java.lang.", StringComparison.Ordinal) && name != "java.lang.Object");
    }

    private static string[] Arrange(HessianDialect dialect, string[] simple, string[] others) => dialect == HessianDialect.Draft
        ? [.. simple, .. others]
        : [.. Enumerable.Reverse(others), .. Enumerable.Reverse(simple)];
}
