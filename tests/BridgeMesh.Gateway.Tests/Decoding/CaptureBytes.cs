using System.Buffers.Binary;

namespace BridgeMesh.Gateway.Tests.Decoding;

/// <summary>Makes captures packet by packet, in the layouts of RFC 791, RFC 8200, RFC 9293 and the capture formats' own documents.</summary>
internal sealed class CaptureBytes(int linkType)
{
    private const int ClientPort = 40_000;
    private const int ServerPort = 12_200;
    private readonly List<(double Seconds, byte[] Packet)> _packets = [];

    /// <param name="sequence">As on the wire.</param>
    public CaptureBytes Send(bool fromClient, uint sequence, ReadOnlySpan<byte> payload, bool syn = false, bool v6 = false, double seconds = 1)
    {
        var tcp = new byte[20 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(fromClient ? ClientPort : ServerPort));
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)(fromClient ? ServerPort : ClientPort));
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        tcp[12] = 0x50;
        tcp[13] = (byte)(syn ? 0x02 : 0x18);
        payload.CopyTo(tcp.AsSpan(20));
        _packets.Add((seconds, [.. Link(v6), .. v6 ? V6(tcp, fromClient) : V4(tcp, fromClient)]));
        return this;
    }

    /// <summary>The classic format, in little-endian microseconds as Linux writes it, or in big-endian nanoseconds.</summary>
    public byte[] ToPcap(bool bigEndianNanoseconds = false)
    {
        var file = new MemoryStream();
        Put(bigEndianNanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
        file.Write(bigEndianNanoseconds ? [0, 2, 0, 4] : [2, 0, 4, 0]);
        Put(0);
        Put(0);
        Put(262_144);
        Put((uint)linkType);
        foreach (var (seconds, packet) in _packets)
        {
            Put((uint)seconds);
            Put((uint)Math.Round((seconds - Math.Floor(seconds)) * (bigEndianNanoseconds ? 1e9 : 1e6)));
            Put((uint)packet.Length);
            Put((uint)packet.Length);
            file.Write(packet);
        }

        return file.ToArray();

        void Put(uint number)
        {
            var bytes = BitConverter.GetBytes(bigEndianNanoseconds ? BinaryPrimitives.ReverseEndianness(number) : number);
            file.Write(bytes);
        }
    }

    public byte[] ToPcapng()
    {
        var file = new MemoryStream();
        Block(0x0A0D0D0A, [.. Number(0x1A2B3C4D), 1, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 8)]);
        Block(1, [(byte)linkType, (byte)(linkType >> 8), 0, 0, .. Number(262_144)]);
        foreach (var (seconds, packet) in _packets)
        {
            var ticks = (ulong)Math.Round(seconds * 1e6);
            var padded = new byte[(packet.Length + 3) & ~3];
            packet.CopyTo(padded, 0);
            var length = Number((uint)packet.Length);
            Block(6, [.. Number(0), .. Number((uint)(ticks >> 32)), .. Number((uint)ticks), .. length, .. length, .. padded]);
        }

        return file.ToArray();

        void Block(uint type, byte[] body)
        {
            file.Write(Number(type));
            file.Write(Number((uint)body.Length + 12));
            file.Write(body);
            file.Write(Number((uint)body.Length + 12));
        }

        static byte[] Number(uint number) => BitConverter.GetBytes(number);
    }

    private byte[] Link(bool v6)
    {
        byte[] type = v6 ? [0x86, 0xDD] : [0x08, 0x00];
        return linkType switch
        {
            0 => v6 ? [24, 0, 0, 0] : [2, 0, 0, 0],
            1 => [.. new byte[12], 0x81, 0x00, 0x00, 0x05, .. type],
            101 => [],
            113 => [.. new byte[14], .. type],
            276 => [.. type, .. new byte[18]],
            _ => throw new ArgumentOutOfRangeException(nameof(v6), linkType, "a link type without a layout"),
        };
    }

    private static byte[] V4(byte[] tcp, bool fromClient)
    {
        var ip = new byte[20];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + tcp.Length));
        ip[9] = 6;
        byte[] client = [127, 0, 0, 1];
        byte[] server = [127, 0, 0, 2];
        (fromClient ? client : server).CopyTo(ip, 12);
        (fromClient ? server : client).CopyTo(ip, 16);

        // Ethernet pads short packets: what lies behind the length that IP declares is none of TCP's.
        return [.. ip, .. tcp, 0, 0, 0];
    }

    private static byte[] V6(byte[] tcp, bool fromClient)
    {
        var ip = new byte[48];
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)(8 + tcp.Length));
        ip[6] = 0; // Hop-by-hop options of eight bytes, and then TCP.
        ip[23] = (byte)(fromClient ? 1 : 2);
        ip[39] = (byte)(fromClient ? 2 : 1);
        ip[40] = 6;
        return [.. ip, .. tcp];
    }
}
