namespace BridgeMesh.Fuzz.Inputs;

/// <summary>Damage that needs no knowledge of a format.</summary>
internal static class ByteMutations
{
    /// <summary>Bytes that one insertion adds at most.</summary>
    private const int MaxInserted = 64;

    internal static void Some(InputBytes bytes, FuzzRandom random)
    {
        for (var i = random.Skewed(8); i > 0; i--)
        {
            One(bytes, random);
        }
    }

    internal static void One(InputBytes bytes, FuzzRandom random)
    {
        if (bytes.Length == 0)
        {
            bytes.Add(random.NextByte());
            return;
        }

        var at = random.Below(bytes.Length);
        switch (random.Below(12))
        {
            case 0 or 1 or 2:
                bytes.Set(at, (byte)(bytes.Span[at] ^ (1 << random.Below(8))));
                break;
            case 3 or 4:
                bytes.Set(at, EdgeValues.Byte(random));
                break;
            case 5:
                Span<byte> some = stackalloc byte[random.Skewed(MaxInserted)];
                random.Fill(some);
                bytes.Insert(at, some);
                break;
            case 6:
                bytes.Remove(at, random.Skewed(MaxInserted));
                break;
            case 7:
                bytes.Truncate(at);
                break;
            case 8:
                CopyRun(bytes, random, at);
                break;
            case 9:
                bytes.PatchUInt16(at, EdgeValues.Int(random));
                break;
            case 10:
                bytes.PatchInt32(at, EdgeValues.Int(random));
                break;
            default:
                bytes.Insert(at, EdgeValues.Text(random));
                break;
        }
    }

    // A run from elsewhere in the input: values where lengths are, tags where text is.
    private static void CopyRun(InputBytes bytes, FuzzRandom random, int at)
    {
        Span<byte> run = stackalloc byte[MaxInserted];
        var from = random.Below(bytes.Length);
        var length = Math.Min(random.Skewed(MaxInserted), bytes.Length - from);
        bytes.Span.Slice(from, length).CopyTo(run);
        if (random.Chance(50))
        {
            bytes.Remove(at, length);
        }

        bytes.Insert(at, run[..length]);
    }
}
