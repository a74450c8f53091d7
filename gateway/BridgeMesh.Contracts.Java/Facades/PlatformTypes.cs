using System.Collections.Frozen;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>How the form of a container looks to callers.</summary>
internal enum ContainerForm : byte
{
    None,
    List,
    Set,
    Map,
}

/// <summary>What is known of the JDK's and a few libraries' classes without their class files.</summary>
internal static class PlatformTypes
{
    private static readonly FrozenDictionary<string, ContainerForm> Containers = Index(
        (ContainerForm.List,
        [
            "java.lang.Iterable", "java.util.Collection", "java.util.List", "java.util.ArrayList", "java.util.LinkedList", "java.util.Vector",
            "java.util.Stack", "java.util.Queue", "java.util.Deque", "java.util.ArrayDeque", "java.util.PriorityQueue", "java.util.AbstractList",
            "java.util.AbstractCollection", "java.util.AbstractQueue", "java.util.AbstractSequentialList", "java.util.Iterator",
            "java.util.Enumeration", "java.util.stream.Stream", "java.util.SequencedCollection",
            "java.util.concurrent.CopyOnWriteArrayList", "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentLinkedDeque", "java.util.concurrent.BlockingQueue", "java.util.concurrent.LinkedBlockingQueue",
            "java.util.concurrent.ArrayBlockingQueue", "java.util.concurrent.BlockingDeque", "java.util.concurrent.LinkedBlockingDeque",
        ]),
        (ContainerForm.Set,
        [
            "java.util.Set", "java.util.HashSet", "java.util.LinkedHashSet", "java.util.TreeSet", "java.util.SortedSet", "java.util.NavigableSet",
            "java.util.EnumSet", "java.util.AbstractSet", "java.util.SequencedSet", "java.util.concurrent.ConcurrentSkipListSet",
            "java.util.concurrent.CopyOnWriteArraySet",
        ]),
        (ContainerForm.Map,
        [
            "java.util.Map", "java.util.HashMap", "java.util.LinkedHashMap", "java.util.TreeMap", "java.util.SortedMap", "java.util.NavigableMap",
            "java.util.Hashtable", "java.util.Properties", "java.util.IdentityHashMap", "java.util.WeakHashMap", "java.util.EnumMap", "java.util.AbstractMap",
            "java.util.SequencedMap", "java.util.concurrent.ConcurrentMap", "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentNavigableMap", "java.util.concurrent.ConcurrentSkipListMap",
        ]));

    /// <summary>Results that hold one value which comes later, may be missing, or has a status beside it: on the wire it is the value.</summary>
    private static readonly FrozenSet<string> OfOne = FrozenSet.Create(StringComparer.Ordinal, [
        "java.util.Optional", "java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage", "java.util.concurrent.Future",
        "java.util.concurrent.Callable", "com.google.common.util.concurrent.ListenableFuture", "com.google.common.base.Optional",
        "org.springframework.util.concurrent.ListenableFuture", "org.springframework.http.ResponseEntity", "org.springframework.http.HttpEntity",
        "org.springframework.web.context.request.async.DeferredResult", "org.springframework.web.context.request.async.WebAsyncTask",
        "reactor.core.publisher.Mono", "io.reactivex.Single", "io.reactivex.Maybe", "io.reactivex.rxjava3.core.Single",
        "io.reactivex.rxjava3.core.Maybe", "io.smallrye.mutiny.Uni",
    ]);

    /// <summary>Results that hold values which come one by one.</summary>
    private static readonly FrozenSet<string> OfMany = FrozenSet.Create(StringComparer.Ordinal, [
        "reactor.core.publisher.Flux", "org.reactivestreams.Publisher", "io.reactivex.Flowable", "io.reactivex.Observable",
        "io.reactivex.rxjava3.core.Flowable", "io.reactivex.rxjava3.core.Observable", "io.smallrye.mutiny.Multi",
    ]);

    /// <summary>Files of a form, and bodies that are read as bytes.</summary>
    private static readonly FrozenSet<string> OfBytes = FrozenSet.Create(StringComparer.Ordinal, [
        "org.springframework.web.multipart.MultipartFile", "org.springframework.http.codec.multipart.FilePart", "javax.servlet.http.Part",
        "jakarta.servlet.http.Part", "org.springframework.core.io.Resource",
    ]);

    /// <summary>Boxes of a primitive that may be missing.</summary>
    private static readonly FrozenDictionary<string, string> Boxes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["java.util.OptionalInt"] = "java.lang.Integer",
        ["java.util.OptionalLong"] = "java.lang.Long",
        ["java.util.OptionalDouble"] = "java.lang.Double",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] Packages =
    [
        "java.", "jdk.", "sun.", "com.sun.", "javax.xml.", "javax.sql.", "javax.net.", "javax.crypto.", "javax.security.", "javax.naming.",
        "javax.management.", "javax.script.", "javax.swing.", "javax.imageio.", "javax.print.", "javax.tools.", "javax.lang.", "javax.rmi.",
        "org.w3c.dom.", "org.xml.sax.", "org.ietf.jgss.",
    ];

    /// <summary>The JDK's exceptions that nobody needs to declare, as far as facades extend them.</summary>
    private static readonly FrozenSet<string> Unchecked = FrozenSet.Create(StringComparer.Ordinal, [
        "java.lang.RuntimeException", "java.lang.Error", "java.lang.IllegalArgumentException", "java.lang.IllegalStateException",
        "java.lang.NullPointerException", "java.lang.UnsupportedOperationException", "java.lang.IndexOutOfBoundsException",
        "java.lang.ArithmeticException", "java.lang.ClassCastException", "java.lang.NumberFormatException", "java.lang.SecurityException",
        "java.util.NoSuchElementException", "java.util.ConcurrentModificationException", "java.util.MissingResourceException",
        "java.io.UncheckedIOException", "java.time.DateTimeException", "java.util.concurrent.CompletionException",
        "java.util.concurrent.CancellationException", "java.lang.AssertionError", "java.lang.LinkageError",
    ]);

    public static bool IsPlatform(string name) => Packages.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    public static ContainerForm ContainerOf(string name) => Containers.GetValueOrDefault(name);

    public static bool HoldsOne(string name) => OfOne.Contains(name);

    public static bool HoldsMany(string name) => OfMany.Contains(name);

    public static bool HoldsBytes(string name) => OfBytes.Contains(name);

    /// <summary>Whether only HTTP carries it, as what it holds.</summary>
    public static bool IsWrapper(string name) => HoldsOne(name) || HoldsMany(name) || HoldsBytes(name) || BoxOf(name) is not null;

    public static string? BoxOf(string name) => Boxes.GetValueOrDefault(name);

    /// <summary>Whether a class of the JDK can be thrown; its own naming rule holds without exception.</summary>
    public static bool IsThrowable(string name) => IsPlatform(name)
        && (name == "java.lang.Throwable" || name.EndsWith("Exception", StringComparison.Ordinal) || name.EndsWith("Error", StringComparison.Ordinal));

    public static bool IsUnchecked(string name) => Unchecked.Contains(name);

    private static FrozenDictionary<string, ContainerForm> Index(params (ContainerForm Form, string[] Names)[] forms) =>
        forms.SelectMany(static f => f.Names.Select(n => KeyValuePair.Create(n, f.Form))).ToFrozenDictionary(StringComparer.Ordinal);
}
