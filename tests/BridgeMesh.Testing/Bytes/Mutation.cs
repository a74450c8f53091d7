namespace BridgeMesh.Testing.Bytes;

/// <summary>Damages a message the way broken and hostile peers do.</summary>
public static class Mutation
{
    private static readonly byte[] Edges = [0x00, 0x01, 0x7F, 0x80, 0xFF];

    public static byte[] Of(ReadOnlySpan<byte> bytes, Random random)
    {
        var mutant = bytes.ToArray();
        for (var i = random.Next(1, 5); i > 0 && mutant.Length > 0; i--)
        {
            mutant = Once(mutant, random);
        }

        return mutant;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = Edges[random.Next(Edges.Length)];
                return bytes;
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. bytes[(at + 1)..]];
            default:
                // A run from elsewhere in the message: values where lengths are, tags where text is.
                var from = random.Next(bytes.Length);
                var length = Math.Min(random.Next(1, 16), bytes.Length - Math.Max(at, from));
                Array.Copy(bytes, from, bytes, at, length);
                return bytes;
        }
    }
}
