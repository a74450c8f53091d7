using System.Buffers.Binary;
using System.Net.Sockets;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>What a scripted server needs of the protocol, written down apart from the client's own code.</summary>
internal static class ScriptedSessions
{
    /// <summary>One packet without its length; null at the end.</summary>
    public static async Task<byte[]?> ReadAsync(NetworkStream stream, CancellationToken end)
    {
        var length = new byte[4];
        if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, end) < 4)
        {
            return null;
        }

        var packet = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        return await stream.ReadAtLeastAsync(packet, packet.Length, throwOnEndOfStream: false, end) < packet.Length ? null : packet;
    }

    public static ValueTask SendAsync(NetworkStream stream, byte[] packet, CancellationToken end)
    {
        var framed = new byte[packet.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(framed, packet.Length);
        packet.CopyTo(framed, 4);
        return stream.WriteAsync(framed, end);
    }

    /// <summary>Reads what asks for a session, and grants one. The request, for what it says.</summary>
    public static async Task<byte[]> GrantAsync(
        NetworkStream stream, CancellationToken end, int timeoutMs = 30_000, long session = 77, bool isReadOnly = false)
    {
        var request = await ReadAsync(stream, end) ?? throw new IOException("no request");
        await SendAsync(stream, [.. Int(0), .. Int(timeoutMs), .. Long(session), .. Int(16), .. new byte[16], isReadOnly ? (byte)1 : (byte)0], end);
        return request;
    }

    public static byte[] Reply(int xid, KeeperError error, params byte[] body) => [.. Int(xid), .. Long(5), .. Int((int)error), .. body];

    public static int Xid(byte[] packet) => BinaryPrimitives.ReadInt32BigEndian(packet);

    public static OpCode Type(byte[] packet) => (OpCode)BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(4));

    public static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Ends when the stream does.</summary>
    public static async Task DrainAsync(NetworkStream stream, CancellationToken end)
    {
        while (await ReadAsync(stream, end) is not null)
        {
        }
    }
}
