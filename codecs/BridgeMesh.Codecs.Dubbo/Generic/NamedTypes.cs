using System.Collections.Frozen;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// What the name of a Java type alone tells, for generic calls of methods that no contract knows: scalars and their arrays. A generic
/// caller may send any text for them. Classes, enums, collections and Object are not told by a name.
/// </summary>
internal static class NamedTypes
{
    private static readonly FrozenDictionary<string, TypeShape> Shapes = WithArrays(
    [
        Of(ShapeKind.Bool, "boolean", "java.lang.Boolean"),
        Of(ShapeKind.Int8, "byte", "java.lang.Byte"),
        Of(ShapeKind.Int16, "short", "java.lang.Short"),
        Of(ShapeKind.Int32, "int", "java.lang.Integer"),
        Of(ShapeKind.Int64, "long", "java.lang.Long"),
        Of(ShapeKind.Float32, "float", "java.lang.Float"),
        Of(ShapeKind.Float64, "double", "java.lang.Double"),
        Of(ShapeKind.Char, "char", "java.lang.Character"),
        Of(ShapeKind.String, "java.lang.String"),
        Of(ShapeKind.Decimal, "java.math.BigDecimal"),
        Of(ShapeKind.BigInteger, "java.math.BigInteger"),
        Of(ShapeKind.Instant, "java.util.Date", "java.sql.Timestamp", "java.sql.Date", "java.sql.Time"),
        Of(
            ShapeKind.Text,
            "java.time.LocalDate", "java.time.LocalTime", "java.time.LocalDateTime", "java.time.Instant",
            "java.util.UUID", "java.lang.Class"),
    ]);

    /// <param name="typeName">Class.getName form.</param>
    /// <returns>Null where the name does not tell.</returns>
    internal static TypeShape? Find(string typeName) => Shapes.GetValueOrDefault(typeName);

    private static TypeShape[] Of(ShapeKind kind, params string[] names) =>
        [.. names.Select(name => Shape(kind, name, nullable: name.Contains('.', StringComparison.Ordinal)))];

    /// <summary>Every scalar, its array, and the array of its arrays; more dimensions nobody sends through a generic call.</summary>
    private static FrozenDictionary<string, TypeShape> WithArrays(TypeShape[][] scalars)
    {
        var shapes = new Dictionary<string, TypeShape>(StringComparer.Ordinal);
        foreach (var scalar in scalars.SelectMany(static s => s))
        {
            shapes[scalar.JavaType.Text] = scalar;
            var bytes = scalar.Kind == ShapeKind.Int8 && !scalar.Nullable;
            var chars = scalar.Kind == ShapeKind.Char && !scalar.Nullable;
            var array = bytes ? Shape(ShapeKind.Bytes, "[B") : chars ? Shape(ShapeKind.String, "[C") : ArrayOf(scalar);
            shapes[array.JavaType.Text] = array;
            var arrays = ArrayOf(array);
            shapes[arrays.JavaType.Text] = arrays;
        }

        return shapes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static TypeShape ArrayOf(TypeShape element) =>
        Shape(ShapeKind.Array, "[" + element.JavaDescriptor.Replace('/', '.'), element);

    private static TypeShape Shape(ShapeKind kind, string javaType, TypeShape? element = null, bool nullable = true) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Element = element,
        Nullable = nullable,
    };
}
