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

    private static bool Set(ref ulong bits, int at)
    {
        var bit = 1UL << at;
        var added = (bits & bit) == 0;
        bits |= bit;
        return added;
    }
}
