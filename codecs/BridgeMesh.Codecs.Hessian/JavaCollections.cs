using System.Collections.Frozen;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>What is known of Java's collection classes by name.</summary>
internal static class JavaCollections
{
    private static readonly FrozenSet<string> Sets = new[]
    {
        "java.util.Set", "java.util.HashSet", "java.util.LinkedHashSet", "java.util.TreeSet", "java.util.SortedSet", "java.util.NavigableSet",
        "java.util.concurrent.ConcurrentSkipListSet", "java.util.concurrent.CopyOnWriteArraySet", "java.util.Collections$EmptySet",
        "java.util.Collections$SingletonSet", "java.util.Collections$UnmodifiableSet", "java.util.Collections$SynchronizedSet",
        "java.util.HashMap$KeySet", "java.util.LinkedHashMap$LinkedKeySet", "java.util.TreeMap$KeySet", "java.util.RegularEnumSet",
    }.ToFrozenSet(StringComparer.Ordinal);

    internal static bool IsSet(TypeName type) => Sets.Contains(type.Text);
}
