using System.Collections.Frozen;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Contracts;

/// <summary>The types that every contract has, under their short names and under Java's.</summary>
internal static class BuiltInTypes
{
    private static readonly FrozenDictionary<string, TypeShape> Scalars = new Dictionary<string, TypeShape>(StringComparer.Ordinal)
    {
        ["boolean"] = Primitive(ShapeKind.Bool, "boolean"),
        ["byte"] = Primitive(ShapeKind.Int8, "byte"),
        ["short"] = Primitive(ShapeKind.Int16, "short"),
        ["int"] = Primitive(ShapeKind.Int32, "int"),
        ["long"] = Primitive(ShapeKind.Int64, "long"),
        ["uint32"] = Primitive(ShapeKind.UInt32, "long"),
        ["uint64"] = Primitive(ShapeKind.UInt64, "long"),
        ["float"] = Primitive(ShapeKind.Float32, "float"),
        ["double"] = Primitive(ShapeKind.Float64, "double"),
        ["char"] = Primitive(ShapeKind.Char, "char"),
        ["void"] = Primitive(ShapeKind.Void, "void"),
        ["Boolean"] = Of(ShapeKind.Bool, "java.lang.Boolean"),
        ["Byte"] = Of(ShapeKind.Int8, "java.lang.Byte"),
        ["Short"] = Of(ShapeKind.Int16, "java.lang.Short"),
        ["Integer"] = Of(ShapeKind.Int32, "java.lang.Integer"),
        ["Long"] = Of(ShapeKind.Int64, "java.lang.Long"),
        ["Float"] = Of(ShapeKind.Float32, "java.lang.Float"),
        ["Double"] = Of(ShapeKind.Float64, "java.lang.Double"),
        ["Character"] = Of(ShapeKind.Char, "java.lang.Character"),
        ["string"] = Of(ShapeKind.String, "java.lang.String"),
        ["bytes"] = Of(ShapeKind.Bytes, "[B"),
        ["decimal"] = Of(ShapeKind.Decimal, "java.math.BigDecimal"),
        ["bigint"] = Of(ShapeKind.BigInteger, "java.math.BigInteger"),
        ["date"] = Of(ShapeKind.Instant, "java.util.Date"),
        ["timestamp"] = Of(ShapeKind.Instant, "java.sql.Timestamp"),
        ["instant"] = Of(ShapeKind.Text, "java.time.Instant"),
        ["localdate"] = Of(ShapeKind.Text, "java.time.LocalDate"),
        ["localtime"] = Of(ShapeKind.Text, "java.time.LocalTime"),
        ["localdatetime"] = Of(ShapeKind.Text, "java.time.LocalDateTime"),
        ["offsetdatetime"] = Of(ShapeKind.Text, "java.time.OffsetDateTime"),
        ["offsettime"] = Of(ShapeKind.Text, "java.time.OffsetTime"),
        ["zoneddatetime"] = Of(ShapeKind.Text, "java.time.ZonedDateTime"),
        ["duration"] = Of(ShapeKind.Text, "java.time.Duration"),
        ["period"] = Of(ShapeKind.Text, "java.time.Period"),
        ["year"] = Of(ShapeKind.Text, "java.time.Year"),
        ["yearmonth"] = Of(ShapeKind.Text, "java.time.YearMonth"),
        ["monthday"] = Of(ShapeKind.Text, "java.time.MonthDay"),
        ["zoneid"] = Of(ShapeKind.Text, "java.time.ZoneId"),
        ["zoneoffset"] = Of(ShapeKind.Text, "java.time.ZoneOffset"),
        ["uuid"] = Of(ShapeKind.Text, "java.util.UUID"),
        ["locale"] = Of(ShapeKind.Text, "java.util.Locale"),
        ["class"] = Of(ShapeKind.Text, "java.lang.Class"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Java types that are written under their own names, or stand behind java:. Each is a form of one kind.
    private static readonly FrozenDictionary<string, TypeShape> ByJavaName = Scalars.Values
        .Where(static t => t.Kind is not (ShapeKind.UInt32 or ShapeKind.UInt64)) // Java's long is an int64 first.
        .Concat(
        [
            Of(ShapeKind.String, "java.lang.CharSequence"),
            Of(ShapeKind.String, "[C"),
            Of(ShapeKind.Instant, "java.sql.Date"),
            Of(ShapeKind.Instant, "java.sql.Time"),
        ])
        .ToFrozenDictionary(static t => t.JavaType.Text, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (ShapeKind Kind, string JavaType)> Collections =
        new Dictionary<string, (ShapeKind Kind, string JavaType)>(StringComparer.Ordinal)
        {
            ["list"] = (ShapeKind.List, "java.util.List"),
            ["set"] = (ShapeKind.Set, "java.util.Set"),
            ["map"] = (ShapeKind.Map, "java.util.Map"),
            ["java.util.List"] = (ShapeKind.List, "java.util.List"),
            ["java.util.ArrayList"] = (ShapeKind.List, "java.util.ArrayList"),
            ["java.util.LinkedList"] = (ShapeKind.List, "java.util.LinkedList"),
            ["java.util.Collection"] = (ShapeKind.List, "java.util.Collection"),
            ["java.util.Set"] = (ShapeKind.Set, "java.util.Set"),
            ["java.util.HashSet"] = (ShapeKind.Set, "java.util.HashSet"),
            ["java.util.LinkedHashSet"] = (ShapeKind.Set, "java.util.LinkedHashSet"),
            ["java.util.TreeSet"] = (ShapeKind.Set, "java.util.TreeSet"),
            ["java.util.SortedSet"] = (ShapeKind.Set, "java.util.SortedSet"),
            ["java.util.Map"] = (ShapeKind.Map, "java.util.Map"),
            ["java.util.HashMap"] = (ShapeKind.Map, "java.util.HashMap"),
            ["java.util.LinkedHashMap"] = (ShapeKind.Map, "java.util.LinkedHashMap"),
            ["java.util.TreeMap"] = (ShapeKind.Map, "java.util.TreeMap"),
            ["java.util.SortedMap"] = (ShapeKind.Map, "java.util.SortedMap"),
            ["java.util.concurrent.ConcurrentHashMap"] = (ShapeKind.Map, "java.util.concurrent.ConcurrentHashMap"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> ShortByJavaName = Scalars
        .Where(static s => s.Value.Kind is not (ShapeKind.UInt32 or ShapeKind.UInt64))
        .Select(static s => KeyValuePair.Create(s.Value.JavaType.Text, s.Key))
        .Concat([new("java.lang.Object", "any"), new("java.util.List", "list"), new("java.util.Set", "set"), new("java.util.Map", "map")])
        .ToFrozenDictionary(static n => n.Key, static n => n.Value, StringComparer.Ordinal);

    /// <summary>Names that mean anything at all; what that can be depends on the contract.</summary>
    public static bool IsAny(string name) => name is "any" or "object" or "java.lang.Object";

    /// <summary>Short names, for what somebody may have meant.</summary>
    public static IEnumerable<string> ShortNames => [.. Scalars.Keys, "any", "object", "list", "set", "map"];

    /// <summary>A scalar by its short name or its Java name.</summary>
    public static TypeShape? Scalar(string name) =>
        Scalars.TryGetValue(name, out var found) || ByJavaName.TryGetValue(name, out found) ? found : null;

    /// <summary>The short name of a Java type that has one, such as list for java.util.List; null for others.</summary>
    public static string? ShortName(string javaType) => ShortByJavaName.GetValueOrDefault(javaType);

    public static bool TryCollection(string name, out ShapeKind kind, out string javaType)
    {
        var known = Collections.TryGetValue(name, out var found);
        (kind, javaType) = found;
        return known;
    }

    private static TypeShape Primitive(ShapeKind kind, string javaType) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Nullable = kind == ShapeKind.Void,
    };

    private static TypeShape Of(ShapeKind kind, string javaType) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
    };
}
