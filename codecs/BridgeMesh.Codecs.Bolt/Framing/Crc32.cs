using System.Buffers;
using System.Buffers.Binary;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>CRC-32 as java.util.zip.CRC32 computes it (IEEE 802.3, reflected, polynomial 0xEDB88320), eight bytes at a step.</summary>
internal static class Crc32
{
    private const uint Start = 0xFFFF_FFFF;
    private const int Slices = 8;
    private static readonly uint[] Table = BuildTable();

    internal static uint Of(ReadOnlySpan<byte> bytes) => ~Append(Start, bytes);

    internal static uint Of(in ReadOnlySequence<byte> bytes)
    {
        var crc = Start;
        foreach (var segment in bytes)
        {
            crc = Append(crc, segment.Span);
        }

        return ~crc;
    }

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Table;
        while (bytes.Length >= Slices)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[0x700 + (int)(low & 0xFF)] ^ table[0x600 + (int)((low >> 8) & 0xFF)]
                ^ table[0x500 + (int)((low >> 16) & 0xFF)] ^ table[0x400 + (int)(low >> 24)]
                ^ table[0x300 + (int)(high & 0xFF)] ^ table[0x200 + (int)((high >> 8) & 0xFF)]
                ^ table[0x100 + (int)((high >> 16) & 0xFF)] ^ table[(int)(high >> 24)];
            bytes = bytes[Slices..];
        }

        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ table[(int)((crc ^ b) & 0xFF)];
        }

        return crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1;
            }

            table[i] = value;
        }

        for (var i = 256; i < table.Length; i++)
        {
            var previous = table[i - 256];
            table[i] = (previous >> 8) ^ table[(int)(previous & 0xFF)];
        }

        return table;
    }
}
