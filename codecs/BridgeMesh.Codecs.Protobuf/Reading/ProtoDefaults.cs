using System.Buffers.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <summary>proto2's default values, as descriptors write them. Source: descriptor.proto, FieldDescriptorProto.default_value.</summary>
internal static class ProtoDefaults
{
    public static long Integer(byte[]? text) => text is not null && Utf8Parser.TryParse(text, out long value, out _) ? value : 0;

    public static double Number(byte[]? text) => text switch
    {
        null => 0,
        _ when text.AsSpan().SequenceEqual("inf"u8) => double.PositiveInfinity,
        _ when text.AsSpan().SequenceEqual("-inf"u8) => double.NegativeInfinity,
        _ when text.AsSpan().SequenceEqual("nan"u8) => double.NaN,
        _ => NumberText.TryFloat64(text, out var value) ? value : 0,
    };

    /// <summary>Bytes are written with C's escapes.</summary>
    public static bool TryAddBytes(byte[]? text, ValueTape into)
    {
        if (text is null)
        {
            return into.AddBytes([]) >= 0;
        }

        if (!into.TryReserveText(text.Length, out var room))
        {
            return false;
        }

        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            room[length++] = text[at] == '\\' && at + 1 < text.Length ? Escape(text, ref at) : text[at];
        }

        var start = into.TextPosition;
        into.CommitText(length);
        return into.AddStoredText(ValueKind.Bytes, start, length) >= 0;
    }

    private static byte Escape(byte[] text, ref int at)
    {
        var sign = text[++at];
        if (sign is >= (byte)'0' and <= (byte)'7')
        {
            var value = 0;
            for (var digits = 0; digits < 3 && at < text.Length && text[at] is >= (byte)'0' and <= (byte)'7'; digits++)
            {
                value = (value * 8) + (text[at++] - '0');
            }

            at--;
            return (byte)value;
        }

        return sign switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'a' => 7,
            (byte)'b' => 8,
            (byte)'f' => 12,
            (byte)'v' => 11,
            _ => sign,
        };
    }
}
