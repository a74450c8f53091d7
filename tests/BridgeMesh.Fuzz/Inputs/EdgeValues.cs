namespace BridgeMesh.Fuzz.Inputs;

/// <summary>Numbers and bytes at which readers go wrong.</summary>
internal static class EdgeValues
{
    private static readonly int[] Ints =
    [
        0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 47, 48, 63, 64, 127, 128, 129, 255, 256, 257, 511, 1_023, 1_024, 2_047, 2_048, 4_095, 4_096, 4_097,
        0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0xFFFF, 0x10000, 262_143, 262_144, 1 << 20, 8_388_607, 8_388_608, 16_777_215, 16_777_216,
        16_777_217, 1 << 26, 1 << 30, 0x7FFF_FFF0, int.MaxValue - 1, int.MaxValue, -1, -2, -8, -16, -17, -128, -129, -2_048, -2_049, -32_768,
        -262_144, -262_145, int.MinValue, int.MinValue + 1,
    ];

    private static readonly byte[] Bytes = [0x00, 0x01, 0x0A, 0x1F, 0x20, 0x22, 0x2F, 0x30, 0x5C, 0x7F, 0x80, 0x90, 0xBF, 0xC0, 0xE0, 0xED, 0xF0, 0xF8, 0xFF];

    /// <summary>Pieces of text in every state of repair: UTF-8, CESU-8, lone surrogates, overlong forms, stray and missing continuations.</summary>
    private static readonly byte[][] Texts =
    [
        [0xC3, 0xA9], [0xE4, 0xB8, 0xAD], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xED, 0xA0, 0xBD], [0xED, 0xB8, 0x80],
        [0xED, 0xB8, 0x80, 0xED, 0xA0, 0xBD], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0x80], [0xBF, 0xBF], [0xC3], [0xE4, 0xB8], [0xED, 0xA0], [0xF0, 0x9F, 0x98], [0xFE], [0xFF, 0xFF], [0x00],
        [0xEF, 0xBF, 0xBD], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8],
    ];

    internal static int Int(FuzzRandom random) => random.Pick<int>(Ints);

    /// <summary>An edge, a neighbour of what is there, or anything.</summary>
    internal static int Near(FuzzRandom random, int value) => random.Below(8) switch
    {
        0 or 1 or 2 => unchecked(value + random.Between(-3, 3)),
        3 => unchecked(value * 2),
        4 => random.Below(300),
        5 => random.NextInt32(),
        _ => Int(random),
    };

    internal static byte Byte(FuzzRandom random) => random.Chance(60) ? random.Pick<byte>(Bytes) : random.NextByte();

    internal static ReadOnlySpan<byte> Text(FuzzRandom random) => random.Pick<byte[]>(Texts);
}
