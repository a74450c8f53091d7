using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>Which declared types a tape names, and how.</summary>
internal static class TapeTypes
{
    internal static TypeName? Of(TypeShape shape) => shape.Kind switch
    {
        // An interface may declare a class by a supertype; the value is still of the class.
        ShapeKind.Struct => shape.Struct?.JavaType ?? shape.JavaType,
        ShapeKind.Enum => shape.Enum?.JavaType ?? shape.JavaType,
        ShapeKind.Text => shape.JavaType,
        ShapeKind.Array => TypeName.Of(ArrayName(shape)),

        ShapeKind.List or ShapeKind.Set or ShapeKind.Map => Collection(shape.JavaType),
        ShapeKind.Instant => shape.JavaType.Text == "java.util.Date" ? null : shape.JavaType,
        _ => null,
    };

    // Source: Caucho's ArraySerializer and BasicSerializer: a bracket before the element's type, with short names for String and Object.
    private static string ArrayName(TypeShape array) => "[" + array.Element switch
    {
        null => "object",
        { Kind: ShapeKind.Array } nested => ArrayName(nested),
        { Kind: ShapeKind.Bytes } => "[byte",
        { JavaType.Text: "java.lang.String" } => "string",
        { JavaType.Text: "java.lang.Object" } => "object",
        var element => element.JavaType.Text,
    };

    // A collection declared by interface has no class of its own: the receiving side's default is right, unless the interface wants order.
    private static TypeName? Collection(TypeName javaType) => javaType.Text switch
    {
        "java.util.List" or "java.util.Set" or "java.util.Map" or "java.util.Collection" or "java.lang.Iterable" => null,
        "java.lang.Object" or "java.io.Serializable" or "java.lang.Cloneable" => null,
        "java.util.AbstractCollection" or "java.util.AbstractList" or "java.util.AbstractSet" or "java.util.AbstractMap" => null,
        "java.util.Iterator" or "java.util.Enumeration" or "java.util.stream.Stream" => null,
        "java.util.Queue" or "java.util.Deque" or "java.util.AbstractSequentialList" => TypeName.Of("java.util.LinkedList"),
        "java.util.concurrent.BlockingQueue" or "java.util.concurrent.BlockingDeque" => TypeName.Of("java.util.concurrent.LinkedBlockingDeque"),
        "java.util.concurrent.ConcurrentNavigableMap" => TypeName.Of("java.util.concurrent.ConcurrentSkipListMap"),
        "java.util.SortedSet" or "java.util.NavigableSet" => TypeName.Of("java.util.TreeSet"),
        "java.util.SortedMap" or "java.util.NavigableMap" => TypeName.Of("java.util.TreeMap"),
        "java.util.concurrent.ConcurrentMap" => TypeName.Of("java.util.concurrent.ConcurrentHashMap"),
        _ => javaType,
    };
}
