using System.Text;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>Protobuf's wire format, written apart from the codec's own. Source: protobuf.dev, "Encoding".</summary>
internal static class ProtoBytes
{
    internal const int Varint = 0;
    internal const int Fixed64 = 1;
    internal const int Length = 2;
    internal const int BeginGroup = 3;
    internal const int EndGroup = 4;
    internal const int Fixed32 = 5;

    internal static void AddVarint(this InputBytes into, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            into.Add((byte)(value | 0x80));
        }

        into.Add((byte)value);
    }

    internal static void AddTag(this InputBytes into, int number, int wire) => into.AddVarint(((ulong)(uint)number << 3) | (uint)wire);

    internal static void AddNumber(this InputBytes into, int number, long value)
    {
        into.AddTag(number, Varint);
        into.AddVarint((ulong)value);
    }

    internal static void AddBlock(this InputBytes into, int number, scoped ReadOnlySpan<byte> content)
    {
        into.AddTag(number, Length);
        into.AddVarint((uint)content.Length);
        into.Add(content);
    }

    internal static void AddText(this InputBytes into, int number, string text) => into.AddBlock(number, Encoding.UTF8.GetBytes(text));

    internal static void AddLittle(this InputBytes into, ulong value, int bytes)
    {
        for (var i = 0; i < bytes; i++)
        {
            into.Add((byte)(value >> (8 * i)));
        }
    }

    /// <summary>A varint at a place; false where none is whole there.</summary>
    internal static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && at < bytes.Length; shift += 7)
        {
            var b = bytes[at++];
            value |= shift < 64 ? (ulong)(b & 0x7F) << shift : 0;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
