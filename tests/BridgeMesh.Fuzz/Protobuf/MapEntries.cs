namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>
/// Looks into the bytes of messages for entries of maps of messages that hold two values: field 72 of the test's own messages and field 1 of
/// google.protobuf.Struct. The specification merges them, as Java and C++ do; the C# library keeps the second, so it is no judge of a message
/// that has one.
/// </summary>
internal static class MapEntries
{
    private const int MapOfMessages = 72;
    private const int FieldsOfStruct = 1;
    private const int ValueOfEntry = 2;
    private const int MaxDepth = 32;

    /// <summary>Whether there is one at any depth. What is not a message has none.</summary>
    internal static bool HaveTwoValues(ReadOnlySpan<byte> message, int depth = 0)
    {
        while (depth < MaxDepth && TryNext(ref message, out var number, out var content))
        {
            if ((number is MapOfMessages or FieldsOfStruct && CountValues(content) > 1) || HaveTwoValues(content, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    private static int CountValues(ReadOnlySpan<byte> entry)
    {
        var count = 0;
        while (TryNext(ref entry, out var number, out _))
        {
            count += number == ValueOfEntry ? 1 : 0;
        }

        return count;
    }

    /// <summary>Takes one field off; groups' tags are fields without content, so that what they hold is looked at as the message's own.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> rest, out int number, out ReadOnlySpan<byte> content)
    {
        content = default;
        number = 0;
        if (!TryVarint(ref rest, out var tag))
        {
            return false;
        }

        number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return TryVarint(ref rest, out _);
            case 1:
                return TryTake(ref rest, sizeof(long), out _);
            case 2:
                return TryVarint(ref rest, out var length) && TryTake(ref rest, length, out content);
            case 5:
                return TryTake(ref rest, sizeof(int), out _);
            default:
                return (tag & 7) is 3 or 4;
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (ulong)rest.Length)
        {
            return false;
        }

        taken = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
