using System.Buffers.Binary;
using System.Net;

namespace BridgeMesh.Gateway.Decoding.Captures;

/// <summary>What one packet says of a TCP connection.</summary>
internal readonly record struct TcpSegment(
    IPEndPoint From, IPEndPoint To, uint Sequence, bool IsSyn, double Seconds, ReadOnlyMemory<byte> Payload)
{
    private const int EtherIPv4 = 0x0800;
    private const int EtherIPv6 = 0x86DD;
    private const byte Tcp = 6;

    /// <summary>The segment in a packet; null when the packet holds none, as the link or network layer is another or it is cut short.</summary>
    public static TcpSegment? Of(in CapturedPacket packet)
    {
        var bytes = packet.Bytes;
        var network = bytes.Span.Length < 4 ? -1 : NetworkOffset(packet.LinkType, bytes.Span);
        return network < 0 || network >= bytes.Length ? null : OfNetwork(bytes[network..], packet.Seconds);
    }

    /// <summary>Where the IP header begins; -1 for other link layers and other protocols. Source: the registry of link types at tcpdump.org.</summary>
    private static int NetworkOffset(int linkType, ReadOnlySpan<byte> bytes)
    {
        switch (linkType)
        {
            case 0 or 108: // BSD loopback: a family, in the byte order of the host or of the network.
                return 4;
            case 1: // Ethernet, perhaps with VLAN tags.
                return BehindEtherType(bytes, 12);
            case 12 or 14 or 101 or 228 or 229: // Raw IP.
                return 0;
            case 113: // Linux cooked, version 1.
                return BehindEtherType(bytes, 14);
            case 276: // Linux cooked, version 2: the protocol comes first.
                return bytes.Length > 20 && IsIP(BinaryPrimitives.ReadUInt16BigEndian(bytes)) ? 20 : -1;
            default:
                return -1;
        }
    }

    private static int BehindEtherType(ReadOnlySpan<byte> bytes, int at)
    {
        while (at + 2 <= bytes.Length)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (type is not (0x8100 or 0x88A8 or 0x9100))
            {
                return IsIP(type) ? at + 2 : -1;
            }

            at += 4;
        }

        return -1;
    }

    private static bool IsIP(int etherType) => etherType is EtherIPv4 or EtherIPv6;

    private static TcpSegment? OfNetwork(ReadOnlyMemory<byte> packet, double seconds) => (packet.Span[0] >> 4) switch
    {
        4 => OfIPv4(packet, seconds),
        6 => OfIPv6(packet, seconds),
        _ => null,
    };

    private static TcpSegment? OfIPv4(ReadOnlyMemory<byte> packet, double seconds)
    {
        var bytes = packet.Span;
        var headerLength = (bytes[0] & 0xF) * 4;
        if (headerLength < 20 || bytes.Length < headerLength || bytes[9] != Tcp)
        {
            return null;
        }

        // A fragment other than the first has no TCP header; one that is followed by others has not all of its bytes.
        if ((BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x3FFF) != 0)
        {
            return null;
        }

        // Zero where the sender's network card was to fill it in.
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var end = total < headerLength ? bytes.Length : Math.Min(total, bytes.Length);
        return OfTcp(packet[headerLength..end], new IPAddress(bytes.Slice(12, 4)), new IPAddress(bytes.Slice(16, 4)), seconds);
    }

    private static TcpSegment? OfIPv6(ReadOnlyMemory<byte> packet, double seconds)
    {
        const int fixedLength = 40;
        var bytes = packet.Span;
        if (bytes.Length < fixedLength)
        {
            return null;
        }

        int payload = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var end = payload == 0 ? bytes.Length : Math.Min(fixedLength + payload, bytes.Length);
        int next = bytes[6];
        var at = fixedLength;

        // Hop-by-hop, routing and destination options; a fragment header ends it. Source: RFC 8200 section 4.
        while (next is 0 or 43 or 60)
        {
            if (at + 8 > end)
            {
                return null;
            }

            next = bytes[at];
            at += 8 + (bytes[at + 1] * 8);
        }

        return next == Tcp && at <= end
            ? OfTcp(packet[at..end], new IPAddress(bytes.Slice(8, 16)), new IPAddress(bytes.Slice(24, 16)), seconds)
            : null;
    }

    private static TcpSegment? OfTcp(ReadOnlyMemory<byte> tcp, IPAddress from, IPAddress to, double seconds)
    {
        var bytes = tcp.Span;
        if (bytes.Length < 20)
        {
            return null;
        }

        var headerLength = (bytes[12] >> 4) * 4;
        return headerLength < 20 || headerLength > bytes.Length
            ? null
            : new TcpSegment(
                new IPEndPoint(from, BinaryPrimitives.ReadUInt16BigEndian(bytes)),
                new IPEndPoint(to, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
                (bytes[13] & 0x02) != 0,
                seconds,
                tcp[headerLength..]);
    }
}
