using System.Collections.Concurrent;

namespace BridgeMesh.Values;

/// <summary>
/// Turns spans of UTF-8 into shared objects without allocating for those already known. Holds at most <c>capacity</c> of them; past that
/// a peer that floods new names gets fresh objects, which costs it speed and the gateway nothing that lasts. Safe for any thread.
/// </summary>
public sealed class Utf8Interner<T>
    where T : class
{
    /// <summary>Longer texts are not kept: no real name is, and few would fill the memory.</summary>
    private const int MaxKeptBytes = 512;

    private readonly int _capacity;
    private readonly Func<string, T> _create;
    private readonly ConcurrentDictionary<byte[], T> _byUtf8 = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly ConcurrentDictionary<string, T> _byText = new(StringComparer.Ordinal);
    private int _count;

    /// <param name="capacity">Number of entries kept, 1 or more.</param>
    /// <param name="create">Makes the object for a text; may run more than once for the same text.</param>
    public Utf8Interner(int capacity, Func<string, T> create)
    {
        _capacity = capacity;
        _create = create;
        _lookup = _byUtf8.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Entries kept, 0 to the capacity.</summary>
    public int Count => Volatile.Read(ref _count);

    internal int KeptTexts => _byText.Count;

    /// <param name="utf8">UTF-8, which may hold lone surrogates as <see cref="Wtf8"/> writes them.</param>
    public T Get(ReadOnlySpan<byte> utf8) => _lookup.TryGetValue(utf8, out var known) ? known : Add(Wtf8.ToUtf16(utf8), utf8.ToArray());

    public T Get(string text) => _byText.TryGetValue(text, out var known) ? known : Add(text, Wtf8.FromUtf16(text));

    private T Add(string text, byte[] utf8)
    {
        if (utf8.Length > MaxKeptBytes || !TryTakePlace())
        {
            return _byText.TryGetValue(text, out var known) ? known : _create(text);
        }

        // Several byte forms may mean one text (broken ones do), so either table may grow without the other, and each growth takes a place.
        var created = _create(text);
        var isNew = _byText.TryAdd(text, created);
        var added = isNew ? created : _byText[text];
        if (!_byUtf8.TryAdd(utf8, added) && !isNew)
        {
            Interlocked.Decrement(ref _count);
        }

        return added;
    }

    private bool TryTakePlace()
    {
        if (Volatile.Read(ref _count) >= _capacity)
        {
            return false;
        }

        if (Interlocked.Increment(ref _count) <= _capacity)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }
}

/// <summary>Shared strings for names that arrive as UTF-8: services, methods, metadata keys. Safe for any thread.</summary>
public static class SharedText
{
    private static readonly Utf8Interner<string> Interner = new(32_768, static text => text);

    public static string Of(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? string.Empty : Interner.Get(utf8);
}
