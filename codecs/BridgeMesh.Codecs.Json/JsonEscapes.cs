using System.Text.Unicode;

namespace BridgeMesh.Codecs.Json;

/// <summary>Turns a string's escapes into the characters they stand for.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Decodes into WTF-8: an escaped pair of surrogates becomes four bytes, an escaped lone one keeps its three-byte form. Escapes never
    /// grow, so <paramref name="to"/> needs the length of <paramref name="raw"/>. Returns the bytes written, or -1 for an escape that JSON
    /// does not have.
    /// </summary>
    internal static int Decode(ReadOnlySpan<byte> raw, Span<byte> to)
    {
        var written = 0;
        while (true)
        {
            var run = raw.IndexOf((byte)'\\');
            var plain = run < 0 ? raw : raw[..run];
            plain.CopyTo(to[written..]);
            written += plain.Length;
            if (run < 0)
            {
                return written;
            }

            raw = raw[run..];
            if (raw.Length < 2)
            {
                return -1;
            }

            if (raw[1] == 'u')
            {
                if (!TryUnit(raw, out var unit))
                {
                    return -1;
                }

                raw = raw[6..];
                var code = (int)unit;
                if (char.IsHighSurrogate((char)unit) && TryUnit(raw, out var low) && char.IsLowSurrogate((char)low))
                {
                    code = char.ConvertToUtf32((char)unit, (char)low);
                    raw = raw[6..];
                }

                written += Encode(code, to[written..]);
                continue;
            }

            var single = Single(raw[1]);
            if (single == 0)
            {
                return -1;
            }

            to[written++] = single;
            raw = raw[2..];
        }
    }

    /// <summary>Whether what is not escaped is UTF-8.</summary>
    internal static bool IsUtf8(ReadOnlySpan<byte> raw) => Utf8.IsValid(raw);

    private static byte Single(byte escape) => escape switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => escape,
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => 0,
    };

    private static bool TryUnit(ReadOnlySpan<byte> raw, out uint unit)
    {
        unit = 0;
        if (raw.Length < 6 || raw[0] != '\\' || raw[1] != 'u')
        {
            return false;
        }

        for (var i = 2; i < 6; i++)
        {
            var digit = raw[i] switch
            {
                >= (byte)'0' and <= (byte)'9' => raw[i] - '0',
                >= (byte)'a' and <= (byte)'f' => raw[i] - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => raw[i] - 'A' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return false;
            }

            unit = (unit << 4) | (uint)digit;
        }

        return true;
    }

    // Generalised UTF-8: also of lone surrogates, which Rune refuses.
    private static int Encode(int code, Span<byte> to)
    {
        switch (code)
        {
            case < 0x80:
                to[0] = (byte)code;
                return 1;
            case < 0x800:
                to[0] = (byte)(0xC0 | (code >> 6));
                to[1] = (byte)(0x80 | (code & 0x3F));
                return 2;
            case < 0x10000:
                to[0] = (byte)(0xE0 | (code >> 12));
                to[1] = (byte)(0x80 | ((code >> 6) & 0x3F));
                to[2] = (byte)(0x80 | (code & 0x3F));
                return 3;
            default:
                to[0] = (byte)(0xF0 | (code >> 18));
                to[1] = (byte)(0x80 | ((code >> 12) & 0x3F));
                to[2] = (byte)(0x80 | ((code >> 6) & 0x3F));
                to[3] = (byte)(0x80 | (code & 0x3F));
                return 4;
        }
    }
}
