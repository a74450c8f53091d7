using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Strings: WTF-8 to chunks of UTF-16 units in one to three bytes each, a pair of surrogates as two times three (CESU-8).</summary>
internal static class TextWriting
{
    /// <summary>Units of one chunk, as both Java writers cut them.</summary>
    private const int ChunkUnits = 0x8000;

    internal static void WriteString(FrameWriter output, HessianDialect dialect, ReadOnlySpan<byte> wtf8, int units)
    {
        if (units == wtf8.Length)
        {
            WriteAscii(output, dialect, wtf8);
            return;
        }

        while (units > ChunkUnits)
        {
            var bytes = Cut(wtf8, out var taken);
            output.WriteByte(dialect == HessianDialect.Final ? (byte)'R' : (byte)'s');
            output.WriteUInt16((ushort)taken);
            WriteUnits(output, wtf8[..bytes]);
            wtf8 = wtf8[bytes..];
            units -= taken;
        }

        WriteLastHead(output, dialect, units);
        WriteUnits(output, wtf8);
    }

    /// <summary>The characters alone, without length.</summary>
    internal static void WriteUnits(FrameWriter output, ReadOnlySpan<byte> wtf8)
    {
        while (true)
        {
            var astral = wtf8.IndexOfAnyInRange((byte)0xF0, (byte)0xF7);
            if (astral < 0 || astral + 4 > wtf8.Length)
            {
                output.Write(wtf8);
                return;
            }

            output.Write(wtf8[..astral]);
            var four = wtf8.Slice(astral, 4);
            var scalar = ((four[0] & 0x07) << 18) | ((four[1] & 0x3F) << 12) | ((four[2] & 0x3F) << 6) | (four[3] & 0x3F);
            WriteUnit(output, 0xD800 + ((scalar - 0x10000) >> 10));
            WriteUnit(output, 0xDC00 + ((scalar - 0x10000) & 0x3FF));
            wtf8 = wtf8[(astral + 4)..];
        }
    }

    private static void WriteAscii(FrameWriter output, HessianDialect dialect, ReadOnlySpan<byte> ascii)
    {
        while (ascii.Length > ChunkUnits)
        {
            output.WriteByte(dialect == HessianDialect.Final ? (byte)'R' : (byte)'s');
            output.WriteUInt16(ChunkUnits);
            output.Write(ascii[..ChunkUnits]);
            ascii = ascii[ChunkUnits..];
        }

        WriteLastHead(output, dialect, ascii.Length);
        output.Write(ascii);
    }

    private static void WriteLastHead(FrameWriter output, HessianDialect dialect, int units)
    {
        if (units < 32)
        {
            output.WriteByte((byte)units);
        }
        else if (dialect == HessianDialect.Final && units < 1_024)
        {
            output.WriteUInt16((ushort)(0x3000 + units));
        }
        else
        {
            output.WriteByte((byte)'S');
            output.WriteUInt16((ushort)units);
        }
    }

    /// <summary>Bytes of the first chunk; it does not end between the surrogates of a pair.</summary>
    private static int Cut(ReadOnlySpan<byte> wtf8, out int units)
    {
        units = 0;
        var at = 0;
        while (at < wtf8.Length)
        {
            var lead = wtf8[at];
            var size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            var more = size == 4 ? 2 : 1;
            if (units + more > ChunkUnits)
            {
                break;
            }

            units += more;
            at += size;
        }

        return Math.Min(at, wtf8.Length);
    }

    private static void WriteUnit(FrameWriter output, int unit)
    {
        var to = output.GetSpan(3);
        to[0] = (byte)(0xE0 | (unit >> 12));
        to[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        to[2] = (byte)(0x80 | (unit & 0x3F));
        output.Advance(3);
    }
}
