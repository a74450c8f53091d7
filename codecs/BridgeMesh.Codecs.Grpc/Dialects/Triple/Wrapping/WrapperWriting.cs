using System.Text;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>Writes the fields of wrapper messages, all of which are length-delimited.</summary>
internal static class WrapperWriting
{
    /// <param name="number">1 to 15.</param>
    internal static void WriteBytes(this FrameWriter output, int number, ReadOnlySpan<byte> bytes)
    {
        output.WriteByte((byte)((number << 3) | 2));
        var left = (uint)bytes.Length;
        for (; left >= 0x80; left >>= 7)
        {
            output.WriteByte((byte)(left | 0x80));
        }

        output.WriteByte((byte)left);
        output.Write(bytes);
    }

    /// <param name="number">1 to 15.</param>
    internal static void WriteText(this FrameWriter output, int number, string text) =>
        output.WriteBytes(number, Encoding.UTF8.GetBytes(text));
}
