using System.Text;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>
/// Protobuf messages by hand, for peers that share no code with the gateway: numbers as varints, everything else length-delimited. Source:
/// protobuf.dev, "Encoding".
/// </summary>
internal static class ProtoBytes
{
    internal static byte[] Message(params (int Field, object Value)[] fields)
    {
        var bytes = new List<byte>();
        foreach (var (field, value) in fields)
        {
            if (value is long or int)
            {
                AddVarint(bytes, (ulong)field << 3);
                AddVarint(bytes, (ulong)Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                continue;
            }

            var content = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
            AddVarint(bytes, ((ulong)field << 3) | 2);
            AddVarint(bytes, (ulong)content.Length);
            bytes.AddRange(content);
        }

        return [.. bytes];
    }

    /// <summary>All fields in the order in which they came: numbers as long, the rest as bytes.</summary>
    internal static List<(int Field, object Value)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, object)>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = TakeVarint(message, ref at);
            var number = TakeVarint(message, ref at);
            if ((tag & 7) == 0)
            {
                fields.Add(((int)(tag >> 3), (long)number));
                continue;
            }

            Assert.Equal(2UL, tag & 7);
            fields.Add(((int)(tag >> 3), message.Slice(at, (int)number).ToArray()));
            at += (int)number;
        }

        return fields;
    }

    internal static string Text(ReadOnlySpan<byte> message, int field) => Encoding.UTF8.GetString(Bytes(message, field));

    internal static byte[] Bytes(ReadOnlySpan<byte> message, int field) => (byte[])Fields(message).First(f => f.Field == field).Value;

    internal static long Number(ReadOnlySpan<byte> message, int field) => (long)Fields(message).First(f => f.Field == field).Value;

    private static void AddVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }

    private static ulong TakeVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] < 0x80)
            {
                return value;
            }
        }
    }
}
