using System.Buffers.Binary;
using System.Globalization;

namespace BridgeMesh.Gateway.Decoding.Captures;

/// <summary>One packet of a capture.</summary>
/// <param name="LinkType">Number of the link layer, from the registry of tcpdump.org.</param>
internal readonly record struct CapturedPacket(int LinkType, double Seconds, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Reads packets from the two capture formats. Source: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. A file that ends inside a
/// packet, as one that is still being written does, ends there.
/// <code>
/// pcap    magic version:2+2 zone:4 accuracy:4 longest:4 link:4 | seconds:4 fraction:4 captured:4 original:4 bytes ...
/// pcapng  type:4 length:4 body length:4 ...; a section's header is 0a0d0d0a, its byte order 1a2b3c4d
/// </code>
/// </summary>
internal static class CaptureFile
{
    private const uint MagicMicroseconds = 0xA1B2C3D4;
    private const uint MagicNanoseconds = 0xA1B23C4D;
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint ByteOrder = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;

    /// <summary>Longest packet that libpcap itself takes. Source: MAXIMUM_SNAPLEN.</summary>
    private const int MaxPacketBytes = 262_144;

    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && (BinaryPrimitives.ReadUInt32BigEndian(bytes) == SectionHeader
            || IsMagic(BinaryPrimitives.ReadUInt32BigEndian(bytes)) || IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(bytes)));

    public static List<CapturedPacket> Read(ReadOnlyMemory<byte> file, List<string> notes) =>
        BinaryPrimitives.ReadUInt32BigEndian(file.Span) == SectionHeader ? ReadBlocks(file, notes) : ReadRecords(file, notes);

    private static bool IsMagic(uint magic) => magic is MagicMicroseconds or MagicNanoseconds;

    private static List<CapturedPacket> ReadRecords(ReadOnlyMemory<byte> file, List<string> notes)
    {
        const int headerBytes = 24;
        const int recordBytes = 16;
        var packets = new List<CapturedPacket>();
        if (file.Length < headerBytes)
        {
            notes.Add("the capture ends inside its header");
            return packets;
        }

        var isBig = IsMagic(BinaryPrimitives.ReadUInt32BigEndian(file.Span));
        var fraction = Number(file.Span, isBig) == MagicNanoseconds ? 1e-9 : 1e-6;

        // The upper bits say how many bytes of checksum end each frame.
        var linkType = (int)(Number(file.Span[20..], isBig) & 0x0FFF_FFFF);
        for (var at = headerBytes; at < file.Length;)
        {
            var head = file.Span[at..];
            var captured = head.Length < recordBytes ? uint.MaxValue : Number(head[8..], isBig);
            if (captured > MaxPacketBytes || head.Length - recordBytes < captured)
            {
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"the capture ends inside a packet, at byte {at}"));
                break;
            }

            var seconds = Number(head, isBig) + (Number(head[4..], isBig) * fraction);
            packets.Add(new CapturedPacket(linkType, seconds, file.Slice(at + recordBytes, (int)captured)));
            at += recordBytes + (int)captured;
        }

        return packets;
    }

    private static List<CapturedPacket> ReadBlocks(ReadOnlyMemory<byte> file, List<string> notes)
    {
        var packets = new List<CapturedPacket>();
        var interfaces = new List<(int LinkType, double Tick)>();
        var isBig = false;
        for (var at = 0; at < file.Length;)
        {
            var rest = file.Span[at..];
            if (rest.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(rest) == SectionHeader)
            {
                isBig = BinaryPrimitives.ReadUInt32BigEndian(rest[8..]) == ByteOrder;
                interfaces.Clear();
            }

            var length = rest.Length < 12 ? uint.MaxValue : Number(rest[4..], isBig);
            if (length < 12 || length > rest.Length || length % 4 != 0)
            {
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"the capture ends inside a block, at byte {at}"));
                break;
            }

            ReadBlock(Number(rest, isBig), file.Slice(at + 8, (int)length - 12), isBig, interfaces, packets);
            at += (int)length;
        }

        return packets;
    }

    private static void ReadBlock(
        uint type, ReadOnlyMemory<byte> body, bool isBig, List<(int LinkType, double Tick)> interfaces, List<CapturedPacket> packets)
    {
        var bytes = body.Span;
        switch (type)
        {
            case InterfaceDescription when bytes.Length >= 8:
                interfaces.Add((Short(bytes, isBig), TickOf(bytes[8..], isBig)));
                break;
            case EnhancedPacket when bytes.Length >= 20 && Number(bytes, isBig) < interfaces.Count:
                var (linkType, tick) = interfaces[(int)Number(bytes, isBig)];
                var ticks = ((ulong)Number(bytes[4..], isBig) << 32) | Number(bytes[8..], isBig);
                var captured = Number(bytes[12..], isBig);
                if (captured <= bytes.Length - 20)
                {
                    packets.Add(new CapturedPacket(linkType, ticks * tick, body.Slice(20, (int)captured)));
                }

                break;
            case SimplePacket when bytes.Length >= 4 && interfaces.Count > 0:
                var whole = Math.Min(Number(bytes, isBig), (uint)bytes.Length - 4);
                packets.Add(new CapturedPacket(interfaces[0].LinkType, 0, body.Slice(4, (int)whole)));
                break;
            default:
                break;
        }
    }

    /// <summary>Seconds of a tick, from the option if_tsresol; a microsecond without it.</summary>
    private static double TickOf(ReadOnlySpan<byte> options, bool isBig)
    {
        const int timeResolution = 9;
        while (options.Length >= 4)
        {
            var code = Short(options, isBig);
            int length = Short(options[2..], isBig);
            var padded = 4 + ((length + 3) & ~3);
            if (code == 0 || padded > options.Length)
            {
                break;
            }

            if (code == timeResolution && length == 1)
            {
                var exponent = options[4] & 0x7F;
                return (options[4] & 0x80) == 0 ? Math.Pow(10, -exponent) : Math.Pow(2, -exponent);
            }

            options = options[padded..];
        }

        return 1e-6;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Number(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
