namespace BridgeMesh.Codecs.Json;

/// <summary>Which of a class's fields have been read: a bit each, with an array only for classes of more than 64.</summary>
internal struct MemberSet
{
    private ulong _first;
    private ulong[]? _rest;

    /// <summary>False when the ordinal was there already.</summary>
    public bool TryAdd(int ordinal, int count)
    {
        if (ordinal < 64)
        {
            return Set(ref _first, ordinal);
        }

        _rest ??= new ulong[(count - 1) / 64];
        return Set(ref _rest[(ordinal / 64) - 1], ordinal & 63);
    }

    public void Remove(int ordinal)
    {
        ref var bits = ref ordinal < 64 ? ref _first : ref _rest![(ordinal / 64) - 1]; // What is removed was added.
        bits &= ~(1UL << (ordinal & 63));
    }

    public readonly bool Has(int ordinal) =>
        ((ordinal < 64 ? _first : _rest?[(ordinal / 64) - 1] ?? 0) & (1UL << (ordinal & 63))) != 0;

    private static bool Set(ref ulong bits, int at)
    {
        var bit = 1UL << at;
        var added = (bits & bit) == 0;
        bits |= bit;
        return added;
    }
}
