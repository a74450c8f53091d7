namespace BridgeMesh.Exchanges;

/// <summary>
/// Metadata of one message in neutral form: ordered name and value pairs, names compared without case. A name may repeat. Reserved keys of
/// the protocols are not in it: codecs keep those to themselves. Pooled with its exchange; not thread-safe.
/// </summary>
public sealed class Metadata
{
    /// <summary>Pairs that one message may carry; codecs refuse a message with more.</summary>
    public const int MaxEntries = 256;

    private KeyValuePair<string, string>[] _entries = new KeyValuePair<string, string>[8];

    public int Count { get; private set; }

    public KeyValuePair<string, string> this[int index] => (uint)index < (uint)Count ? _entries[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public ReadOnlySpan<KeyValuePair<string, string>> Entries => _entries.AsSpan(0, Count);

    /// <summary>Adds a pair; false when the message already has <see cref="MaxEntries"/>.</summary>
    public bool TryAdd(string name, string value)
    {
        if (Count == MaxEntries)
        {
            return false;
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        _entries[Count++] = new(name, value);
        return true;
    }

    /// <summary>Replaces every pair of that name by one; false when the name is new and the message already has <see cref="MaxEntries"/>.</summary>
    public bool Set(string name, string value)
    {
        Remove(name);
        return TryAdd(name, value);
    }

    /// <summary>First value of the name, or null.</summary>
    public string? Find(string name)
    {
        foreach (ref readonly var entry in Entries)
        {
            if (string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return entry.Value;
            }
        }

        return null;
    }

    public void Remove(string name)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!string.Equals(_entries[i].Key, name, StringComparison.OrdinalIgnoreCase))
            {
                _entries[kept++] = _entries[i];
            }
        }

        Array.Clear(_entries, kept, Count - kept);
        Count = kept;
    }

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Count = 0;
    }
}
