using System.Buffers.Binary;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Numbers, dates and octets in the shortest form of each dialect, as its Java writers choose it.</summary>
internal static class Scalars
{
    /// <summary>Octets of one chunk: hessian-lite empties its 4,096-byte buffer before octets and a chunk's head takes three of them.</summary>
    private const int FinalChunkBytes = 4_093;

    /// <summary>sofa-hessian's.</summary>
    private const int DraftChunkBytes = 0x8000;

    internal static void WriteInt32(FrameWriter output, int value)
    {
        var to = output.GetSpan(5);
        if (value is >= -16 and <= 47)
        {
            to[0] = (byte)(0x90 + value);
            output.Advance(1);
        }
        else if (value is >= -2_048 and <= 2_047)
        {
            to[0] = (byte)(0xC8 + (value >> 8));
            to[1] = (byte)value;
            output.Advance(2);
        }
        else if (value is >= -262_144 and <= 262_143)
        {
            to[0] = (byte)(0xD4 + (value >> 16));
            BinaryPrimitives.WriteInt16BigEndian(to[1..], (short)value);
            output.Advance(3);
        }
        else
        {
            to[0] = (byte)'I';
            BinaryPrimitives.WriteInt32BigEndian(to[1..], value);
            output.Advance(5);
        }
    }

    internal static void WriteInt64(FrameWriter output, HessianDialect dialect, long value)
    {
        var to = output.GetSpan(9);
        if (value is >= -8 and <= 15)
        {
            to[0] = (byte)(0xE0 + value);
            output.Advance(1);
        }
        else if (value is >= -2_048 and <= 2_047)
        {
            to[0] = (byte)(0xF8 + (value >> 8));
            to[1] = (byte)value;
            output.Advance(2);
        }
        else if (value is >= -262_144 and <= 262_143)
        {
            to[0] = (byte)(0x3C + (value >> 16));
            BinaryPrimitives.WriteInt16BigEndian(to[1..], (short)value);
            output.Advance(3);
        }
        else if (value is >= int.MinValue and <= int.MaxValue)
        {
            to[0] = dialect == HessianDialect.Final ? (byte)'Y' : (byte)'w';
            BinaryPrimitives.WriteInt32BigEndian(to[1..], (int)value);
            output.Advance(5);
        }
        else
        {
            to[0] = (byte)'L';
            BinaryPrimitives.WriteInt64BigEndian(to[1..], value);
            output.Advance(9);
        }
    }

    internal static void WriteFloat64(FrameWriter output, HessianDialect dialect, double value)
    {
        var to = output.GetSpan(9);
        var first = dialect == HessianDialect.Final ? 0x5B : 0x67;
        var whole = double.IsNaN(value) ? 0 : (int)Math.Clamp(value, short.MinValue, short.MaxValue);

        // Java's writers turn -0.0 into 0.0; the long form keeps its sign and their readers take it.
        if (whole == value && !(whole == 0 && double.IsNegative(value)))
        {
            if (whole is 0 or 1)
            {
                to[0] = (byte)(first + whole);
                output.Advance(1);
            }
            else if (whole is >= sbyte.MinValue and <= sbyte.MaxValue)
            {
                to[0] = (byte)(first + 2);
                to[1] = (byte)whole;
                output.Advance(2);
            }
            else
            {
                to[0] = (byte)(first + 3);
                BinaryPrimitives.WriteInt16BigEndian(to[1..], (short)whole);
                output.Advance(3);
            }

            return;
        }

        if (TryShort(dialect, value, out var bits))
        {
            to[0] = (byte)(first + 4);
            BinaryPrimitives.WriteInt32BigEndian(to[1..], bits);
            output.Advance(5);
            return;
        }

        to[0] = (byte)'D';
        BinaryPrimitives.WriteDoubleBigEndian(to[1..], double.IsNaN(value) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : value);
        output.Advance(9);
    }

    internal static void WriteInstant(FrameWriter output, HessianDialect dialect, long epochMs)
    {
        var to = output.GetSpan(9);
        if (dialect == HessianDialect.Final && epochMs % 60_000 == 0 && epochMs / 60_000 is >= int.MinValue and <= int.MaxValue)
        {
            to[0] = (byte)'K';
            BinaryPrimitives.WriteInt32BigEndian(to[1..], (int)(epochMs / 60_000));
            output.Advance(5);
            return;
        }

        to[0] = dialect == HessianDialect.Final ? (byte)'J' : (byte)'d';
        BinaryPrimitives.WriteInt64BigEndian(to[1..], epochMs);
        output.Advance(9);
    }

    internal static void WriteBytes(FrameWriter output, HessianDialect dialect, ReadOnlySpan<byte> octets)
    {
        var chunk = dialect == HessianDialect.Final ? FinalChunkBytes : DraftChunkBytes;
        while (octets.Length > chunk)
        {
            output.WriteByte(dialect == HessianDialect.Final ? (byte)'A' : (byte)'b');
            output.WriteUInt16((ushort)chunk);
            output.Write(octets[..chunk]);
            octets = octets[chunk..];
        }

        if (octets.Length < 16)
        {
            output.WriteByte((byte)(0x20 + octets.Length));
        }
        else if (dialect == HessianDialect.Final && octets.Length < 1_024)
        {
            output.WriteUInt16((ushort)(0x3400 + octets.Length));
        }
        else
        {
            output.WriteByte((byte)'B');
            output.WriteUInt16((ushort)octets.Length);
        }

        output.Write(octets);
    }

    internal static void WriteReference(FrameWriter output, HessianDialect dialect, int slot)
    {
        if (dialect == HessianDialect.Final)
        {
            output.WriteByte((byte)'Q');
            WriteInt32(output, slot);
        }
        else if (slot < 0x100)
        {
            output.WriteByte((byte)'J');
            output.WriteByte((byte)slot);
        }
        else if (slot < 0x10000)
        {
            output.WriteByte((byte)'K');
            output.WriteUInt16((ushort)slot);
        }
        else
        {
            output.WriteByte((byte)'R');
            output.WriteInt32(slot);
        }
    }

    /// <summary>Five bytes: thousandths in the final dialect, an IEEE single in the draft; false when the value would change.</summary>
    private static bool TryShort(HessianDialect dialect, double value, out int bits)
    {
        bits = 0;
        if (dialect == HessianDialect.Final)
        {
            var scaled = value * 1_000;
            if (!(scaled is >= int.MinValue and <= int.MaxValue))
            {
                return false;
            }

            bits = (int)scaled;

            // As the reader computes it. -0.0 would lose its sign.
            return 0.001 * bits == value && bits != 0;
        }

        var single = (float)value;
        bits = BitConverter.SingleToInt32Bits(single);
        return single == value && bits != int.MinValue;
    }
}
