using System.Buffers;
using System.Text;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Writes the fields of one message, for descriptors, which are made once for each table of contracts. The mirror of <see cref="FieldCursor"/>.</summary>
internal sealed class DescriptorOutput
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public DescriptorOutput Varint(int number, int value)
    {
        Raw((uint)(number << 3) | (uint)WireType.Varint);

        // Negative numbers are written as 64 bits, as int32 and enums are.
        Raw((ulong)(long)value);
        return this;
    }

    /// <summary>Nothing for false, which is what a flag that is missing means.</summary>
    public DescriptorOutput Flag(int number, bool value) => value ? Varint(number, 1) : this;

    /// <summary>Nothing for empty text, which is what a text that is missing means.</summary>
    public DescriptorOutput Text(int number, string text) => text.Length == 0 ? this : Length(number, Encoding.UTF8.GetBytes(text));

    public DescriptorOutput Message(int number, DescriptorOutput message) => Length(number, message.Bytes);

    public DescriptorOutput Length(int number, ReadOnlySpan<byte> bytes)
    {
        Raw((uint)(number << 3) | (uint)WireType.Length);
        Raw((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    private void Raw(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        _bytes.Write(bytes[..length]);
    }
}
